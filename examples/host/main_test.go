package main

import (
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	client "github.com/dghubble/oauth1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	xoauth2 "golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/examples/internal/visitor"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
	"github.com/seed-f67351ce/sesame/tokens"
)

const (
	secret   = "secret-of-the-lamp"
	callback = "http://127.0.0.1:9999/callback"
)

// A world is a host that runs, with Aladdin in its table and his app.
type world struct {
	t      *testing.T
	base   string
	people *sql.DB
	db     *memory.Store
}

func newWorld(t *testing.T) *world {
	t.Helper()
	table, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "host.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = table.Close() }) // the test is over
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	w := &world{t, "", table, memory.New(memory.UsersElsewhere())}
	w.addAladdin(ring)
	require.NoError(t, w.db.PutClient(t.Context(), store.Client{
		ID: "lamp", Owner: "1", Name: "Lamp Polisher", Scopes: []string{"read"}, RedirectURIs: []string{callback},
		GrantTypes: []string{"authorization_code", "client_credentials", "refresh_token"}, SignatureMethods: []string{"HMAC-SHA256"},
		Secrets: []store.Secret{{Digest: store.DigestOf(secret), Sealed: ring.Seal(oauth1.ClientSecret("lamp"), []byte(secret))}},
	}))
	server := httptest.NewUnstartedServer(nil)
	w.base = "http://" + server.Listener.Addr().String()
	server.Config.Handler = newHost(w.base, people{table}, w.db, ring)
	server.Start()
	t.Cleanup(server.Close)
	return w
}

// addAladdin signs him up as the host would.
func (w *world) addAladdin(ring *seal.Ring) {
	hasher, err := password.NewHasher(password.HasherConfig{})
	require.NoError(w.t, err)
	hash, err := hasher.Hash("open sesame")
	require.NoError(w.t, err)
	digests, err := digest.NewHA1s(digest.HA1Config{Realm: realm, Keys: ring})
	require.NoError(w.t, err)
	ha1s, err := digests.Derive(store.User{ID: "1", Name: "Aladdin"}, "open sesame")
	require.NoError(w.t, err)
	text, err := json.Marshal(ha1s)
	require.NoError(w.t, err)
	must(w.people.Exec(schema))
	must(w.people.Exec("INSERT INTO people VALUES ('1', 'Aladdin', '', ?, ?)", hash, text))
}

