package portal_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

func TestWhatIsNoTextIsRefused(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	token := v.send("/portal/tokens/new", "description", "the lamp", "scope", "read")
	require.Equal(t, http.StatusOK, token.StatusCode)
	for _, path := range []string{
		"/portal/tokens/revoke?id=", "/portal/keys/rotate?id=", "/portal/apps/edit?id=", "/portal/apps/delete?id=",
		"/portal/authorised/revoke?id=", "/portal/tokens?after=", "/portal/log?before=",
	} {
		for _, text := range []string{"a%00b", "%ff%fe"} {
			assert.Equal(t, http.StatusBadRequest, v.get(path+text).StatusCode, path+text)
		}
	}
	for path, field := range map[string]string{"/portal/tokens/new": "description", "/portal/apps/new": "name", "/portal/account": "session"} {
		page := v.get(path)
		assert.Equal(t, http.StatusBadRequest, v.post(path, page.filled(field, "a\x00b", "scope", "read")).StatusCode, path)
	}
}

func TestClearHTTPReachesNoPage(t *testing.T) {
	s := newDesk(t)
	for _, path := range []string{"/login", "/consent?id=x", "/portal/", "/portal/tokens/new", "/authorize"} {
		for _, method := range []string{"GET", "POST"} {
			if method == "POST" && path == "/portal/" {
				continue
			}
			r := httptest.NewRequest(method, path, nil)
			r.RemoteAddr = "203.0.113.7:1000"
			w := httptest.NewRecorder()
			s.mux.ServeHTTP(w, r)
			assert.Equal(t, http.StatusForbidden, w.Code, "%s %s", method, path)
			assert.Contains(t, w.Body.String(), auth.RefuseHTTP().Message)
		}
	}
}

func TestTheLimitOfAppsHoldsAgainstFormsSentAtOnce(t *testing.T) {
	s := newDesk(t, func(c *portal.Config) { c.Developer.MaxApps = 3 }) // two are there
	v := s.aladdin(t)
	var sent sync.WaitGroup
	pages := make([]view, 8)
	for i := range pages {
		form := v.get("/portal/apps/new").filled("name", "One of many", "scope", "read")
		sent.Go(func() { pages[i] = v.post("/portal/apps/new", form) })
	}
	sent.Wait()
	apps, err := s.store.ClientsByOwner(context.Background(), "1")
	require.NoError(t, err)
	assert.LessOrEqual(t, len(apps), 3)
	made := 0
	for _, page := range pages {
		if page.StatusCode == http.StatusOK {
			made++
			continue
		}
		assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
		assert.NotContains(t, page.text, "data-secret")
	}
	assert.Equal(t, len(apps)-2, made, "whoever saw a secret has the app")
}

// stuckTokens end no sessions.
type stuckTokens struct{ store.Tokens }

func (stuckTokens) RevokeTokens(context.Context, store.TokenFilter, time.Time, ...store.Event) (int, error) {
	return 0, errors.New("disk on fire")
}

func TestAPasswordThatWasChangedIsSaidToBe(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	cfg := s.cfg
	sessions, err := session.New(session.Config{
		Tokens: stuckTokens{s.store}, BaseURL: s.URL, Keys: [][]byte{make([]byte, 32)}, Clock: s.clock,
	})
	require.NoError(t, err)
	cfg.Sessions = sessions
	stuck, err := portal.New(cfg)
	require.NoError(t, err)
	for _, route := range stuck.Routes() {
		if route.Pattern == passwordPath {
			s.mux.Handle("POST "+passwordPath, route.Handler)
		}
	}
	page := v.get(v.change("Aladdin", "a cave of wonders").location(t))
	assert.Contains(t, page.text, "Your password was changed, but")
	assert.NotContains(t, page.text, "and you are signed out everywhere else")
	assert.True(t, s.signsIn(t, "a cave of wonders"))
}

func TestRefusalsKeepTheNavigation(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	page := v.get("/portal/tokens/revoke?id=nothing")
	assert.Equal(t, http.StatusNotFound, page.StatusCode)
	assert.Contains(t, page.text, `<a href="/portal/tokens" aria-current="page">`)
	form := v.get("/portal/tokens/new").filled("description", "the lamp", "scope", "read")
	require.Equal(t, http.StatusOK, v.post("/portal/tokens/new", form).StatusCode)
	again := v.post("/portal/tokens/new", form)
	assert.Equal(t, http.StatusConflict, again.StatusCode)
	assert.Contains(t, again.text, `href="/portal/tokens"`)
}

func TestAHostsStartPageIsWhereFailuresLead(t *testing.T) {
	s := newSite(t, func(c *portal.Config) { c.Home = "/start" })
	w := httptest.NewRecorder()
	s.portal.WriteError(w, httptest.NewRequest("GET", "/", nil), errors.New("disk on fire"))
	assert.Contains(t, w.Body.String(), `href="/start"`)
}

