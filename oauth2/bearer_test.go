package oauth2_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

const (
	resource = "https://api.example"
	metadata = "https://api.example/.well-known/oauth-protected-resource"
)

// A gated API takes bearer tokens: GET needs "read", other methods "write".
type gated struct {
	t       testing.TB
	db      *memory.Store
	now     time.Time
	format  tokens.Format
	handler http.Handler
}

func newGated(t testing.TB, change ...func(*oauth2.BearerConfig)) *gated {
	t.Helper()
	g := &gated{t: t, db: memory.New(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), format: format(t, "test_at_")}
	require.NoError(t, g.db.CreateUsers(context.Background(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read", "write"}}))
	cfg := oauth2.BearerConfig{Verifier: g.verifier(), Realm: "api", Resource: resource, ResourceMetadata: metadata}
	for _, c := range change {
		c(&cfg)
	}
	bearer, err := oauth2.NewBearer(cfg)
	require.NoError(t, err)
	g.serve(bearer)
	return g
}

func (g *gated) verifier() *tokens.Verifier {
	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{
		Tokens: g.db, Clock: func() time.Time { return g.now }, Kinds: []tokens.Kind{{Kind: store.AccessToken, Format: g.format}},
	})
	require.NoError(g.t, err)
	return verifier
}

func (g *gated) serve(schemes ...auth.Scheme) {
	gate, err := auth.New(auth.Config{Schemes: schemes, Scopes: catalogue(g.t)})
	require.NoError(g.t, err)
	read, write := gate.Require("read")(http.HandlerFunc(echo)), gate.Require("write")(http.HandlerFunc(echo))
	g.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			read.ServeHTTP(w, r)
			return
		}
		write.ServeHTTP(w, r)
	})
}

// echo answers with the caller's name and what it can read of the form.
func echo(w http.ResponseWriter, r *http.Request) {
	id, _ := auth.FromContext(r.Context())
	_, _ = w.Write([]byte(id.Username + " " + r.PostFormValue("x")))
}

// token puts one into the store that may read and write, or what change makes of it.
func (g *gated) token(change ...func(*store.Token)) string {
	g.t.Helper()
	text := g.format.New()
	t := store.Token{
		Digest: store.DigestOf(text), ID: text[8:30], Kind: store.AccessToken, User: "1", Scopes: []string{"read", "write"},
		Created: g.now, Expires: g.now.Add(time.Hour),
	}
	for _, c := range change {
		c(&t)
	}
	require.NoError(g.t, g.db.PutTokens(context.Background(), []store.Token{t}, 0))
	return text
}

// send makes a request; fields are name, value, name, value, …
func (g *gated) send(method, target, body string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	answer := httptest.NewRecorder()
	g.handler.ServeHTTP(answer, r)
	return answer
}

func (g *gated) get(field string) *httptest.ResponseRecorder {
	return g.send("GET", "/", "", "Authorization", field)
}

// challenges are the lines of WWW-Authenticate.
func challenges(answer *httptest.ResponseRecorder) []string {
	return answer.Header()["Www-Authenticate"]
}

func TestBearer(t *testing.T) {
	t.Run("RFC6750-2.1-01 whatever the scheme's case", func(t *testing.T) {
		g := newGated(t)
		token := g.token()
		for _, name := range []string{"Bearer", "bearer", "BEARER", "bEaReR"} {
			assert.Equal(t, 200, g.get(name+" "+token).Code, name)
		}
		assert.Equal(t, 200, g.get("Bearer   "+token).Code, "spaces may be more than one (RFC 9110 §11.4)")
	})
	t.Run("RFC9110-11.2-07 nothing is taken of what does not fit the grammar", func(t *testing.T) {
		g := newGated(t)
		bearer, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: g.verifier(), Realm: "api"})
		require.NoError(t, err)
		passwords, err := basic.New(basic.Config{Realm: "api", Passwords: anybody{}})
		require.NoError(t, err)
		g.serve(bearer, passwords)
		require.Equal(t, 200, g.get("Basic dXNlcjpwYXNz").Code)
		token := g.token()
		for _, field := range []string{"Basic dXNlcjpwYXNz, Bearer abc", "Basic dXNlcjpwYXNz, Bearer " + token, "Basic dXNlcjpwYXNz x"} {
			assert.Equal(t, 401, g.get(field).Code, field)
		}
		for _, field := range []string{
			"Bearer abc def", "Bearer " + token + " def", "Bearer " + token + ", Basic dXNlcjpwYXNz", "Bearer " + token + ",", "Bearer \"" + token + "\"",
			"Bearer " + token + "=x", "Bearer", "Bearer ", "Bearer ==", "Bearer token=" + token, "Bearer " + token + "\t", "Bearer é",
		} {
			answer := g.get(field)
			assert.Equal(t, 400, answer.Code, field)
			assert.Equal(t, []string{`Bearer realm="api", error="invalid_request"`}, challenges(answer), field)
		}
		twice := g.send("GET", "/", "", "Authorization", "Basic dXNlcjpwYXNz", "Authorization", "Bearer "+token)
		assert.Equal(t, 400, twice.Code)
		assert.Equal(t, []string{`Bearer realm="api", error="invalid_request"`}, challenges(twice))
		assert.Empty(t, challenges(g.send("GET", "/", "", "Authorization", "Basic a", "Authorization", "Basic b")), "no bearer token, no error of one")
	})
	t.Run("RFC6750-5.3-01 not from cookies", func(t *testing.T) {
		g := newGated(t)
		token := g.token()
		assert.Equal(t, 401, g.send("GET", "/", "", "Cookie", "access_token="+token).Code)
		assert.Equal(t, 401, g.send("GET", "/", "", "Cookie", "Authorization=Bearer "+token).Code)
	})
}