// get calls an API.
func (w *world) get(path string, by *http.Client, fields ...string) (status int, body string) {
	w.t.Helper()
	r, err := http.NewRequest("GET", w.base+path, http.NoBody)
	require.NoError(w.t, err)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	answer, err := by.Do(r)
	require.NoError(w.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(w.t, err)
	return answer.StatusCode, string(text)
}

// allow plays Aladdin, whom an app sent to link, and returns what the app is told.
func (w *world) allow(link string) url.Values {
	w.t.Helper()
	aladdin := visitor.New(callback)
	require.NoError(w.t, aladdin.Open(link))
	require.Equal(w.t, "/enter", aladdin.Page.URL.Path, "the host's own sign-in")
	require.NoError(w.t, aladdin.Submit("username", "Aladdin", "password", "open sesame"))
	require.NoError(w.t, aladdin.Submit("decision", "allow"))
	return aladdin.Page.URL.Query()
}

// mint makes a token as the host's own portal would.
func (w *world) mint(kind store.TokenKind, prefix string) string {
	w.t.Helper()
	format := must(tokens.NewFormat(prefix))
	catalogue := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your things"}))
	cfg := tokens.Config{Tokens: w.db, Users: people{w.people}, Scopes: catalogue, Developer: format}
	if kind == store.APIKey {
		cfg.Developer, cfg.APIKey = tokens.Format{}, format
	}
	issuer := must(tokens.New(cfg))
	return must(issuer.Mint(w.t.Context(), tokens.Request{Kind: kind, Owner: "1", Description: "a test", AllScopes: true})).Secret
}

func TestFourAPIs(t *testing.T) {
	w := newWorld(t)
	plain := http.DefaultClient
	basic := http.Header{}
	r := http.Request{Header: basic}
	r.SetBasicAuth("Aladdin", "open sesame")

	t.Run("API 1 by Basic and a client key", func(t *testing.T) {
		status, body := w.get("/v2", plain, "Authorization", basic.Get("Authorization"), "X-Client-Key", "lamp")
		assert.Equal(t, "Basic Aladdin by lamp", body)
		assert.Equal(t, 200, status)
		status, _ = w.get("/v2", plain, "Authorization", basic.Get("Authorization"))
		assert.Equal(t, 400, status)
	})
	t.Run("API 1 by Digest and a client key", func(t *testing.T) {
		answer, err := plain.Get(w.base + "/v2")
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		d := apitest.Digest{
			Username: "Aladdin", Password: "open sesame", Realm: realm, Algorithm: "SHA-256", Count: 1,
			Nonce: apitest.Nonce(t, apitest.Answer{Header: answer.Header}),
		}
		_, body := w.get("/v2", plain, "Authorization", d.Field("GET", "/v2"), "X-Client-Key", "lamp")
		assert.Equal(t, "Digest Aladdin by lamp", body)
	})
	t.Run("API 1 by OAuth 1.0a", func(t *testing.T) {
		app := client.Config{
			ConsumerKey: "lamp", ConsumerSecret: secret, CallbackURL: callback, Signer: &client.HMAC256Signer{ConsumerSecret: secret},
			Endpoint: client.Endpoint{
				RequestTokenURL: w.base + "/oauth/request_token", AuthorizeURL: w.base + "/oauth/authorize", AccessTokenURL: w.base + "/oauth/access_token",
			},
		}
		temporary, temporarySecret, err := app.RequestToken()
		require.NoError(t, err)
		link, err := app.AuthorizationURL(temporary)
		require.NoError(t, err)
		token, tokenSecret, err := app.AccessToken(temporary, temporarySecret, w.allow(link.String()).Get("oauth_verifier"))
		require.NoError(t, err)
		_, body := w.get("/v2", app.Client(t.Context(), client.NewToken(token, tokenSecret)))
		assert.Equal(t, "OAuth Aladdin by lamp", body)
	})
	t.Run("API 2 by a developer token", func(t *testing.T) {
		_, body := w.get("/v1/users/me", plain, "Authorization", "Bearer "+w.mint(store.DeveloperToken, developer))
		assert.Equal(t, "Bearer Aladdin by ", body)
	})
	endpoint := xoauth2.Endpoint{AuthURL: w.base + "/oauth2/authorize", TokenURL: w.base + "/oauth2/token", AuthStyle: xoauth2.AuthStyleInHeader}
	t.Run("API 2 by the code flow", func(t *testing.T) {
		app, verifier := xoauth2.Config{ClientID: "lamp", ClientSecret: secret, RedirectURL: callback, Endpoint: endpoint}, xoauth2.GenerateVerifier()
		code := w.allow(app.AuthCodeURL("state", xoauth2.S256ChallengeOption(verifier))).Get("code")
		token, err := app.Exchange(t.Context(), code, xoauth2.VerifierOption(verifier))
		require.NoError(t, err)
		_, body := w.get("/v1/users/me", app.Client(t.Context(), token))
		assert.Equal(t, "Bearer Aladdin by lamp", body)
	})
	t.Run("API 3 by client credentials", func(t *testing.T) {
		app := clientcredentials.Config{ClientID: "lamp", ClientSecret: secret, TokenURL: endpoint.TokenURL}
		_, body := w.get("/v1/data", app.Client(t.Context()))
		assert.Equal(t, "Bearer  by lamp", body)
	})
	t.Run("API 3 by an API key", func(t *testing.T) {
		_, body := w.get("/v1/data", plain, "X-API-Key", w.mint(store.APIKey, apiKey))
		assert.Equal(t, "APIKey Aladdin by ", body)
	})
	t.Run("API 4 by a password", func(t *testing.T) {
		answer, err := http.PostForm(w.base+"/authorization", url.Values{"username": {"Aladdin"}, "password": {"open sesame"}})
		require.NoError(t, err)
		defer answer.Body.Close()
		var issued struct {
			AccessToken string `json:"access_token"`
		}
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&issued))
		_, body := w.get("/v1/users/me", plain, "Authorization", "Bearer "+issued.AccessToken)
		assert.Equal(t, "Bearer Aladdin by ", body)
	})
	t.Run("what the host changes in its table holds at once", func(t *testing.T) {
		token := w.mint(store.DeveloperToken, developer)
		must(w.people.Exec("UPDATE people SET state = 'locked'"))
		status, body := w.get("/v1/users/me", plain, "Authorization", "Bearer "+token)
		assert.Equal(t, 403, status)
		assert.Contains(t, body, "locked due to an unpaid balance")
	})
}

// What mounts the four APIs is one file; what is left of the program is the host's own sign-in and table.
func TestItTakesAHundredLines(t *testing.T) {
	text, err := os.ReadFile("host.go")
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(text), "\n"), 100, "all of host.go, imports and comments too")
	rest, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.LessOrEqual(t, linesOfCode(string(text))+linesOfCode(string(rest)), 100, "the program without imports, comments and blank lines")
}

// linesOfCode counts what somebody had to write.
func linesOfCode(source string) (n int) {
	_, body, _ := strings.Cut(source, "\n)\n") // the imports
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}
