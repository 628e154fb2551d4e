package oauth1_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Unix(1_700_000_000, 0)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func (c *clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

var everyScope = []string{"products:read", "products:write"}

const (
	appKey, appSecret       = "aladdin_app", "app&secret ~é"
	tokenText, tokenSecret  = "token_text", "token+secret"
	otherKey, otherSecret   = "jasmine_app", "another secret"
	otherToken, otherSecond = "other_token_text", "another token secret"
)

// A world is a store with accounts, apps and tokens.
type world struct {
	t     testing.TB
	store *memory.Store
	ring  *seal.Ring
	clock *clock
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	w := &world{t: t, store: memory.New(), ring: ring, clock: newClock()}
	require.NoError(t, w.store.CreateUsers(t.Context(),
		store.User{ID: "u1", Name: "Aladdin", Scopes: everyScope},
		store.User{ID: "u2", Name: "Jasmine", Scopes: everyScope[:1]},
	))
	w.putClient(appKey, "u1", appSecret)
	w.putClient(otherKey, "u2", otherSecret)
	w.putToken("t1", tokenText, tokenSecret, appKey, "u1")
	w.putToken("t2", otherToken, otherSecond, otherKey, "u2")
	return w
}

// putClient makes an app that may use every method that has a shared secret.
func (w *world) putClient(id, owner string, secrets ...string) {
	c := store.Client{
		ID: id, Owner: owner, Name: id, Scopes: everyScope, RedirectURIs: []string{"https://client.example/ready?x=1", "https://client.example/cb"},
		SignatureMethods: []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"},
	}
	for _, secret := range secrets {
		c.Secrets = append(c.Secrets, store.Secret{
			Digest: store.DigestOf(secret), Sealed: w.ring.Seal(oauth1.ClientSecret(id), []byte(secret)),
		})
	}
	require.NoError(w.t, w.store.PutClient(context.Background(), c))
}

// changeClient changes an app.
func (w *world) changeClient(id string, change func(*store.Client)) {
	c, err := w.store.Client(context.Background(), id)
	require.NoError(w.t, err)
	change(&c)
	require.NoError(w.t, w.store.PutClient(context.Background(), c))
}

// putToken makes token credentials with a grant of their own.
func (w *world) putToken(id, text, secret, clientID, user string, change ...func(*store.Token)) {
	grant := store.Grant{ID: "g-" + id, User: user, Client: clientID, Scopes: everyScope, Protocol: "oauth1", Created: w.clock.Now()}
	require.NoError(w.t, w.store.PutGrant(context.Background(), grant))
	token := store.Token{
		Digest: store.DigestOf(text), ID: id, Kind: store.OAuth1Token, User: user, Client: clientID, Grant: grant.ID,
		Scopes: everyScope, Created: w.clock.Now(), Sealed: w.ring.Seal(oauth1.TokenSecret(id), []byte(secret)),
	}
	for _, one := range change {
		one(&token)
	}
	require.NoError(w.t, w.store.PutTokens(context.Background(), []store.Token{token}, 0))
}

// config is a scheme over the world, with every method.
func (w *world) config(change ...func(*oauth1.Config)) oauth1.Config {
	cfg := oauth1.Config{
		Realm:   "api",
		Methods: []oauth1.Method{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512, oauth1.RSASHA1, oauth1.RSASHA256, oauth1.RSASHA512},
		Clients: w.store, Users: w.store, Tokens: w.store, Once: w.store, Ring: w.ring, Clock: w.clock.Now,
	}
	for _, one := range change {
		one(&cfg)
	}
	return cfg
}

func (w *world) scheme(change ...func(*oauth1.Config)) *oauth1.Scheme {
	w.t.Helper()
	scheme, err := oauth1.New(w.config(change...))
	require.NoError(w.t, err)
	return scheme
}

// app is the client with the app's own credentials and the token of its owner.
func (w *world) app() client.Client {
	return client.Client{Key: appKey, Secret: appSecret, Token: tokenText, TokenSecret: tokenSecret, Now: w.clock.Now}
}

// A service is a gate with the scheme, and a handler that says what it saw.
type service struct {
	handler http.Handler
	seen    *seen
}

// Seen is what the handler saw.
type seen struct {
	calls    int
	identity auth.Identity
	form     map[string][]string
	body     string
}

// serve builds the service for scope products:read, with the Aladdin's apps' scheme alone unless others come before it.
func (w *world) service(scheme auth.Scheme, more ...auth.Scheme) *service {
	w.t.Helper()
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "products:read", Words: "read"}, auth.ScopeInfo{Name: "products:write", Words: "write"})
	require.NoError(w.t, err)
	gate, err := auth.New(auth.Config{Schemes: append(more, scheme), Scopes: catalogue, ClientKeys: &auth.ClientKeys{Clients: w.store}, Clock: w.clock.Now})
	require.NoError(w.t, err)
	s := &service{seen: &seen{}}
	read, write := gate.Require("products:read")(s), gate.Require("products:write")(s)
	s.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/write" {
			write.ServeHTTP(rw, r)
			return
		}
		read.ServeHTTP(rw, r)
	})
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.seen.calls++
	if id, ok := auth.FromContext(r.Context()); ok {
		s.seen.identity = *id
	}
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		_ = r.ParseForm()
		s.seen.form = r.Form
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.seen.body = string(body)
}

// do sends r to the service.
func (s *service) do(r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, r)
	return recorder
}

// status is that of the answer to r.
func (s *service) status(r *http.Request) int { return s.do(r).Code }

// A document is an error's body.
type document struct {
	Status                         int
	Message, Additional, Reference string
}

func readDocument(t *testing.T, recorder *httptest.ResponseRecorder) document {
	t.Helper()
	var d document
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &d))
	require.Equal(t, recorder.Code, d.Status)
	return d
}

// rsaKey and anotherRSAKey are made once: that takes a while.
var (
	rsaKey        = sync.OnceValue(newRSAKey)
	anotherRSAKey = sync.OnceValue(newRSAKey)
)

func newRSAKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// jwks is a JWK Set with the public halves of keys.
func jwks(t testing.TB, keys ...*rsa.PrivateKey) []byte {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: &key.PublicKey, Use: "sig"})
	}
	text, err := json.Marshal(set)
	require.NoError(t, err)
	return text
}