// anybody takes every name and password.
type anybody struct{}

func (anybody) Check(_ context.Context, _ *http.Request, name, _ string) (store.User, error) {
	return store.User{ID: "9", Name: name, Scopes: []string{"read", "write"}}, nil
}

func TestChallenges(t *testing.T) {
	t.Run("RFC6750-3-01 no credentials, no error code", func(t *testing.T) {
		answer := newGated(t).send("GET", "/", "")
		assert.Equal(t, 401, answer.Code)
		assert.Equal(t, []string{`Bearer realm="api", resource_metadata="` + metadata + `", scope="read"`}, challenges(answer))
		bare := newGated(t, func(cfg *oauth2.BearerConfig) { cfg.ResourceMetadata = "" }).send("POST", "/", "")
		assert.Equal(t, []string{`Bearer realm="api", scope="write"`}, challenges(bare))
	})
	t.Run("RFC9728-5.1-01 every 401 and 403 says where the metadata is", func(t *testing.T) {
		g := newGated(t)
		for _, answer := range []*httptest.ResponseRecorder{
			g.send("GET", "/", ""), g.get("Bearer x"), g.get("Basic eDp5"),
			g.send("POST", "/", "", "Authorization", "Bearer "+g.token(func(t *store.Token) { t.Scopes = []string{"read"} })),
		} {
			require.Len(t, challenges(answer), 1)
			assert.Contains(t, challenges(answer)[0], `resource_metadata="`+metadata+`"`)
		}
	})
	t.Run("RFC6750-3.1-01 every token that is no good gets the same answer", func(t *testing.T) {
		g := newGated(t)
		revoked := g.token(func(t *store.Token) { t.Revoked = t.Created })
		expired := g.token(func(t *store.Token) { t.Expires = t.Created })
		elsewhere := g.token(func(t *store.Token) { t.Audience = []string{"https://other.example"} })
		bound := g.token(func(t *store.Token) { t.Confirmation = "a thumbprint" })
		first := g.get("Bearer " + g.format.New())
		require.Equal(t, []string{`Bearer realm="api", resource_metadata="` + metadata + `", scope="read", error="invalid_token"`}, challenges(first))
		for name, token := range map[string]string{"malformed": "x", "revoked": revoked, "expired": expired, "for another API": elsewhere, "bound to a key": bound} {
			answer := g.get("Bearer " + token)
			assert.Equal(t, 401, answer.Code, name)
			assert.Equal(t, first.Header(), answer.Header(), name)
			assert.Equal(t, first.Body.String(), answer.Body.String(), name)
		}
	})
	t.Run("RFC6750-3.1-02 too little scope", func(t *testing.T) {
		g := newGated(t)
		answer := g.send("POST", "/", "", "Authorization", "Bearer "+g.token(func(t *store.Token) { t.Scopes = []string{"read"} }))
		assert.Equal(t, 403, answer.Code)
		assert.Equal(t, []string{`Bearer realm="api", resource_metadata="` + metadata + `", scope="write", error="insufficient_scope"`}, challenges(answer))
		assert.Contains(t, answer.Body.String(), "the scope write")
	})
	t.Run("RFC6750-3-02 nothing of the request comes back, and no parameter twice", func(t *testing.T) {
		g := newGated(t)
		plain := challenges(g.get("Bearer x y"))
		for _, field := range []string{`Bearer x", scope="admin`, "Bearer x\r\nX: y", `Bearer x", error="fine`, `Bearer \"`} {
			answer := g.send("GET", `/%22,%20scope=%22admin%0d%0aX:%20y?a=%22%0d%0a`, "", "Authorization", field)
			assert.Equal(t, 400, answer.Code)
			assert.Equal(t, plain, challenges(answer))
			_, params, _ := strings.Cut(challenges(answer)[0], " ")
			_, err := auth.ParseParams(nil, params)
			assert.NoError(t, err, "the grammar, and each name once")
		}
		for _, cfg := range []oauth2.BearerConfig{
			{Verifier: g.verifier(), Realm: "a\nb"}, {Verifier: g.verifier()}, {Realm: "api"},
			{Verifier: g.verifier(), Realm: "api", ResourceMetadata: "https://api.example/\r\nX: y"},
			{Verifier: g.verifier(), Realm: "api", ResourceMetadata: "/relative"},
			{Verifier: g.verifier(), Realm: "api", Resource: "relative"},
			{Verifier: g.verifier(), Realm: "api", Resource: "https://api.example/?x"},
		} {
			_, err := oauth2.NewBearer(cfg)
			assert.Error(t, err)
		}
	})
	t.Run("a locked account's 403 is no token's fault", func(t *testing.T) {
		g := newGated(t)
		token := g.token()
		require.NoError(t, g.db.UpdateUser(context.Background(), store.User{ID: "1", Name: "Aladdin", State: store.Locked, Scopes: []string{"read"}}))
		answer := g.get("Bearer " + token)
		assert.Equal(t, 403, answer.Code)
		assert.Contains(t, answer.Body.String(), "No API Access")
		assert.Equal(t, []string{`Bearer realm="api", resource_metadata="` + metadata + `"`}, challenges(answer))
	})
}

