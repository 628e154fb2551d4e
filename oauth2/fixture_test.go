package oauth2_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// yes allows everything that was asked for.
var yes = interaction.Decision{Allow: true}

const issuer = "https://api.example"

// The code verifier and challenge of RFC 7636 appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// A world is an authorization server over a memory store, whose clock tests move. The browser is signed in as the user
// whose ID its X-Browser field has.
type world struct {
	t       testing.TB
	store   *memory.Store
	server  *oauth2.Server
	pages   *interaction.Interactions
	api     http.Handler
	handler *http.ServeMux
	mu      sync.Mutex
	now     time.Time
	broken  []error
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func format(t testing.TB, prefix string) tokens.Format {
	t.Helper()
	f, err := tokens.NewFormat(prefix)
	require.NoError(t, err)
	return f
}

func catalogue(t testing.TB) auth.Catalogue {
	t.Helper()
	c, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}, auth.ScopeInfo{Name: "write", Words: "Change things"}, auth.ScopeInfo{Name: "admin", Words: "Rule"})
	require.NoError(t, err)
	return c
}

// secretOf is the secret of each confidential client of the world.
func secretOf(client string) string { return client + "-secret-of-enough-random-symbols-for-a-test" }

func newWorld(t testing.TB, change ...func(*oauth2.Config)) *world {
	t.Helper()
	w := &world{t: t, store: memory.New(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	ctx := context.Background()
	require.NoError(t, w.store.CreateUsers(ctx,
		store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read", "write"}},
		store.User{ID: "2", Name: "Jasmine", Scopes: []string{"read"}},
		store.User{ID: "3", Name: "Cassim", State: store.Locked, Scopes: []string{"read"}}))
	all := []string{"authorization_code", "client_credentials", "refresh_token"}
	for _, c := range []store.Client{
		{ID: "app", Owner: "1", Name: "Carpets", RedirectURIs: []string{"https://client.example/callback"}, Scopes: []string{"read", "write"}, GrantTypes: all},
		{ID: "other", Owner: "1", Name: "Lamps", RedirectURIs: []string{"https://other.example/a", "https://other.example/b"}, Scopes: []string{"read"}, GrantTypes: all},
		{ID: "query", Owner: "1", Name: "Query", RedirectURIs: []string{"https://client.example/callback?x=1"}, Scopes: []string{"read"}, GrantTypes: all},
		{ID: "locked", Owner: "3", Name: "Caves", Scopes: []string{"read"}, GrantTypes: all},
		{ID: "basic", Owner: "1", Name: "Basic alone", Scopes: []string{"read"}, GrantTypes: all, AuthMethods: []string{"client_secret_basic"}},
		{ID: "code", Owner: "1", Name: "Code alone", RedirectURIs: []string{"https://client.example/callback"}, Scopes: []string{"read"}, GrantTypes: all[:1]},
		{ID: "rs", Owner: "1", Name: "Resource server", GrantTypes: all[1:2], Introspects: true},
	} {
		c.Secrets = []store.Secret{{Digest: store.DigestOf(secretOf(c.ID))}}
		require.NoError(t, w.store.PutClient(ctx, c))
	}
	require.NoError(t, w.store.PutClient(ctx, store.Client{
		ID: "native", Name: "On a desk", Native: true, RedirectURIs: []string{"http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback"}, Scopes: []string{"read"},
		GrantTypes: []string{"authorization_code", "refresh_token"}, AuthMethods: []string{"none"},
	}))
	w.build(change...)
	return w
}

// build makes the server, its consent page and an API behind a gate.
func (w *world) build(change ...func(*oauth2.Config)) {
	w.t.Helper()
	var err error
	w.pages, err = interaction.New(interaction.Config{
		Handles: w.store, Clients: w.store, Scopes: catalogue(w.t), Clock: w.clock,
		Subject: func(r *http.Request) (interaction.Subject, bool, error) {
			id := r.Header.Get("X-Browser")
			if id == "" {
				return interaction.Subject{}, false, nil
			}
			user, err := w.store.UserByID(r.Context(), id)
			return interaction.Subject{User: user, Session: "browser of " + id, AuthTime: w.clock()}, err == nil, nil
		},
		SignIn:  func(next string) string { return "/login?next=" + url.QueryEscape(next) },
		Consent: func(id string) string { return "/consent?id=" + id },
	})
	require.NoError(w.t, err)
	w.server, err = oauth2.New(w.config(change...))
	require.NoError(w.t, err)
	w.handler = http.NewServeMux()
	for _, route := range w.server.Routes() {
		w.handler.Handle(route.Pattern, route.Handler)
	}
	w.api = w.newAPI(format(w.t, "test_at_"))
}

// config is the server's, with changes.
func (w *world) config(change ...func(*oauth2.Config)) oauth2.Config {
	w.t.Helper()
	cfg := oauth2.Config{
		Issuer: issuer, Clients: w.store, Users: w.store, Grants: w.store, Tokens: w.store, Handles: w.store, Once: w.store, Events: w.store,
		Scopes: catalogue(w.t), Interactions: w.pages, Access: format(w.t, "test_at_"), Refresh: format(w.t, "test_rt_"), Clock: w.clock,
		OnError: func(_ *http.Request, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.broken = append(w.broken, err)
		},
	}
	for _, c := range change {
		c(&cfg)
	}
	return cfg
}

// newServer builds another server from the world's configuration, with a change.
func newServer(t testing.TB, change func(*oauth2.Config)) (*oauth2.Server, error) {
	t.Helper()
	return oauth2.New(newWorld(t).config(change))
}

// newAPI answers with the caller's subject and scopes to bearer tokens that hold "read".
func (w *world) newAPI(access tokens.Format) http.Handler {
	w.t.Helper()
	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: w.store, Kinds: []tokens.Kind{{Kind: store.AccessToken, Format: access}}, Clock: w.clock})
	require.NoError(w.t, err)
	bearer, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "api", Resource: issuer})
	require.NoError(w.t, err)
	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{bearer}, Scopes: catalogue(w.t)})
	require.NoError(w.t, err)
	return gate.Require("read")(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		_, _ = io.WriteString(rw, id.Subject+": "+id.Scopes.String())
	}))
}

