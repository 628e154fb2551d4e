package main

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"

	goauth "github.com/abbot/go-http-auth"

	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

func digestCases() []benchCase {
	return []benchCase{
		{"Digest SHA-256", "sesame", digestFloor(sha256Hex), digestSesame(digest.SHA256, false)},
		{"Digest SHA-256", "sesame, with rspauth", digestFloor(sha256Hex), digestSesame(digest.SHA256, true)},
		{"Digest MD5", "sesame", digestFloor(md5Hex), digestSesame(digest.MD5, false)},
		{"Digest MD5", "sesame, with rspauth", digestFloor(md5Hex), digestSesame(digest.MD5, true)},
		{"Digest MD5", "go-http-auth", digestFloor(md5Hex), digestAbbot},
	}
}

func sha256Hex(text []byte) string { sum := sha256.Sum256(text); return hex.EncodeToString(sum[:]) }
func md5Hex(text []byte) string    { sum := md5.Sum(text); return hex.EncodeToString(sum[:]) }

// digestFloor is the look-up of a stored hash, and the two hashes that verify a response.
func digestFloor(hash func([]byte) string) func() pair.Op {
	return func() pair.Op {
		size := len(hash(nil))
		known := make(map[string]string, entries)
		names := make([]string, entries)
		for i := range entries {
			names[i] = userName(i)
			known[names[i]] = hash([]byte(names[i] + ":bench:" + userPassword(i)))
		}
		a2 := []byte("GET:/")
		return func(i int) {
			var text [256]byte
			n := copy(text[:], known[names[i%entries]])
			n += copy(text[n:], ":0123456789abcdef0123456789abcdef0123456789abcdef:00000001:0a4f113b:auth:")
			if size == 64 {
				sum := sha256.Sum256(a2)
				n += hex.Encode(text[n:], sum[:])
				sum = sha256.Sum256(text[:n])
				sinkByte = sum[0]
			} else {
				sum := md5.Sum(a2)
				n += hex.Encode(text[n:], sum[:])
				sum = md5.Sum(text[:n])
				sinkByte = sum[0]
			}
		}
	}
}

var sinkByte byte

// answer is the Authorization field that answers a nonce.
func answer(hash func([]byte) string, algorithm string, i int, nonce string, nc int) string {
	ha1 := hash([]byte(userName(i) + ":bench:" + userPassword(i)))
	ha2 := hash([]byte("GET:/"))
	count := fmt.Sprintf("%08x", nc)
	response := hash([]byte(ha1 + ":" + nonce + ":" + count + ":0a4f113b:auth:" + ha2))
	return fmt.Sprintf(`Digest username="%s", realm="bench", uri="/", algorithm=%s, nonce="%s", nc=%s, cnonce="0a4f113b", qop=auth, response="%s"`,
		userName(i), algorithm, nonce, count, response)
}

var nonceParam = regexp.MustCompile(`nonce="([^"]+)"`)

// challengeOf is a fresh nonce of h.
func challengeOf(h http.Handler) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, newRequest("GET", "/", ""))
	return nonceParam.FindStringSubmatch(w.Header().Get("WWW-Authenticate"))[1]
}

// digestSesame has every client on a nonce of its own and its next count each time: what is measured claims a count.
func digestSesame(algorithm digest.Algorithm, rspauth bool) func() pair.System {
	return func() pair.System {
		ring := must(seal.New(seal.NewKey()))
		ha1s := must(digest.NewHA1s(digest.HA1Config{Realm: "bench", Algorithms: []digest.Algorithm{algorithm}, Keys: ring}))
		db := accounts(entries, func(i int) store.Password {
			user := store.User{ID: fmt.Sprint("id", i), Name: userName(i)}
			return store.Password{HA1s: must(ha1s.Derive(user, userPassword(i)))}
		})
		h := gate(digestScheme(db, ha1s, rspauth))
		hash := sha256Hex
		if algorithm == digest.MD5 {
			hash = md5Hex
		}
		return nextCounts(h, hash, algorithm.String())
	}
}

func digestScheme(db *memory.Store, ha1s *digest.HA1s, rspauth bool) *digest.Scheme {
	return must(digest.New(digest.Config{HA1s: ha1s, Users: db, Once: db, InsecureUnthrottled: true, WithoutRspAuth: !rspauth, NonceLifetime: 24 * 3600e9}))
}

// nextCounts sends each client's requests with its next counts: what is measured claims a count each time. Each has sent
// its first before.
func nextCounts(h http.Handler, hash func([]byte) string, algorithm string) pair.System {
	nonces := make([]string, entries)
	for i := range entries {
		nonces[i] = challengeOf(h)
	}
	return counting(h, func(client, nc int) string { return answer(hash, algorithm, client, nonces[client], nc) })
}

func counting(h http.Handler, field func(client, nc int) string) pair.System {
	firsts := fields(func(client int) string { return field(client, 1) })
	first := serve(h, "Authorization", firsts, http.StatusOK)
	for client := range entries {
		first.Op(client)
	}
	return serveOnce(h, root, func(i int) string { return field(i%entries, i/entries+2) })
}

func digestAbbot() pair.System {
	known := make(map[string]string, entries)
	for i := range entries {
		known[userName(i)] = md5Hex([]byte(userName(i) + ":bench:" + userPassword(i)))
	}
	a := goauth.NewDigestAuthenticator("bench", func(user, _ string) string { return known[user] })
	a.ClientCacheSize = 2 * entries
	h := a.Wrap(func(http.ResponseWriter, *goauth.AuthenticatedRequest) {})
	opaque := regexp.MustCompile(`opaque="([^"]+)"`)
	nonces, suffix := make([]string, entries), ""
	for i := range entries {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest("GET", "/", ""))
		challenge := w.Header().Get("WWW-Authenticate")
		nonces[i] = nonceParam.FindStringSubmatch(challenge)[1]
		suffix = fmt.Sprintf(`, opaque="%s"`, opaque.FindStringSubmatch(challenge)[1])
	}
	return counting(h, func(client, nc int) string { return answer(md5Hex, "MD5", client, nonces[client], nc) + suffix })
}
