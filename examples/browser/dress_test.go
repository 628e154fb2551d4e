package browser_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><circle cx="14" cy="14" r="13" fill="#0b6b4f"/></svg>`

// moods answer each sign-in with what their name says.
type moods struct{}

func (moods) Check(_ context.Context, _ *http.Request, name, _ string) (store.User, error) {
	if name == "busy" {
		return store.User{}, &autherr.Error{Kind: autherr.TooManyRequests, Reason: "throttled", Message: "Too many failed attempts", RetryAfter: time.Minute}
	}
	return store.User{}, autherr.NewUnavailable(errors.New("disk on fire"))
}

// newDressed is a host's portal in its own name, colours and logo, with links and a sign-up; signing in fails.
func newDressed(t *testing.T) *apitest.Server {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	sessions, err := session.New(session.Config{Tokens: memory.New(), BaseURL: server.URL, Keys: [][]byte{make([]byte, 32)}})
	require.NoError(t, err)
	pages, err := portal.New(portal.Config{
		Name: "Agrabah Markets", Sessions: sessions, Passwords: moods{}, SignUp: "/join", Home: "/login", Logo: "/mark.svg",
		Links:   []portal.Link{{Text: "Terms", URL: "/terms"}, {Text: "Privacy", URL: "/privacy"}},
		Colours: map[string]string{"accent": "#0b6b4f"}, DarkColours: map[string]string{"accent": "#5fd3a8"},
	})
	require.NoError(t, err)
	for _, route := range pages.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}
	mux.HandleFunc("/mark.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(mark))
	})
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return &apitest.Server{BaseURL: server.URL}
}

// inAHostsDress walks what the example server does not show: a host's own dress, and what is said where signing in fails.
func (v *tourist) inAHostsDress() {
	text := v.open("/login").Text
	for _, words := range []string{"Agrabah Markets", "No account yet?", "Terms"} {
		assert.Contains(v.t, text, words)
	}
	assert.Contains(v.t, v.reads(`a[href="/join"]`), "Sign up")
	v.look("host, sign-in")
	for name, status := range map[string]int64{"busy": 429, "broken": 503} {
		v.open("/login")
		v.fill("username", name)
		v.fill("password", "open sesame")
		v.refused(status, chromedp.Click(`//main//button`))
		v.look("host, " + name)
	}
}

func TestAHostsDress(t *testing.T) {
	apitest.NeedThat(t, "axe-core", "test", "-f", axe)
	rules, err := os.ReadFile(axe)
	require.NoError(t, err)
	p := newPerson(t, newDressed(t), true)
	v := &tourist{p, func(name string) {
		p.audits(string(rules)+"\n;undefined", name)
		p.fits(name)
	}}
	v.inAHostsDress()
	p.wasUndisturbed()
	p.shows("light", 1280, 800)
	p.open("/login")
	colour, err := chromedp.Run(p.tab, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("button.primary")).backgroundColor`))
	require.NoError(t, err)
	assert.Equal(t, "rgb(11, 107, 79)", colour)
}