// An answer of the token endpoint.
type answer struct {
	*http.Response
	text                                                                 string
	AccessToken, RefreshToken, TokenType, Scope, Error, ErrorDescription string
	ExpiresIn                                                            int64
	Active                                                               bool
}

func (a *answer) parse() {
	var members map[string]any
	if json.Unmarshal([]byte(a.text), &members) != nil {
		return
	}
	text := func(name string) string { s, _ := members[name].(string); return s }
	a.AccessToken, a.RefreshToken, a.TokenType, a.Scope = text("access_token"), text("refresh_token"), text("token_type"), text("scope")
	a.Error, a.ErrorDescription = text("error"), text("error_description")
	if n, ok := members["expires_in"].(float64); ok {
		a.ExpiresIn = int64(n)
	}
	a.Active, _ = members["active"].(bool)
}

// request sends r to the server.
func (w *world) request(r *http.Request) answer {
	r.RemoteAddr = "127.0.0.1:40000"
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	a := answer{Response: rec.Result(), text: rec.Body.String()}
	a.parse()
	return a
}

// post posts a form; a client's name authenticates it by Basic, "" by nothing.
func (w *world) post(path, client string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest("POST", issuer+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if client != "" {
		r.SetBasicAuth(url.QueryEscape(client), url.QueryEscape(secretOf(client)))
	}
	return w.request(r)
}

func (w *world) token(client string, fields ...string) answer {
	return w.post("/oauth2/token", client, fields...)
}

// authorize asks the authorization endpoint in a browser; fields replace or, where empty, remove the usual ones.
func (w *world) authorize(browser, client string, fields ...string) answer {
	query := url.Values{
		"client_id": {client}, "response_type": {"code"}, "state": {"s t+a%te"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(fields); i += 2 {
		if query.Del(fields[i]); fields[i+1] != "" {
			query.Set(fields[i], fields[i+1])
		}
	}
	r := httptest.NewRequest("GET", issuer+"/oauth2/authorize?"+query.Encode(), nil)
	r.Header.Set("X-Browser", browser)
	return w.request(r)
}

// location is where an answer redirects.
func (a answer) location(t testing.TB) *url.URL {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, a.StatusCode, a.text)
	u, err := a.Response.Location()
	require.NoError(t, err)
	return u
}

// decide answers the consent page that a leads to, and returns where the browser goes then.
func (w *world) decide(browser string, a answer, allow bool) *url.URL {
	w.t.Helper()
	u := a.location(w.t)
	require.Equal(w.t, "/consent", u.Path, u.String())
	r := httptest.NewRequest("POST", issuer+"/consent", nil)
	r.Header.Set("X-Browser", browser)
	rec := httptest.NewRecorder()
	require.NoError(w.t, w.pages.Decide(rec, r, u.Query().Get("id"), interaction.Decision{Allow: allow}))
	answer := answer{Response: rec.Result(), text: rec.Body.String()}
	return answer.location(w.t)
}

// code walks a browser through consent and returns the code.
func (w *world) code(browser, client string, fields ...string) string {
	w.t.Helper()
	a := w.authorize(browser, client, fields...)
	u := a.location(w.t)
	if u.Path == "/consent" {
		u = w.decide(browser, a, true)
	}
	code := u.Query().Get("code")
	require.NotEmpty(w.t, code, u.String())
	return code
}

// redeem exchanges a code as its client; fields are added.
func (w *world) redeem(client, code string, fields ...string) answer {
	return w.token(client, append([]string{"grant_type", "authorization_code", "code", code, "code_verifier", verifier}, fields...)...)
}

// tokens walks a whole code flow.
func (w *world) tokens(browser, client string, fields ...string) answer {
	w.t.Helper()
	a := w.redeem(client, w.code(browser, client, fields...))
	require.Equal(w.t, http.StatusOK, a.StatusCode, a.text)
	return a
}

func (w *world) refresh(client, token string, fields ...string) answer {
	return w.token(client, append([]string{"grant_type", "refresh_token", "refresh_token", token}, fields...)...)
}

// call uses an access token at the API and returns the status and the body.
func (w *world) call(token string) (int, string) {
	r := httptest.NewRequest("GET", issuer+"/things", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

// works reports whether the API takes an access token.
func (w *world) works(token string) bool {
	status, _ := w.call(token)
	return status == http.StatusOK
}

// dumpOf is everything that the values hold, as text.
func dumpOf(values ...any) string {
	text, _ := json.Marshal(values)
	return string(text)
}
