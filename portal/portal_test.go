package portal_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// passwords takes each account's name as its password.
type passwords struct{ users store.Users }

func (p passwords) Check(ctx context.Context, _ *http.Request, name, password string) (store.User, error) {
	user, err := p.users.UserByName(ctx, name)
	if err != nil || password != name {
		return user, &autherr.Error{Kind: autherr.Unauthenticated, Reason: "wrong_password"}
	}
	return user, nil
}

// A site is a service with a portal and a protocol that asks for consent at /authorize.
type site struct {
	*httptest.Server
	cfg          portal.Config
	portal       *portal.Portal
	store        *memory.Store
	interactions *interaction.Interactions
	asked        interaction.Request
	decisions    []interaction.Decision
	mux          *http.ServeMux
	sessions     *session.Sessions
	later        time.Duration // what the clock is ahead
}

func (s *site) clock() time.Time { return time.Now().Add(s.later) }

func (s *site) Finish(w http.ResponseWriter, r *http.Request, req interaction.Request, d interaction.Decision) {
	s.decisions = append(s.decisions, d)
	http.Redirect(w, r, req.Leads, http.StatusSeeOther)
}

// named gives each request an ID that says which it is.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(auth.WithRequestID(r.Context(), r.Method+r.URL.Path)))
	})
}

func newSite(t testing.TB, change ...func(*portal.Config)) *site {
	t.Helper()
	mux := http.NewServeMux()
	s := &site{Server: httptest.NewServer(named(mux)), store: memory.New(), mux: mux}
	t.Cleanup(s.Close)
	ctx := context.Background()
	require.NoError(t, s.store.CreateUsers(ctx, store.User{ID: "1", Name: "Aladdin"}, store.User{ID: "2", Name: "cassim", State: store.Locked}, store.User{ID: "3", Name: "Jasmine"}))
	require.NoError(t, s.store.PutClient(ctx, store.Client{ID: "app", Owner: "1", Name: "Carpets", Scopes: []string{"read"}, Secrets: []store.Secret{{}}}))
	require.NoError(t, s.store.PutClient(ctx, store.Client{ID: "evil", Owner: "1", Name: "<script>alert(1)</script>\u202e", Scopes: []string{"read"}}))
	sessions, err := session.New(session.Config{Tokens: s.store, BaseURL: s.URL, Keys: [][]byte{make([]byte, 32)}, Clock: s.clock})
	require.NoError(t, err)
	s.sessions = sessions
	cfg := portal.Config{
		Name: "Agrabah API", Sessions: sessions, Clock: s.clock, Passwords: passwords{s.store}, Events: s.store,
		States: auth.NewStates(map[store.State]auth.StateAnswer{store.Locked: {Reference: "/billing"}}),
	}
	for _, c := range change {
		c(&cfg)
	}
	s.cfg = cfg
	s.portal, err = portal.New(cfg)
	require.NoError(t, err)
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your products"})
	require.NoError(t, err)
	s.interactions, err = interaction.New(interaction.Config{
		Handles: s.store, Clients: s.store, Scopes: catalogue,
		Subject: s.portal.Subject, SignIn: s.portal.SignInURL, Consent: s.portal.ConsentURL,
	})
	require.NoError(t, err)
	s.portal.Attach(s.interactions)
	s.interactions.Serve("test", s)
	s.asked = interaction.Request{Protocol: "test", Client: "app", Scopes: auth.Scopes{"read"}, Resources: []string{"https://api.example/v1"}, Leads: "https://client.example/callback", Life: 30 * 24 * time.Hour}
	for _, route := range s.portal.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		err := s.interactions.Begin(w, r, r.URL.RequestURI(), func(interaction.Subject) (interaction.Request, bool) { return s.asked, true })
		if err != nil {
			s.portal.WriteError(w, r, err)
		}
	})
	return s
}

// A visitor is a browser without scripts that follows redirects within the site.
type visitor struct {
	t    testing.TB
	site *site
	http.Client
}

func (s *site) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t: t, site: s}
	v.Jar = jar
	v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// A view is an answer with its text.
type view struct {
	*http.Response
	text string
}

