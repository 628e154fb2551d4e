package oauth2_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

func TestRequestsThatNeverRedirect(t *testing.T) {
	for _, row := range []struct {
		name, client string
		fields       []string
	}{
		{"RFC6749-3.1.2.4-01 an unknown client", "nobody", nil},
		{"RFC6749-3.1.2.4-01 no client", "", nil},
		{"RFC6749-3.1.2.4-01 an unregistered redirect_uri", "app", []string{"redirect_uri", "https://evil.example/callback"}},
		{"RFC6749-3.1.2.4-01 several registered and none named", "other", nil},
		{"RFC6749-3.1.2-01 a fragment", "app", []string{"redirect_uri", "https://client.example/callback#f"}},
		{"RFC9700-2.1-01 a trailing slash", "app", []string{"redirect_uri", "https://client.example/callback/"}},
		{"RFC9700-2.1-01 another query", "app", []string{"redirect_uri", "https://client.example/callback?x=1"}},
		{"RFC9700-2.1-01 another case", "app", []string{"redirect_uri", "https://client.example/Callback"}},
		{"RFC9700-2.1-01 an escape", "app", []string{"redirect_uri", "https://client.example/%63allback"}},
		{"RFC9700-2.1-01 a subdomain", "app", []string{"redirect_uri", "https://x.client.example/callback"}},
		{"RFC9700-2.1-01 a user", "app", []string{"redirect_uri", "https://client.example@evil.example/callback"}},
		{"RFC9700-2.1-01 a path that climbs", "app", []string{"redirect_uri", "https://client.example/callback/../other"}},
		{"RFC9700-2.1-02 another path on loopback", "native", []string{"redirect_uri", "http://127.0.0.1:4000/other"}},
		{"RFC9700-2.1-02 another loopback address", "native", []string{"redirect_uri", "http://127.0.0.2:4000/callback"}},
		{"RFC9700-2.1-02 a host that begins alike", "native", []string{"redirect_uri", "http://127.0.0.1.evil.example:4000/callback"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, browser := range []string{"", "1"} {
				a := newWorld(t).authorize(browser, row.client, row.fields...)
				assert.Equal(t, http.StatusBadRequest, a.StatusCode)
				assert.Empty(t, a.Header.Get("Location"))
			}
		})
	}
	t.Run("RFC6749-3.1-01 client_id or redirect_uri twice", func(t *testing.T) {
		for _, twice := range []string{"client_id=app&client_id=app", "client_id=app&redirect_uri=https://client.example/callback&redirect_uri=https://client.example/callback"} {
			r := httptest.NewRequest("GET", issuer+"/oauth2/authorize?response_type=code&"+twice, nil)
			r.Header.Set("X-Browser", "1")
			a := newWorld(t).request(r)
			assert.Equal(t, http.StatusBadRequest, a.StatusCode)
			assert.Empty(t, a.Header.Get("Location"))
		}
	})
}

func TestLoopbackPorts(t *testing.T) {
	w := newWorld(t)
	for _, uri := range []string{"http://127.0.0.1:51004/callback", "http://localhost:4000/callback", "http://[::1]:4000/callback"} {
		t.Run("RFC9700-2.1-01 RFC9700-2.1-02 any port of a native client: "+uri, func(t *testing.T) {
			u := w.decide("1", w.authorize("1", "native", "redirect_uri", uri), true)
			assert.True(t, strings.HasPrefix(u.String(), uri+"?"), u.String())
		})
	}
	t.Run("RFC9700-2.1-03 not of a client that keeps a secret", func(t *testing.T) {
		require.NoError(t, w.store.PutClient(context.Background(), store.Client{
			ID: "web", Owner: "1", RedirectURIs: []string{"http://127.0.0.1:9999/callback"}, GrantTypes: []string{"authorization_code"},
			Scopes: []string{"read"}, Secrets: []store.Secret{{Digest: store.DigestOf("x")}},
		}))
		assert.Equal(t, 400, w.authorize("1", "web", "redirect_uri", "http://127.0.0.1:9998/callback").StatusCode)
		assert.Equal(t, 303, w.authorize("1", "web", "redirect_uri", "http://127.0.0.1:9999/callback").StatusCode)
	})
}

