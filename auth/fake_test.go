package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// fakeScheme takes "Name <account>": the account's name is all there is to a credential.
type fakeScheme struct {
	name     string
	ambient  bool
	accounts map[string]auth.Verdict
	broken   error
	panics   bool
	verified int
}

func (s *fakeScheme) Present(r *http.Request, name string) bool {
	return strings.EqualFold(name, s.name) || s.name == "APIKey" && r.Header.Get("X-API-Key") != ""
}

func (s *fakeScheme) Ambient() bool { return s.ambient }

func (s *fakeScheme) Verify(_ context.Context, r *http.Request) (auth.Verdict, error) {
	s.verified++
	if s.panics {
		panic("a bug")
	}
	_, account := auth.Authorization(r)
	if s.name == "APIKey" {
		account = r.Header.Get("X-API-Key")
	}
	verdict, ok := s.accounts[account]
	if s.broken != nil {
		return verdict, s.broken
	}
	if !ok {
		return auth.Verdict{Identity: auth.Identity{Scheme: s.name, Subject: "guessed"}}, auth.Refuse(account, "unknown_user")
	}
	return verdict, nil
}

func (s *fakeScheme) Challenges(_ *http.Request, err error) []auth.Challenge {
	if !errors.Is(err, autherr.Unauthenticated) {
		return nil
	}
	return []auth.Challenge{{Scheme: s.name, Params: []auth.Param{{Name: "realm", Value: "test"}}}}
}

// newFake is a scheme like Basic with two accounts that hold both scopes, and a locked and a disabled one.
func newFake() *fakeScheme {
	account := func(name string, state store.State) auth.Verdict {
		return auth.Verdict{State: state, Identity: auth.Identity{
			Kind: auth.User, Subject: "id-" + name, Username: name, Scheme: "Fake", Scopes: auth.Scopes{"read", "write"},
		}}
	}
	return &fakeScheme{name: "Fake", ambient: true, accounts: map[string]auth.Verdict{
		"aladdin": account("aladdin", store.Active),
		"jasmine": account("jasmine", store.Active),
		"cassim":  account("cassim", store.Locked),
		"jafar":   account("jafar", store.Disabled),
		"genie":   account("genie", "in a lamp"),
		"nobody":  {Identity: auth.Identity{Kind: auth.User, Subject: "id-nobody", Scheme: "Fake"}},
	}}
}

// fakeClients holds apps by ID and counts the look-ups.
type fakeClients struct {
	store.Clients
	apps   map[string]store.Client
	broken error
	reads  int
}

func (c *fakeClients) Client(_ context.Context, id string) (store.Client, error) {
	c.reads++
	if c.broken != nil {
		return store.Client{}, c.broken
	}
	app, ok := c.apps[id]
	if !ok {
		return store.Client{}, store.ErrNotFound
	}
	return app, nil
}

func catalogue(t testing.TB) auth.Catalogue {
	t.Helper()
	c, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}, auth.ScopeInfo{Name: "write", Words: "Change things"})
	require.NoError(t, err)
	return c
}

// newGate builds a gate over cfg with the catalogue, and the fake scheme where cfg has none.
func newGate(t testing.TB, cfg auth.Config) *auth.Gate {
	t.Helper()
	if cfg.Schemes == nil {
		cfg.Schemes = []auth.Scheme{newFake()}
	}
	cfg.Scopes = catalogue(t)
	gate, err := auth.New(cfg)
	require.NoError(t, err)
	return gate
}

// newRequest comes from loopback; fields are name, value, name, value, …
func newRequest(method, target string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// greet answers with who is calling.
var greet = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id, ok := auth.FromContext(r.Context())
	if !ok {
		_, _ = w.Write([]byte("anonymous"))
		return
	}
	_, _ = w.Write([]byte(id.Username + " " + id.ClientKey + " " + id.Scopes.String()))
})

// serve sends r through the gate's middleware for the scopes to greet.
func serve(gate *auth.Gate, r *http.Request, scopes ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	gate.Require(scopes...)(greet).ServeHTTP(w, r)
	return w
}

// message is the document's message; a test that asks for it knows that there is one.
func message(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var text string
	_, after, found := strings.Cut(w.Body.String(), `"message":"`)
	require.True(t, found, w.Body.String())
	text, _, _ = strings.Cut(after, `"`)
	return text
}