func TestAudience(t *testing.T) {
	for _, row := range []struct {
		name, resource, path string
		audience             []string
		status               int
	}{
		{"none is for all", resource, "/x", nil, 200},
		{"this API", resource, "/x", []string{resource}, 200},
		{"this API with a slash", resource, "/x", []string{resource + "/"}, 200},
		{"one of several", resource, "/x", []string{"https://other.example", resource}, 200},
		{"another API", resource, "/x", []string{"https://other.example"}, 401},
		{"an API whose name begins like this one's", resource, "/x", []string{"https://api.example.net"}, 401},
		{"a part of this API, used there", resource, "/mcp/tools", []string{resource + "/mcp"}, 200},
		{"the part itself", resource, "/mcp", []string{resource + "/mcp"}, 200},
		{"a part of this API, used elsewhere", resource, "/admin", []string{resource + "/mcp"}, 401},
		{"a part whose name begins alike", resource, "/mcpx", []string{resource + "/mcp"}, 401},
		{"out of the part by dots", resource, "/mcp/../admin", []string{resource + "/mcp"}, 401},
		{"out of the part by encoded dots", resource, "/mcp/%2e%2e/admin", []string{resource + "/mcp"}, 401},
		{"an encoded slash is no slash", resource, "/mcp%2Fx", []string{resource + "/mcp"}, 401},
		{"below an API with a path", resource + "/v1", "/v1/mcp/x", []string{resource + "/v1/mcp"}, 200},
		{"beside it", resource + "/v1", "/mcp/x", []string{resource + "/v1/mcp"}, 401},
		{"above it", resource + "/v1", "/v1/mcp", []string{resource}, 401},
		{"an API that was not told its name", "", "/x", []string{resource}, 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := newGated(t, func(cfg *oauth2.BearerConfig) { cfg.Resource = row.resource })
			token := g.token(func(t *store.Token) { t.Audience = row.audience })
			assert.Equal(t, row.status, g.send("GET", row.path, "", "Authorization", "Bearer "+token).Code)
		})
	}
}

func TestBearerAllocatesNothing(t *testing.T) {
	g := newGated(t)
	bearer, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: g.verifier(), Realm: "api", Resource: resource})
	require.NoError(t, err)
	for name, token := range map[string]string{"good": g.token(), "mistyped": g.token()[1:], "for this API": g.token(func(t *store.Token) { t.Audience = []string{resource} })} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		_, err := bearer.Verify(context.Background(), r)
		assert.Equal(t, name == "mistyped", err != nil)
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = bearer.Verify(context.Background(), r) }), name)
	}
}