func TestRedirectURIsThatCanBeRegistered(t *testing.T) {
	for uri, ok := range map[string]bool{
		"https://client.example/cb": true, "https://client.example/cb?x=1": true, "http://127.0.0.1/cb": true, "http://127.0.0.1:9998/cb": true,
		"http://localhost/cb": true, "http://[::1]/cb": true,
		"http://client.example/cb": false, "https://client.example/cb#f": false, "/cb": false, "https:///cb": false, "https://user@client.example/cb": false,
		"javascript:alert(1)": false, "com.example.app:/cb": false, "https://client.example/a b": false, "": false, "ftp://client.example/": false,
	} {
		t.Run("RFC9700-2.1-03 RFC6749-3.1.2-01 "+uri, func(t *testing.T) { assert.Equal(t, ok, oauth2.CheckRedirectURI(uri, false)) })
	}
	assert.True(t, oauth2.CheckRedirectURI("com.example.app:/cb", true))
	assert.False(t, oauth2.CheckRedirectURI("myapp:/cb", true), "no reverse domain")
	assert.False(t, oauth2.CheckRedirectURI("javascript:alert(1)", true))
}

func TestErrorsGoToTheClient(t *testing.T) {
	for _, row := range []struct {
		name, client string
		fields       []string
		code         string
	}{
		{"RFC6749-3.1.1-01 no response_type", "app", []string{"response_type", ""}, "invalid_request"},
		{"RFC6749-3.1.1-01 an unknown one", "app", []string{"response_type", "foo"}, "unsupported_response_type"},
		{"RFC9700-2.1.2-01 there is no implicit flow", "app", []string{"response_type", "token"}, "unsupported_response_type"},
		{"RFC9700-2.1.2-01 nor a mix", "app", []string{"response_type", "code token"}, "unsupported_response_type"},
		{"RFC9700-2.1.1-01 no challenge", "app", []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request"},
		{"RFC7636-4.3-01 no method", "app", []string{"code_challenge_method", ""}, "invalid_request"},
		{"RFC7636-4.3-01 plain", "app", []string{"code_challenge_method", "plain"}, "invalid_request"},
		{"RFC7636-4.3-01 s256", "app", []string{"code_challenge_method", "s256"}, "invalid_request"},
		{"RFC7636-4.4-01 no S256 challenge", "app", []string{"code_challenge", "abc"}, "invalid_request"},
		{"RFC6749-3.3-01 a scope that does not exist", "app", []string{"scope", "fly"}, "invalid_scope"},
		{"RFC6749-3.3-01 not the client's", "app", []string{"scope", "admin"}, "invalid_scope"},
		{"RFC8707-2-01 another's resource", "app", []string{"resource", "https://elsewhere.example/"}, "invalid_target"},
		{"OAUTH2-RMODE-01 fragment", "app", []string{"response_mode", "fragment"}, "invalid_request"},
		{"OAUTH2-RMODE-01 web_message", "app", []string{"response_mode", "web_message"}, "invalid_request"},
		{"OAUTH2-RMODE-01 form_post without the option", "app", []string{"response_mode", "form_post"}, "invalid_request"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			u := w.authorize("1", row.client, row.fields...).location(t)
			assert.Equal(t, "client.example", u.Host)
			assert.Equal(t, row.code, u.Query().Get("error"))
			assert.Equal(t, "s t+a%te", u.Query().Get("state"))
			assert.Equal(t, issuer, u.Query().Get("iss"))
			t.Run("RFC9700-4.11-01 but not before somebody signed in", func(t *testing.T) {
				assert.Equal(t, "/login", w.authorize("", row.client, row.fields...).location(t).Path)
			})
		})
	}
	t.Run("a state as browsers send it survives the sign-in", func(t *testing.T) {
		w := newWorld(t)
		r := httptest.NewRequest("GET", issuer+"/oauth2/authorize", nil)
		r.URL.RawQuery = `client_id=app&response_type=code&state=a\b&code_challenge_method=S256&code_challenge=` + challenge
		next := w.request(r).location(t).Query().Get("next")
		assert.Contains(t, next, "state=a%5Cb", "no page takes a backslash for the way back")
	})
	t.Run("RFC6749-3.1.1-01 a response type that the client may not use", func(t *testing.T) {
		w := newWorld(t)
		client, err := w.store.Client(context.Background(), "app")
		require.NoError(t, err)
		client.GrantTypes = []string{"client_credentials"}
		require.NoError(t, w.store.PutClient(context.Background(), client))
		assert.Equal(t, "unauthorized_client", w.authorize("1", "app").location(t).Query().Get("error"))
	})
	t.Run("RFC9700-4.11-01 for a client that nobody vouched for an error stays on a page", func(t *testing.T) {
		w := newWorld(t)
		client, err := w.store.Client(context.Background(), "native")
		require.NoError(t, err)
		client.SelfRegistered = true
		require.NoError(t, w.store.PutClient(context.Background(), client))
		a := w.authorize("1", "native", "redirect_uri", "http://127.0.0.1:4000/callback", "scope", "fly")
		assert.Equal(t, http.StatusBadRequest, a.StatusCode)
		assert.Empty(t, a.Header.Get("Location"))
	})
	t.Run("RFC6749-4.1.2.1-01 the user says no", func(t *testing.T) {
		w := newWorld(t)
		u := w.decide("1", w.authorize("1", "app"), false)
		assert.Equal(t, "access_denied", u.Query().Get("error"))
		assert.Equal(t, "s t+a%te", u.Query().Get("state"))
		assert.Empty(t, u.Query().Get("code"))
		t.Run("RFC9207-2-01 with the issuer", func(t *testing.T) { assert.Equal(t, issuer, u.Query().Get("iss")) })
	})
}