func (v *visitor) do(r *http.Request) view {
	v.t.Helper()
	answer, err := v.Do(r)
	require.NoError(v.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	return view{answer, string(text)}
}

func (v *visitor) get(path string) view {
	v.t.Helper()
	r, err := http.NewRequest("GET", v.site.URL+path, nil)
	require.NoError(v.t, err)
	return v.do(r)
}

// post sends fields, and header fields as name, value, …
func (v *visitor) post(path string, fields url.Values, header ...string) view {
	v.t.Helper()
	r, err := http.NewRequest("POST", v.site.URL+path, strings.NewReader(fields.Encode()))
	require.NoError(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return v.do(r)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// fields are the hidden ones of the last form on a page, with more.
func (w view) fields(more ...string) url.Values {
	fields := url.Values{}
	for _, match := range hidden.FindAllStringSubmatch(w.text, -1) {
		fields.Set(match[1], html.UnescapeString(match[2]))
	}
	for i := 0; i < len(more); i += 2 {
		fields.Set(more[i], more[i+1])
	}
	return fields
}

// signIn signs in by the form and returns the answer to it.
func (v *visitor) signIn(name, next string) view {
	v.t.Helper()
	form := v.get("/login?next=" + url.QueryEscape(next))
	return v.post("/login", form.fields("username", name, "password", name))
}

func (w view) location(t testing.TB) string {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, w.StatusCode, w.text)
	return w.Header.Get("Location")
}

func TestSignIn(t *testing.T) {
	s := newSite(t)
	t.Run("leads to where the visitor was going", func(t *testing.T) {
		assert.Equal(t, "/portal/tokens?page=2", s.visitor(t).signIn("Aladdin", "/portal/tokens?page=2").location(t))
		assert.Equal(t, "/portal/", s.visitor(t).signIn("Aladdin", "").location(t))
	})
	t.Run("PORTAL-REDIR-02 by 303, and the browser's next request has no body", func(t *testing.T) {
		assert.Equal(t, http.StatusSeeOther, s.visitor(t).signIn("Aladdin", "/portal/").StatusCode)
	})
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/%2f%2fevil", "/%2fevil", "\t//evil", "/\t/evil", "javascript:1", "evil", "///evil", "http:/x"} {
		t.Run("PORTAL-REDIR-01 never off the site: "+next, func(t *testing.T) {
			assert.Equal(t, "/portal/", s.visitor(t).signIn("Aladdin", next).location(t))
		})
	}
	t.Run("a wrong password and an unknown name get the same page", func(t *testing.T) {
		var pages []string
		for _, name := range []string{"Aladdin", "Nobody!"} {
			v := s.visitor(t)
			form := v.get("/login")
			answer := v.post("/login", form.fields("username", name, "password", "wrong"))
			assert.Equal(t, http.StatusUnauthorized, answer.StatusCode)
			assert.Equal(t, `Form realm="Agrabah API"`, answer.Header.Get("WWW-Authenticate"))
			pages = append(pages, regexp.MustCompile(`value="[^"]*"`).ReplaceAllString(answer.text, ""))
		}
		assert.Equal(t, pages[0], pages[1])
	})
	t.Run("a locked account is told so", func(t *testing.T) {
		answer := s.visitor(t).signIn("cassim", "/portal/")
		assert.Equal(t, http.StatusForbidden, answer.StatusCode)
		assert.Contains(t, answer.text, "No API Access")
		assert.Contains(t, answer.text, "The authenticated account is locked due to an unpaid balance.")
		assert.Contains(t, answer.text, `href="/billing"`)
	})
	t.Run("is an event", func(t *testing.T) {
		events, err := s.store.Events(context.Background(), store.EventFilter{User: "1"}, 100)
		require.NoError(t, err)
		types := map[string]bool{}
		for _, event := range events {
			types[event.Type] = true
		}
		assert.True(t, types[portal.EventSignedIn] && types[auth.EventSignInFailed], types)
	})
}

func TestFormsOfOtherSites(t *testing.T) {
	s := newSite(t)
	t.Run("PORTAL-CSRF-03 a cross-site sign-in starts no session", func(t *testing.T) {
		v := s.visitor(t)
		form := v.get("/login")
		for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}} {
			answer := v.post("/login", form.fields("username", "Aladdin", "password", "Aladdin"), header...)
			assert.Equal(t, http.StatusForbidden, answer.StatusCode)
		}
		assert.Equal(t, http.StatusForbidden, v.post("/login", url.Values{"username": {"Aladdin"}, "password": {"Aladdin"}}).StatusCode, "without the token")
		assert.Contains(t, v.get("/authorize").location(t), "/login", "still nobody")
	})
	t.Run("PORTAL-CSRF-01 a cross-site decision decides nothing", func(t *testing.T) {
		v := s.visitor(t)
		v.signIn("Aladdin", "/authorize")
		page := v.get(v.get("/authorize").location(t))
		answer := v.post("/consent", page.fields("decision", "allow"), "Origin", "https://evil.example")
		assert.Equal(t, http.StatusForbidden, answer.StatusCode)
		without := page.fields("decision", "allow")
		without.Del(session.FormField)
		assert.Equal(t, http.StatusForbidden, v.post("/consent", without).StatusCode)
		assert.Empty(t, s.decisions)
	})
	t.Run("PORTAL-CSRF-04 GET changes nothing", func(t *testing.T) {
		v := s.visitor(t)
		v.signIn("Aladdin", "/")
		answer := v.get("/logout")
		assert.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
		assert.Equal(t, "POST", answer.Header.Get("Allow"))
		location := v.get("/authorize").location(t)
		assert.Equal(t, http.StatusOK, v.get(location+"&decision=allow").StatusCode)
		assert.Empty(t, s.decisions)
	})
}

