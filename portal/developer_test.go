package portal_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// newCatalogue has the scopes of the developer portal's tests. Aladdin holds the first two.
func newCatalogue(t testing.TB) auth.Catalogue {
	t.Helper()
	catalogue, err := auth.NewCatalogue(
		auth.ScopeInfo{Name: "read", Words: "See your products"},
		auth.ScopeInfo{Name: "write", Words: "Change your products"},
		auth.ScopeInfo{Name: "admin", Words: "Everything else"},
	)
	require.NoError(t, err)
	return catalogue
}

// newDesk is a site with a developer portal, where each account's password is its name.
func newDesk(t testing.TB, change ...func(*portal.Config)) *site {
	t.Helper()
	desk := func(c *portal.Config) {
		db := c.Events.(interface {
			store.Users
			store.UserWriter
			store.Passwords
			store.Tokens
			store.Clients
			store.Grants
			store.Counters
		})
		hasher, err := password.NewHasher(password.HasherConfig{Memory: 64, Time: 1, InsecureCosts: true})
		require.NoError(t, err)
		limits, err := throttle.New(throttle.Config{Counters: db})
		require.NoError(t, err)
		checker, err := password.New(password.Config{Users: db, Passwords: db, Hasher: hasher, Throttle: limits})
		require.NoError(t, err)
		for _, user := range []store.User{{ID: "1", Name: "Aladdin", Scopes: []string{"read", "write"}}, {ID: "2", Name: "cassim", State: store.Locked}, {ID: "3", Name: "Jasmine", Scopes: []string{"read"}}} {
			user.Password.Hash, err = hasher.Hash(user.Name)
			require.NoError(t, err)
			require.NoError(t, db.UpdateUser(context.Background(), user))
		}
		pat, err := tokens.NewFormat("t_pat_")
		require.NoError(t, err)
		key, err := tokens.NewFormat("t_key_")
		require.NoError(t, err)
		issuer, err := tokens.New(tokens.Config{
			Tokens: db, Users: db, Scopes: newCatalogue(t), Developer: pat, APIKey: key, AllowNoExpiry: true, Notify: true, Clock: c.Clock,
		})
		require.NoError(t, err)
		c.Passwords = checker
		c.Developer = &portal.Developer{
			Issuer: issuer, Clients: db, Grants: db, Tokens: db, Scopes: newCatalogue(t), Notify: true,
			SealSecret: func(clientID, secret string) []byte { return []byte("sealed for " + clientID + ": " + secret) },
			Passwords:  &portal.PasswordChange{New: checker.NewPassword, Store: db},
		}
	}
	return newSite(t, append([]func(*portal.Config){desk}, change...)...)
}

// aladdin is a visitor who has just signed in.
func (s *site) aladdin(t testing.TB) *visitor {
	t.Helper()
	v := s.visitor(t)
	require.Equal(t, http.StatusSeeOther, v.signIn("Aladdin", "/portal/").StatusCode)
	return v
}

// send fills in the form of the page at path, with fields as name, value, …, and posts it there.
func (v *visitor) send(path string, fields ...string) view {
	v.t.Helper()
	page := v.get(path)
	require.Equal(v.t, http.StatusOK, page.StatusCode, "%s: %s", path, page.text)
	where, _, _ := strings.Cut(path, "?")
	return v.post(where, page.filled(fields...))
}

// filled are the hidden fields with more, which may be there several times.
func (w view) filled(more ...string) url.Values {
	fields := w.fields()
	for i := 0; i < len(more); i += 2 {
		fields.Add(more[i], more[i+1])
	}
	return fields
}

var shown = regexp.MustCompile(`data-secret="([^"]*)">([^<]*)<`)

// secret is the one that the page shows.
func (w view) secret(t testing.TB, attribute string) string {
	t.Helper()
	found := shown.FindAllStringSubmatch(w.text, -1)
	require.Len(t, found, 1, w.text)
	assert.Equal(t, attribute, found[0][1])
	return found[0][2]
}

// ids are those that the rows of a list's buttons name.
func (w view) ids() (ids []string) {
	for _, match := range regexp.MustCompile(`name="id" value="([^"]*)"`).FindAllStringSubmatch(w.text, -1) {
		ids = append(ids, match[1])
	}
	return ids
}

func (s *site) tokensOf(t testing.TB, user string, kinds ...store.TokenKind) []store.Token {
	t.Helper()
	list, err := s.store.ListTokens(context.Background(), store.TokenFilter{User: user, Kinds: kinds}, "", 100)
	require.NoError(t, err)
	return list
}