func TestAStatesLinkSaysWhatItIsFor(t *testing.T) {
	for says, row := range map[string]struct {
		own  map[store.State]string
		want string
	}{
		"by default":        {nil, ">Make a payment</a>"},
		"in a host's words": {map[store.State]string{store.Locked: "Top up"}, ">Top up</a>"},
	} {
		t.Run(says, func(t *testing.T) {
			s := newSite(t, func(c *portal.Config) { c.Help = row.own })
			assert.Contains(t, s.visitor(t).signIn("cassim", "/portal/").text, row.want)
		})
	}
}

func TestTheLogNamesAppsAndBrowsers(t *testing.T) {
	s := newDesk(t)
	v := s.visitor(t)
	form := v.get("/login")
	v.post("/login", form.fields("username", "Aladdin", "password", "Aladdin"), "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0")
	require.NoError(t, s.store.AppendEvents(context.Background(),
		store.Event{ID: "~1", Type: "oauth2.consented", Time: s.clock(), User: "1", Actor: "1", Client: "evil"},
		store.Event{ID: "~2", Type: "oauth2.consented", Time: s.clock(), User: "1", Actor: "1", Client: "gone"},
	))
	log := v.get("/portal/log").text
	assert.Contains(t, log, "Firefox on Linux")
	assert.Contains(t, log, "&lt;script&gt;alert(1)&lt;/script&gt;\uFFFD")
	assert.NotContains(t, log, "<script>alert")
	assert.Equal(t, 1, strings.Count(log, "gone"), "an app that is gone by its key alone")
}

func TestALongMessageIsAHeadlineAndTheRest(t *testing.T) {
	s := newSite(t)
	for says, row := range map[string]struct {
		err  autherr.Error
		want string
	}{
		"parted at the colon":     {autherr.Error{Message: "Bad link: there is no such app"}, "<h1>Bad link</h1>\n<p>There is no such app.</p>"},
		"whole without one":       {autherr.Error{Message: "Too many tries"}, "<h1>Too many tries</h1>\n\n"},
		"whole beside more words": {autherr.Error{Message: "No: never", Additional: "Ask us."}, "<h1>No: never</h1>\n<p>Ask us.</p>"},
		"there for a bare error":  {autherr.Error{}, "<h1>Something went wrong on our side</h1>"},
	} {
		t.Run(says, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.portal.WriteError(w, httptest.NewRequest("GET", "/", nil), &row.err)
			assert.Contains(t, w.Body.String(), row.want)
		})
	}
}

func TestAFormWhoseWriteFailedCanBeSentAgain(t *testing.T) {
	var calls faulty.Calls
	s := newDesk(t, func(c *portal.Config) {
		c.Developer.Clients = faulty.Wrap(storetest.Backend{Clients: c.Developer.Clients}, &calls).Clients
	})
	v := s.aladdin(t)
	broken := func(f faulty.Fault, path string, form url.Values) {
		calls.Follow(faulty.Each(f, "PutClient"))
		page := v.post(path, form)
		assert.Equal(t, http.StatusServiceUnavailable, page.StatusCode)
		assert.NotContains(t, page.text, "data-secret")
		calls.Follow(nil)
	}
	for path, fields := range map[string][]string{
		"/portal/apps/new":           {"name", "Tracker", "scope", "read"},
		"/portal/apps/rotate?id=app": nil,
	} {
		form := v.get(path).filled(fields...)
		where, _, _ := strings.Cut(path, "?")
		broken(faulty.Fault{Failed: faulty.ErrBroken}, where, form)
		v.post(where, form).secret(t, "client_secret")

		form = v.get(path).filled(fields...)
		broken(faulty.Fault{Lost: faulty.ErrBroken}, where, form)
		assert.Equal(t, http.StatusConflict, v.post(where, form).StatusCode, "%s was done, and nobody has the secret", path)
	}
	apps, err := s.store.ClientsByOwner(context.Background(), "1")
	require.NoError(t, err)
	assert.Len(t, apps, 4, "two were there")
}

func TestAnAppIsShownWhereTheOthersCannotBeCounted(t *testing.T) {
	var calls faulty.Calls
	s := newDesk(t, func(c *portal.Config) {
		c.Developer.Clients = faulty.Wrap(storetest.Backend{Clients: c.Developer.Clients}, &calls).Clients
	})
	v := s.aladdin(t)
	form := v.get("/portal/apps/new").filled("name", "Tracker", "scope", "read")
	calls.Follow(faulty.Nth(3, faulty.Fault{Failed: faulty.ErrBroken}))
	v.post("/portal/apps/new", form).secret(t, "client_secret")
	assert.Equal(t, []string{"ClientsByOwner", "PutClient", "ClientsByOwner"}, calls.Made())
}