func TestSignOut(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.signIn("Aladdin", "/")
	page := v.get(v.get("/authorize").location(t))
	assert.Contains(t, page.text, "Sign out")
	assert.Equal(t, "/login", v.post("/logout", page.fields()).location(t))
	assert.Contains(t, v.get("/authorize").location(t), "/login")
}

func TestConsent(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	t.Run("RFC5849-2.2-01 identifies the person first", func(t *testing.T) {
		assert.Equal(t, "/login?next=%2Fauthorize", v.get("/authorize").location(t))
	})
	assert.Equal(t, "/authorize", v.signIn("Aladdin", "/authorize").location(t))
	page := v.get(v.get("/authorize").location(t))
	t.Run("RFC5849-2.2-02 ASVS-10.7.2 shows the app, where it leads, that it is registered, scopes in words, resource and lifetime", func(t *testing.T) {
		for _, text := range []string{"Carpets", "client.example", "registered with Agrabah API", "Aladdin", "See your products", "read", "https://api.example/v1", "30 days"} {
			assert.Contains(t, page.text, text)
		}
	})
	t.Run("PORTAL-CSP-02 the form may lead to the app", func(t *testing.T) {
		assert.Contains(t, page.Header.Get("Content-Security-Policy"), "form-action 'self' https://client.example")
		s.asked.Leads = "com.example.app:/callback"
		native := v.get(v.get("/authorize").location(t))
		assert.Contains(t, native.Header.Get("Content-Security-Policy"), "form-action 'self' com.example.app:")
		s.asked.Leads = "http://[::1]:4711/callback"
		loopback := v.get(v.get("/authorize").location(t))
		assert.Regexp(t, `form-action 'self' http:$`, loopback.Header.Get("Content-Security-Policy"), "an address of IPv6 is no source")
		for redirect, source := range map[string]string{
			"com.example.app:/callback": "com.example.app:", "http://[::1]:4711/callback": "http:", "http://127.0.0.2:4711/": "http://127.0.0.2:4711",
		} {
			signIn := s.visitor(t).get("/login?next=" + url.QueryEscape("/oauth2/authorize?redirect_uri="+url.QueryEscape(redirect)))
			assert.Regexp(t, "http://localhost:\\* "+regexp.QuoteMeta(source)+"$", signIn.Header.Get("Content-Security-Policy"))
		}
		odd := s.visitor(t).get("/login?next=" + url.QueryEscape("/oauth2/authorize?redirect_uri=javascript:alert(1)"))
		assert.NotContains(t, odd.Header.Get("Content-Security-Policy"), "javascript")
		s.asked.Leads = "https://client.example/callback"
	})
	assert.Equal(t, http.StatusBadRequest, v.post("/consent", page.fields("decision", "perhaps")).StatusCode)
	assert.Equal(t, "https://client.example/callback", v.post("/consent", page.fields("decision", "allow")).location(t))
	require.Len(t, s.decisions, 1)
	assert.True(t, s.decisions[0].Allow)
	assert.Equal(t, http.StatusNotFound, v.post("/consent", page.fields("decision", "allow")).StatusCode, "once")

	page = v.get(v.get("/authorize").location(t))
	v.post("/consent", page.fields("decision", "deny"))
	require.Len(t, s.decisions, 2)
	assert.False(t, s.decisions[1].Allow)

	other := s.visitor(t)
	other.signIn("Jasmine", "/")
	location := v.get("/authorize").location(t)
	t.Run("PORTAL-SESS-01 another browser does not see what this one began", func(t *testing.T) {
		assert.Equal(t, http.StatusNotFound, other.get(location).StatusCode)
	})
}