func (s *site) eventsOf(t testing.TB, user, kind string) []store.Event {
	t.Helper()
	events, err := s.store.Events(context.Background(), store.EventFilter{User: user, Types: []string{kind}}, 100)
	require.NoError(t, err)
	return events
}

var developerPages = []string{
	"/portal/", "/portal/tokens", "/portal/tokens/new", "/portal/apps", "/portal/apps/new", "/portal/keys", "/portal/keys/new",
	"/portal/authorised", "/portal/log", "/portal/account", "/portal/account/password",
}

func TestWelcome(t *testing.T) {
	s := newDesk(t)
	page := s.aladdin(t).get("/portal/")
	assert.Regexp(t, `<a [^>]*href="/portal/tokens">Create a Token</a>`, page.text)
	for name, path := range map[string]string{
		"Tokens": "/portal/tokens", "Apps": "/portal/apps", "API keys": "/portal/keys", "Authorised apps": "/portal/authorised",
		"Security log": "/portal/log", "Account": "/portal/account",
	} {
		assert.Contains(t, page.text, `<a href="`+path+`">`+name+`</a>`)
	}
	for _, path := range developerPages {
		assert.Equal(t, "/login?next="+url.QueryEscape(path), s.visitor(t).get(path).location(t), "a stranger signs in first")
	}
	missing := s.aladdin(t).get("/portal/nothing")
	assert.Equal(t, http.StatusNotFound, missing.StatusCode)
	assert.Equal(t, http.StatusMethodNotAllowed, s.aladdin(t).post("/portal/tokens", url.Values{}).StatusCode)
}

func TestALockedPersonIsToldWhatHelps(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	user, err := s.store.UserByID(context.Background(), "1")
	require.NoError(t, err)
	user.State = store.Locked
	require.NoError(t, s.store.UpdateUser(context.Background(), user))
	for _, path := range developerPages {
		page := v.get(path)
		assert.Equal(t, http.StatusForbidden, page.StatusCode)
		assert.Contains(t, page.text, `href="/billing"`)
	}
}

func TestEveryDeveloperPageIsGuarded(t *testing.T) {
	s := newDesk(t, func(c *portal.Config) { c.Logo = "/logo.svg" })
	v := s.aladdin(t)
	v.send("/portal/tokens/new", "description", "one", "scope", "read")
	v.send("/portal/keys/new", "description", "two")
	v.send("/portal/apps/new", "name", "three", "scope", "read")
	token, key, app := v.get("/portal/tokens").ids()[0], v.get("/portal/keys").ids()[0], v.get("/portal/apps").ids()[0]
	pages := map[string]view{
		"the token": v.send("/portal/tokens/new", "description", "x", "scope", "read"), "a wrong form": v.send("/portal/tokens/new"),
		"the app": v.send("/portal/apps/new", "name", "x", "scope", "read"), "a wrong app": v.send("/portal/apps/new"),
		"the key": v.send("/portal/keys/new", "description", "x"), "a wrong password": v.send("/portal/account/password", "new_password", "x"),
	}
	for _, path := range append([]string{
		"/portal/tokens/revoke?id=" + token, "/portal/keys/rotate?id=" + key, "/portal/keys/revoke?id=" + key,
		"/portal/apps/edit?id=" + app, "/portal/apps/rotate?id=" + app, "/portal/apps/delete?id=" + app,
	}, developerPages...) {
		pages[path] = v.get(path)
		assert.Equal(t, http.StatusOK, pages[path].StatusCode, path)
	}
	for name, page := range pages {
		t.Run("RFC9111-AUTH-01 PORTAL-CSP-01 "+name, func(t *testing.T) { checkPage(t, page) })
	}
	redirect := s.visitor(t).get("/portal/tokens/new")
	t.Run("RFC9111-AUTH-01 the sign-in page", func(t *testing.T) {
		assert.Equal(t, "no-store", s.visitor(t).get(redirect.location(t)).Header.Get("Cache-Control"))
	})
}

