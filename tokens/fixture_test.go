package tokens_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

var ctx = context.Background()

// The formats of the tests.
var (
	developer = mustFormat("test_pat_")
	apiKey    = mustFormat("test_key_")
)

func mustFormat(prefix string) tokens.Format {
	format, err := tokens.NewFormat(prefix)
	if err != nil {
		panic(err)
	}
	return format
}

// A counting store remembers look-ups of tokens and what it was given, and fails where it is told to.
type counting struct {
	*memory.Store
	mu      sync.Mutex
	lookUps []store.Digest
	written []any // all that was given to it
	broken  error
}

func (c *counting) PutTokens(ctx context.Context, put []store.Token, limit int, events ...store.Event) error {
	c.mu.Lock()
	c.written = append(c.written, put, events)
	c.mu.Unlock()
	return c.Store.PutTokens(ctx, put, limit, events...)
}

func (c *counting) RotateToken(ctx context.Context, old store.Digest, at time.Time, next []store.Token, events ...store.Event) error {
	c.mu.Lock()
	c.written = append(c.written, next, events)
	c.mu.Unlock()
	return c.Store.RotateToken(ctx, old, at, next, events...)
}

func (c *counting) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	c.mu.Lock()
	c.lookUps = append(c.lookUps, d)
	broken := c.broken
	c.mu.Unlock()
	if broken != nil {
		return store.FoundToken{}, broken
	}
	return c.Store.LookUpToken(ctx, d)
}

// A world is an issuer and two nodes of an API over one store, with a clock that tests move.
type world struct {
	t      testing.TB
	db     *counting
	now    time.Time
	issuer *tokens.Issuer
	node   [2]http.Handler
}

func (w *world) clock() time.Time { return w.now }

func catalogue(t testing.TB) auth.Catalogue {
	t.Helper()
	c, err := auth.NewCatalogue(
		auth.ScopeInfo{Name: "read", Words: "See things"}, auth.ScopeInfo{Name: "write", Words: "Change things"},
		auth.ScopeInfo{Name: "admin", Words: "Rule"})
	require.NoError(t, err)
	return c
}

func newWorld(t testing.TB, change ...func(*tokens.Config)) *world {
	t.Helper()
	w := &world{t: t, db: &counting{Store: memory.New()}, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	require.NoError(t, w.db.CreateUsers(ctx,
		store.User{ID: "1", Name: "Aladdin", Email: "aladdin@agrabah.example", Scopes: []string{"read", "write", "admin"}},
		store.User{ID: "2", Name: "Jasmine", Email: "jasmine@agrabah.example", Scopes: []string{"read"}},
		store.User{ID: "3", Name: "Cassim", State: store.Locked, Scopes: []string{"read"}}))
	cfg := tokens.Config{Tokens: w.db, Users: w.db, Scopes: catalogue(t), Developer: developer, APIKey: apiKey, Clock: w.clock}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	w.issuer, err = tokens.New(cfg)
	require.NoError(t, err)
	for i := range w.node {
		w.node[i] = w.newAPI("X-API-Key", "api_key")
	}
	return w
}

func newVerifier(t testing.TB, db store.Tokens, clock func() time.Time) *tokens.Verifier {
	t.Helper()
	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Clock: clock, Kinds: []tokens.Kind{
		{Kind: store.DeveloperToken, Format: developer}, {Kind: store.APIKey, Format: apiKey},
	}})
	require.NoError(t, err)
	return verifier
}

// newAPI takes bearer tokens, and keys in the field and the query parameter of these names. GET needs "read", /admin
// "admin" and POST "write".
func (w *world) newAPI(header, query string) http.Handler {
	w.t.Helper()
	verifier := newVerifier(w.t, w.db, w.clock)
	bearer, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "test"})
	require.NoError(w.t, err)
	schemes := []auth.Scheme{bearer}
	if header+query != "" {
		keys, err := tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: verifier, Realm: "test", Header: header, AllowQuery: query})
		require.NoError(w.t, err)
		schemes = append(schemes, keys)
	}
	gate, err := auth.New(auth.Config{Schemes: schemes, Scopes: catalogue(w.t)})
	require.NoError(w.t, err)
	greet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		_, _ = w.Write([]byte(id.Username + " " + id.Scopes.String()))
	})
	mux := http.NewServeMux()
	mux.Handle("GET /", gate.Require("read")(greet))
	mux.Handle("POST /", gate.Require("write")(greet))
	mux.Handle("GET /admin", gate.Require("admin")(greet))
	return mux
}

// mint makes a developer token of Aladdin's that may read, or what change makes of it.
func (w *world) mint(change ...func(*tokens.Request)) tokens.Minted {
	w.t.Helper()
	minted, err := w.issuer.Mint(ctx, request(change...))
	require.NoError(w.t, err)
	return minted
}

func request(change ...func(*tokens.Request)) tokens.Request {
	req := tokens.Request{Kind: store.DeveloperToken, Owner: "1", Description: "nightly import", Scopes: auth.Scopes{"read"}, Address: "192.0.2.7"}
	for _, c := range change {
		c(&req)
	}
	return req
}

// with mints with these scopes.
func with(scopes ...string) func(*tokens.Request) {
	return func(req *tokens.Request) { req.Scopes = scopes }
}

func of(owner string) func(*tokens.Request) { return func(req *tokens.Request) { req.Owner = owner } }

func key(req *tokens.Request) { req.Kind = store.APIKey }

// call sends a request to a node; fields are name, value, name, value, …
func (w *world) call(node http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	answer := httptest.NewRecorder()
	node.ServeHTTP(answer, r)
	return answer
}

// get sends the secret as a bearer token and returns the status.
func (w *world) get(secret string) int { return w.bearer(secret).Code }

func (w *world) bearer(secret string) *httptest.ResponseRecorder {
	return w.call(w.node[0], "GET", "/", "Authorization", "Bearer "+secret)
}

func (w *world) setUser(id string, change func(*store.User)) {
	w.t.Helper()
	user, err := w.db.UserByID(ctx, id)
	require.NoError(w.t, err)
	change(&user)
	require.NoError(w.t, w.db.UpdateUser(ctx, user))
}