func TestAuthorizationByPost(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"client_id": {"app"}, "response_type": {"code"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"}}
	send := func(method, browser string) answer {
		r := httptest.NewRequest(method, issuer+"/oauth2/authorize", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Browser", browser)
		return w.request(r)
	}
	t.Run("RFC6749-3.1-03 POST is as GET", func(t *testing.T) {
		u := w.decide("1", send("POST", "1"), true)
		assert.NotEmpty(t, u.Query().Get("code"))
		assert.False(t, u.Query().Has("state"), "no state sent, none returned")
		next, err := url.Parse(send("POST", "").location(t).Query().Get("next"))
		require.NoError(t, err)
		assert.Equal(t, "app", next.Query().Get("client_id"), "and leads back here after the sign-in")
	})
	t.Run("RFC6749-3.1-03 PUT is 405", func(t *testing.T) { assert.Equal(t, http.StatusMethodNotAllowed, send("PUT", "1").StatusCode) })
	t.Run("RFC9700-2.1-04 no CORS here", func(t *testing.T) {
		r := httptest.NewRequest("GET", issuer+"/oauth2/authorize?client_id=app", nil)
		r.Header.Set("Origin", "https://evil.example")
		assert.Empty(t, w.request(r).Header.Get("Access-Control-Allow-Origin"))
	})
}

func TestRedirectURIWithAQuery(t *testing.T) {
	t.Run("RFC6749-3.1.2-01 the registered query is kept", func(t *testing.T) {
		w := newWorld(t)
		u := w.decide("1", w.authorize("1", "query"), true)
		assert.True(t, strings.HasPrefix(u.String(), "https://client.example/callback?x=1&"), u.String())
	})
}

func TestScopesOfAConsent(t *testing.T) {
	w := newWorld(t)
	t.Run("RFC6749-3.3-02 a scope that the user lacks is left out, and the answer says so", func(t *testing.T) {
		assert.Equal(t, "read", w.tokens("2", "app", "scope", "read write").Scope)
	})
	t.Run("none is left", func(t *testing.T) {
		assert.Equal(t, "invalid_scope", w.authorize("2", "app", "scope", "write").location(t).Query().Get("error"))
	})
}

func TestADenialIsKept(t *testing.T) {
	w := newWorld(t)
	assert.Equal(t, "access_denied", w.decide("1", w.authorize("1", "app"), false).Query().Get("error"))
	events, err := w.store.Events(context.Background(), store.EventFilter{User: "1", Types: []string{oauth2.EventDenied}}, 10)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, "app", events[0].Client)
}

func TestConsentIsRemembered(t *testing.T) {
	w := newWorld(t)
	asks := func(client string, fields ...string) bool {
		return w.authorize("1", client, fields...).location(t).Path == "/consent"
	}
	assert.True(t, asks("app", "scope", "read"))
	w.code("1", "app", "scope", "read")
	assert.False(t, asks("app", "scope", "read"), "what was allowed is not asked again")
	assert.True(t, asks("app", "scope", "read write"), "more is")
	_, err := w.store.RevokeGrants(context.Background(), store.GrantFilter{User: "1", Client: "app"}, w.clock())
	require.NoError(t, err)
	assert.True(t, asks("app", "scope", "read"), "until it is revoked")
	t.Run("ASVS-10.7.1 a public client asks each time", func(t *testing.T) {
		w.code("1", "native", "redirect_uri", "http://127.0.0.1:4000/callback")
		assert.True(t, asks("native", "redirect_uri", "http://127.0.0.1:4000/callback"))
	})
}

func TestChangesActOnRunningTransactions(t *testing.T) {
	change := func(w *world, f func(*store.Client)) {
		client, err := w.store.Client(context.Background(), "app")
		require.NoError(t, err)
		f(&client)
		require.NoError(t, w.store.PutClient(context.Background(), client))
	}
	t.Run("OAUTH2-META-01 a client that was switched off redeems nothing", func(t *testing.T) {
		w := newWorld(t)
		code := w.code("1", "app")
		change(w, func(c *store.Client) { c.Revoked = w.clock() })
		assert.Equal(t, "invalid_client", w.redeem("app", code).Error)
	})
	t.Run("OAUTH2-META-01 a redirect URI that was removed is not used", func(t *testing.T) {
		w := newWorld(t)
		page := w.authorize("1", "app")
		change(w, func(c *store.Client) { c.RedirectURIs = []string{"https://client.example/new"} })
		r := httptest.NewRequest("POST", issuer+"/consent", nil)
		r.Header.Set("X-Browser", "1")
		rec := httptest.NewRecorder()
		require.NoError(t, w.pages.Decide(rec, r, page.location(t).Query().Get("id"), yes))
		assert.Equal(t, http.StatusBadRequest, rec.Code)
		assert.Empty(t, rec.Header().Get("Location"))
	})
	t.Run("OAUTH2-META-01 a client that is deleted takes its tokens along", func(t *testing.T) {
		w := newWorld(t)
		a := w.tokens("1", "app")
		require.NoError(t, w.store.DeleteClient(context.Background(), "app"))
		assert.False(t, w.works(a.AccessToken))
	})
}

func TestFormPost(t *testing.T) {
	w := newWorld(t, func(c *oauth2.Config) { c.AllowFormPost = true })
	a := w.authorize("1", "app", "response_mode", "form_post", "state", `"><script>`)
	r := httptest.NewRequest("POST", issuer+"/consent", nil)
	r.Header.Set("X-Browser", "1")
	rec := httptest.NewRecorder()
	require.NoError(t, w.pages.Decide(rec, r, a.location(t).Query().Get("id"), yes))
	t.Run("OAUTH2-RMODE-01 form_post escapes, is not kept, and posts to the client alone", func(t *testing.T) {
		assert.Equal(t, 200, rec.Code)
		assert.NotContains(t, rec.Body.String(), "<script>")
		assert.Contains(t, rec.Body.String(), `action="https://client.example/callback"`)
		assert.Equal(t, "no-store", rec.Header().Get("Cache-Control"))
		assert.Contains(t, rec.Header().Get("Content-Security-Policy"), "form-action https://client.example")
	})
}