func TestNamesAreText(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.signIn("Aladdin", "/")
	s.asked.Client = "evil"
	page := v.get(v.get("/authorize").location(t))
	t.Run("PORTAL-XSS-01 an app's name is escaped", func(t *testing.T) {
		assert.NotContains(t, page.text, "<script")
		assert.Contains(t, page.text, "&lt;script&gt;")
	})
	t.Run("PORTAL-XSS-03 what nobody sees is made visible", func(t *testing.T) {
		for _, invisible := range []string{"\u3164", "\u2800", "\u115f", "\ufe0f", "\u034f", "\u17b5", "\U0001d173", "\ufff9", "\u200d", "\u2028", "\U000e0041"} {
			named := s.asked.Client + " " + invisible
			require.NoError(t, s.store.PutClient(context.Background(), store.Client{ID: named, Name: "a" + invisible + "b"}))
			s.asked.Client, named = named, s.asked.Client
			page := v.get(v.get("/authorize").location(t))
			assert.Contains(t, page.text, "a\uFFFDb", "%U", []rune(invisible))
			s.asked.Client = named
		}
	})
	t.Run("PORTAL-XSS-03 a bidirectional control is made visible", func(t *testing.T) {
		assert.NotContains(t, page.text, "\u202e")
		assert.Contains(t, page.text, "\uFFFD")
	})
	assert.Contains(t, page.text, "Nobody has verified")
}

func TestEveryPageIsGuarded(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t)
	v.signIn("Aladdin", "/")
	pages := map[string]view{
		"sign-in": s.visitor(t).get("/login"), "consent": v.get(v.get("/authorize").location(t)),
		"failure": v.get("/consent?id=bogus"), "wrong method": v.get("/logout"),
	}
	for name, page := range pages {
		t.Run("PORTAL-CSP-01 RFC9111-AUTH-01 PORTAL-FRAME-01 "+name, func(t *testing.T) {
			h := page.Header
			policy := h.Get("Content-Security-Policy")
			for _, directive := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
				assert.Contains(t, policy, directive)
			}
			assert.NotContains(t, policy, "unsafe-inline")
			assert.NotContains(t, policy, "script-src")
			assert.Equal(t, "DENY", h.Get("X-Frame-Options"))
			assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
			assert.Equal(t, "same-origin", h.Get("Referrer-Policy"))
			assert.Equal(t, "no-store", h.Get("Cache-Control"))
			assert.NotRegexp(t, `(src|href|action)="(https?:)?//`, page.text, "nothing from elsewhere")
			assert.Regexp(t, `<html lang="en">`, page.text)
			assert.Equal(t, 1, strings.Count(page.text, "<h1"))
			assert.Equal(t, 1, strings.Count(page.text, "<main"))
			assert.Contains(t, page.text, `<meta name="viewport"`)
		})
	}
}

func TestTheVerifierPage(t *testing.T) {
	s := newSite(t)
	rec := httptest.NewRecorder()
	s.portal.ShowVerifier(rec, httptest.NewRequest("GET", "/", nil), "Carpets", "AB12CD34")
	t.Run("RFC5849-2.2-05 shows the code with instructions", func(t *testing.T) {
		assert.Regexp(t, `<[a-z]+ [^>]*data-verifier[^>]*>AB12CD34<`, rec.Body.String())
		assert.Contains(t, rec.Body.String(), "Carpets")
	})
}

func TestHostsReplaceTemplates(t *testing.T) {
	own := fstest.MapFS{"signin.html": {Data: []byte(`{{define "content"}}<h1>Our own</h1>{{end}}`)}}
	s := newSite(t, func(c *portal.Config) {
		c.Templates = own
		c.SignUp = "/join"
		c.Links = []portal.Link{{Text: "Terms", URL: "/terms"}}
	})
	page := s.visitor(t).get("/login")
	assert.Contains(t, page.text, "Our own")
	assert.Contains(t, page.text, `href="/terms"`)

	s = newSite(t, func(c *portal.Config) { c.SignUp = "/join" })
	assert.Contains(t, s.visitor(t).get("/login").text, `href="/join"`)

	_, err := portal.New(portal.Config{})
	assert.Error(t, err)
	broken := fstest.MapFS{"signin.html": {Data: []byte(`{{`)}}
	sessions, err := session.New(session.Config{Tokens: s.store, BaseURL: s.URL, Keys: [][]byte{make([]byte, 32)}})
	require.NoError(t, err)
	_, err = portal.New(portal.Config{Name: "x", Sessions: sessions, Passwords: passwords{s.store}, Templates: broken})
	assert.Error(t, err)
	_, err = portal.New(portal.Config{Name: "x", Sessions: sessions, Passwords: passwords{s.store}, Home: "//evil.example"})
	assert.Error(t, err)
}
