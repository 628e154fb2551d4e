package main

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	goauth "github.com/abbot/go-http-auth"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"
	"golang.org/x/crypto/argon2"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/store"
)

func basicCases() []benchCase {
	return []benchCase{
		{"Basic, remembered", "sesame", basicFloor, basicRemembered},
		{"Basic, remembered", "chi (compares plaintext)", basicFloor, basicChi},
		{"Basic, remembered", "echo (SHA-256)", basicFloor, basicEcho},
		{"Basic, remembered", "go-http-auth (SHA-1)", basicFloor, basicAbbot},
		{"Basic, first time", "sesame (argon2id)", argon2Floor, basicFirst},
	}
}

func basicField(i int) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(userName(i)+":"+userPassword(i)))
}

// basicFloor is an HMAC-SHA256 by two hashes, and a look-up.
func basicFloor() pair.Op {
	table := make(map[[32]byte]bool, entries)
	keys := make([][]byte, entries)
	for i := range entries {
		keys[i] = []byte(userName(i) + ":" + userPassword(i))
		table[mac(keys[i])] = true
	}
	return func(i int) {
		if !table[mac(keys[i%entries])] {
			panic("not found")
		}
	}
}

func mac(text []byte) [32]byte {
	var block [192]byte
	n := copy(block[64:], text)
	inner := sha256.Sum256(block[:64+n])
	copy(block[64:], inner[:])
	return sha256.Sum256(block[:96])
}

func basicRemembered() pair.System {
	hasher := cheapHasher()
	db := accounts(entries, func(i int) store.Password { return store.Password{Hash: must(hasher.Hash(userPassword(i)))} })
	h := gate(must(basic.New(basic.Config{Realm: "bench", Passwords: checker(db, hasher)})))
	system := serve(h, "Authorization", fields(basicField), http.StatusOK)
	for i := range entries {
		system.Op(i) // each is remembered from here on
	}
	return system
}

func basicChi() pair.System {
	known := make(map[string]string, entries)
	for i := range entries {
		known[userName(i)] = userPassword(i)
	}
	return serve(middleware.BasicAuth("bench", known)(nothing), "Authorization", fields(basicField), http.StatusOK)
}

func basicEcho() pair.System {
	known := make(map[string][32]byte, entries)
	for i := range entries {
		known[userName(i)] = sha256.Sum256([]byte(userPassword(i)))
	}
	e := echo.New()
	e.Use(echomw.BasicAuth(func(name, password string, _ echo.Context) (bool, error) {
		return known[name] == sha256.Sum256([]byte(password)), nil
	}))
	e.GET("/", func(echo.Context) error { return nil })
	return serve(e, "Authorization", fields(basicField), http.StatusOK)
}

func basicAbbot() pair.System {
	known := make(map[string]string, entries)
	for i := range entries {
		known[userName(i)] = "{SHA}" + sha1Of(userPassword(i))
	}
	a := goauth.NewBasicAuthenticator("bench", func(user, _ string) string { return known[user] })
	h := a.Wrap(func(http.ResponseWriter, *goauth.AuthenticatedRequest) {})
	return serve(http.HandlerFunc(h), "Authorization", fields(basicField), http.StatusOK)
}

func sha1Of(text string) string {
	sum := sha1.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// argon2Floor is the hash alone, at the default costs.
func argon2Floor() pair.Op {
	salt := []byte("sixteen bytes, 1")
	return func(i int) { argon2.IDKey([]byte(userPassword(i)), salt, 2, 19456, 1, 32) }
}

// basicFirst checks each password for the first time: a store of few accounts, whose memory is off.
func basicFirst() pair.System {
	const few = 8
	hasher := must(password.NewHasher(password.HasherConfig{}))
	db := accounts(few, func(i int) store.Password { return store.Password{Hash: must(hasher.Hash(userPassword(i)))} })
	h := gate(must(basic.New(basic.Config{Realm: "bench", Passwords: forgetful(db, hasher)})))
	return serve(h, "Authorization", fields(basicField)[:few], http.StatusOK)
}