// checkPage holds a page to what each of them must have.
func checkPage(t *testing.T, page view) {
	assert.Equal(t, "no-store", page.Header.Get("Cache-Control"))
	policy := page.Header.Get("Content-Security-Policy")
	assert.Contains(t, policy, "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; script-src 'self'")
	assert.Equal(t, "DENY", page.Header.Get("X-Frame-Options"))
	assert.NotRegexp(t, `(src|href|action)="(?:[a-z]+:|//)`, page.text, "nothing from elsewhere")
	assert.NotRegexp(t, `\son[a-z]+="|style="|<script>`, page.text, "nothing inline")
	for _, once := range []string{"<h1", "<main", "<title>", `<html lang="en">`, `<meta name="viewport"`, "<nav", `action="/logout"`} {
		assert.Equal(t, 1, strings.Count(page.text, once), once)
	}
	for _, input := range regexp.MustCompile(`<(?:input|select|textarea) [^>]*>`).FindAllString(page.text, -1) {
		if strings.Contains(input, `type="hidden"`) || strings.HasSuffix(input, " hidden>") {
			continue
		}
		id := regexp.MustCompile(` id="([^"]*)"`).FindStringSubmatch(input)
		require.Len(t, id, 2, input)
		assert.Contains(t, page.text, `for="`+id[1]+`"`, "each field has a label")
	}
	for _, described := range regexp.MustCompile(`aria-describedby="([^"]*)"`).FindAllStringSubmatch(page.text, -1) {
		for id := range strings.FieldsSeq(described[1]) {
			assert.Contains(t, page.text, `id="`+id+`"`, "what is described is there")
		}
	}
}

func TestHostsRestyleThePortal(t *testing.T) {
	s := newDesk(t, func(c *portal.Config) {
		c.Colours, c.DarkColours = map[string]string{"accent": "#00508c"}, map[string]string{"accent": "#8cc8ff"}
		c.Logo = "/logo.svg"
		c.Templates = fstest.MapFS{"welcome.html": {Data: []byte(`{{define "content"}}<h1>Salaam</h1>{{end}}`)}}
	})
	style := s.visitor(t).get("/portal/style.css")
	assert.Contains(t, style.text, "--accent: #00508c;")
	assert.Contains(t, style.text, "--accent: #8cc8ff;")
	page := s.aladdin(t).get("/portal/")
	assert.Contains(t, page.text, "Salaam")
	assert.Contains(t, page.text, `<img src="/logo.svg" alt=""`)
	script := s.visitor(t).get("/portal/portal.js")
	assert.Equal(t, "text/javascript; charset=utf-8", script.Header.Get("Content-Type"))
	for _, path := range []string{"/portal/style.css", "/portal/portal.js"} {
		assert.Equal(t, http.StatusMethodNotAllowed, s.visitor(t).post(path, nil).StatusCode, path)
	}

	valid := portal.Config{Name: "x", Sessions: s.sessions, Passwords: passwords{s.store}}
	for what, spoil := range map[string]func(*portal.Config){
		"a logo from elsewhere":      func(c *portal.Config) { c.Logo = "https://cdn.example/logo.svg" },
		"a colour that is none":      func(c *portal.Config) { c.Colours = map[string]string{"accent": "red;}*{"} },
		"a colour that nothing has":  func(c *portal.Config) { c.Colours = map[string]string{"teal": "red"} },
		"no stores":                  func(c *portal.Config) { c.Developer = &portal.Developer{} },
		"neither passwords nor page": func(c *portal.Config) { c.Passwords = nil },
	} {
		cfg := valid
		spoil(&cfg)
		_, err := portal.New(cfg)
		assert.Error(t, err, what)
	}
}

func TestHostsBringTheirOwnSignIn(t *testing.T) {
	s := newDesk(t, func(c *portal.Config) {
		c.SignIn = func(next string) string { return "/sso?to=" + url.QueryEscape(next) }
	})
	s.mux.HandleFunc("/sso", func(w http.ResponseWriter, r *http.Request) {
		user, err := s.store.UserByID(r.Context(), "1")
		require.NoError(t, err)
		require.NoError(t, s.sessions.Start(w, r, user, sessionDetails()))
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusSeeOther)
	})
	v := s.visitor(t)
	there := v.get("/portal/tokens").location(t)
	assert.Equal(t, "/sso?to=%2Fportal%2Ftokens", there)
	assert.Equal(t, "/portal/tokens", v.get(there).location(t))
	page := v.get("/portal/tokens")
	assert.Equal(t, http.StatusOK, page.StatusCode)
	assert.Equal(t, http.StatusNotFound, v.get("/login").StatusCode)
	assert.Equal(t, "/sso?to=%2Fportal%2F", v.post("/logout", page.fields()).location(t))
}

func TestTheSignInPageSaysWhyItIsThereAgain(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	s.later += 16 * time.Minute
	page := v.get(v.get("/portal/tokens/new").location(t))
	assert.Contains(t, page.text, "this step needs a recent sign-in")
	assert.Contains(t, page.text, `value="Aladdin"`)
}
