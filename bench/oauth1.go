package main

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"net/http"
	"strings"

	dghubble "github.com/dghubble/oauth1"
	mrjones "github.com/mrjones/oauth"

	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// apps is how many apps the tokens of an entry each are shared out over.
const apps = 1000

// signedTarget makes the text that is signed some 400 bytes long.
const signedTarget = "/v2/products?size=original&page=2"

func oauth1Cases() []benchCase {
	sha1Method := oauth1Method{oauth1.HMACSHA1, crypto.SHA1, sha1Signer, sha1MAC}
	sha256Method := oauth1Method{oauth1.HMACSHA256, crypto.SHA256, sha256Signer, sha256MAC}
	return []benchCase{
		{"OAuth 1.0a HMAC-SHA1", "sesame", sha1Method.floor, sha1Method.sesame},
		{"OAuth 1.0a HMAC-SHA1", "mrjones/oauth (no tokens, no nonces)", sha1Method.floor, sha1Method.mrjones},
		{"OAuth 1.0a HMAC-SHA256", "sesame", sha256Method.floor, sha256Method.sesame},
		{"OAuth 1.0a HMAC-SHA256", "mrjones/oauth (no tokens, no nonces)", sha256Method.floor, sha256Method.mrjones},
	}
}

// An oauth1Method is a signature method, and how clients sign by it.
type oauth1Method struct {
	method oauth1.Method
	hash   crypto.Hash
	signer func(secret string) dghubble.Signer
	mac    func(*signedText) byte
}

func sha1Signer(secret string) dghubble.Signer { return &dghubble.HMACSigner{ConsumerSecret: secret} }
func sha256Signer(secret string) dghubble.Signer {
	return &dghubble.HMAC256Signer{ConsumerSecret: secret}
}

func appKey(i int) string      { return fmt.Sprintf("app%03d", i%apps) }
func appSecret(i int) string   { return fmt.Sprintf("secret of app %03d", i%apps) }
func tokenText(i int) string   { return fmt.Sprintf("token%06d", i%entries) }
func tokenSecret(i int) string { return fmt.Sprintf("secret of token %06d", i%entries) }

func withToken(i int) *dghubble.Token { return dghubble.NewToken(tokenText(i), tokenSecret(i)) }

// sign makes the Authorization field of a request of app i.
func (m oauth1Method) sign(i int, token *dghubble.Token) string {
	return m.signAs(m.signer(appSecret(i)), i, token)
}

func (m oauth1Method) signAs(signer dghubble.Signer, i int, token *dghubble.Token) (field string) {
	config := &dghubble.Config{ConsumerKey: appKey(i), ConsumerSecret: appSecret(i), Signer: signer}
	ctx := context.WithValue(context.Background(), dghubble.HTTPClient, &http.Client{Transport: roundTrip(func(r *http.Request) {
		field = r.Header.Get("Authorization")
	})})
	must(config.Client(ctx, token).Get("http://example.com" + signedTarget))
	return field
}

// roundTrip shows a request instead of sending it.
type roundTrip func(r *http.Request)

func (t roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	t(r)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// floor is the bare HMAC over what a client of each token signs, under its key.
func (m oauth1Method) floor() pair.Op {
	texts := make([]signedText, entries)
	for i := range texts {
		m.signAs(recorder{m.signer(appSecret(i)), appSecret(i), &texts[i]}, i, withToken(i))
	}
	return func(i int) { sinkByte = m.mac(&texts[i%entries]) }
}

// sesame verifies requests with tokens, whose secrets are opened already, and claims their nonces.
func (m oauth1Method) sesame() pair.System {
	ring := must(seal.New(seal.NewKey()))
	db := accounts(entries, func(int) store.Password { return store.Password{} })
	putCredentials(db, ring, string(m.method))
	h := gate(must(oauth1.New(oauth1.Config{
		Realm: "bench", Methods: []oauth1.Method{m.method}, MaxSecrets: 4 * entries, MaxNonces: 1 << 30,
		Clients: db, Users: db, Tokens: db, Once: db, Ring: ring,
	})))
	next := func(i int) string { return m.sign(i, withToken(i)) }
	for i := range entries { // each secret is opened from here on
		serveOp(h, signedTarget, "Authorization", []string{next(i)}, http.StatusOK)(i)
	}
	return serveOnce(h, signedTarget, next)
}

// putCredentials makes the apps, and a token for each account.
func putCredentials(db *memory.Store, ring *seal.Ring, method string) {
	ctx := context.Background()
	for i := range apps {
		secret := store.Secret{Digest: store.DigestOf(appSecret(i)), Sealed: ring.Seal(oauth1.ClientSecret(appKey(i)), []byte(appSecret(i)))}
		check(db.PutClient(ctx, store.Client{
			ID: appKey(i), Name: appKey(i), Scopes: []string{"read"}, SignatureMethods: []string{method}, Secrets: []store.Secret{secret},
		}))
	}
	for i := range entries {
		user, id := fmt.Sprint("id", i), fmt.Sprint("t", i)
		check(db.PutGrant(ctx, store.Grant{ID: "g" + id, User: user, Client: appKey(i), Scopes: []string{"read"}}))
		check(db.PutTokens(ctx, []store.Token{{
			Digest: store.DigestOf(tokenText(i)), ID: id, Kind: store.OAuth1Token, User: user, Client: appKey(i), Grant: "g" + id,
			Scopes: []string{"read"}, Sealed: ring.Seal(oauth1.TokenSecret(id), []byte(tokenSecret(i))),
		}}, 0))
	}
}

// mrjones knows neither tokens nor nonces: it verifies what apps sign for themselves.
func (m oauth1Method) mrjones() pair.System {
	consumers := make(map[string]*mrjones.Consumer, apps)
	for i := range apps {
		consumers[appKey(i)] = mrjones.NewCustomConsumer(appKey(i), appSecret(i), m.hash, mrjones.ServiceProvider{SignQueryParams: true}, nil)
	}
	provider := mrjones.NewProvider(func(key string, _ map[string]string) (*mrjones.Consumer, error) { return consumers[key], nil })
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := provider.IsAuthorized(r)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		nothing.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, key)))
	})
	return serveOnce(h, signedTarget, func(i int) string { return m.sign(i, dghubble.NewToken("", "")) })
}
