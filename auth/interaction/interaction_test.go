package interaction_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// A world is a protocol that asks for consent, and a browser whose X-Browser field says who is signed in.
type world struct {
	*interaction.Interactions
	store    *memory.Store
	now      time.Time
	asked    interaction.Request
	finished []interaction.Decision
	broken   error
	mu       sync.Mutex
}

func (w *world) Finish(rw http.ResponseWriter, _ *http.Request, _ interaction.Request, d interaction.Decision) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.finished = append(w.finished, d)
	rw.WriteHeader(http.StatusNoContent)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{store: memory.New(), now: time.Unix(1e9, 0)}
	require.NoError(t, w.store.CreateUsers(context.Background(), store.User{ID: "1", Name: "Aladdin"}, store.User{ID: "2", Name: "Jasmine"}, store.User{ID: "3", Name: "Cassim", State: store.Locked}))
	require.NoError(t, w.store.PutClient(context.Background(), store.Client{ID: "app", Owner: "2", Name: "Carpets", Scopes: []string{"read", "write"}}))
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}, auth.ScopeInfo{Name: "write", Words: "Change things"})
	require.NoError(t, err)
	w.Interactions, err = interaction.New(interaction.Config{
		Handles: w.store, Clients: w.store, Scopes: catalogue,
		Subject: func(r *http.Request) (interaction.Subject, bool, error) {
			session := r.Header.Get("X-Browser")
			if session == "" || w.broken != nil {
				return interaction.Subject{}, false, w.broken
			}
			user, err := w.store.UserByID(r.Context(), session[:1])
			return interaction.Subject{User: user, Session: session}, err == nil, err
		},
		SignIn:  func(next string) string { return "/login?next=" + url.QueryEscape(next) },
		Consent: func(id string) string { return "/consent?id=" + id },
		Clock:   func() time.Time { return w.now },
	})
	require.NoError(t, err)
	w.Serve("test", w)
	w.asked = interaction.Request{Protocol: "test", Client: "app", Scopes: auth.Scopes{"write", "read"}, Leads: "https://app.example/callback", Data: []byte("opaque")}
	return w
}

// as is a request of the browser.
func as(browser string) *http.Request {
	r := httptest.NewRequest("GET", "/authorize?x=1", nil)
	r.Header.Set("X-Browser", browser)
	return r
}

// begin begins the request and returns where the browser is sent.
func (w *world) begin(t testing.TB, browser string) *url.URL {
	t.Helper()
	rec := httptest.NewRecorder()
	require.NoError(t, w.Begin(rec, as(browser), "/authorize?x=1", func(interaction.Subject) (interaction.Request, bool) { return w.asked, true }))
	require.Equal(t, http.StatusSeeOther, rec.Code)
	location, err := rec.Result().Location()
	require.NoError(t, err)
	return location
}

func TestSignInComesFirstAndLeavesNothing(t *testing.T) {
	w := newWorld(t)
	location := w.begin(t, "")
	assert.Equal(t, "/login", location.Path)
	assert.Equal(t, "/authorize?x=1", location.Query().Get("next"))
	assert.Empty(t, location.Query().Get("id"), "nothing is kept for visitors who are not signed in")
}

func TestAPageAsksAndDecides(t *testing.T) {
	w := newWorld(t)
	id := w.begin(t, "1-laptop").Query().Get("id")
	p, err := w.Pending(as("1-laptop"), id)
	require.NoError(t, err)
	assert.Equal(t, "Carpets", p.Client.Name)
	assert.Equal(t, "Aladdin", p.Subject.User.Name)
	assert.Equal(t, []auth.ScopeInfo{{Name: "read", Words: "See things"}, {Name: "write", Words: "Change things"}}, p.Scopes)
	assert.Equal(t, w.asked, p.Request)

	assert.ErrorIs(t, w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Allow: true, Scopes: auth.Scopes{"fly"}}), autherr.BadRequest)
	require.NoError(t, w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Allow: true}))
	require.Len(t, w.finished, 1)
	assert.True(t, w.finished[0].Allow)
	assert.Equal(t, w.asked.Scopes, w.finished[0].Scopes)
	assert.Equal(t, "1", w.finished[0].Subject.User.ID)

	assert.ErrorIs(t, w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Allow: true}), autherr.NotFound, "once")
	_, err = w.Pending(as("1-laptop"), id)
	assert.ErrorIs(t, err, autherr.NotFound)
}

func TestTheZeroDecisionIsNo(t *testing.T) {
	w := newWorld(t)
	id := w.begin(t, "1-laptop").Query().Get("id")
	require.NoError(t, w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Scopes: auth.Scopes{"read"}}))
	require.Len(t, w.finished, 1)
	assert.False(t, w.finished[0].Allow)
	assert.Empty(t, w.finished[0].Scopes)
}

func TestARequestBelongsToTheSignInThatBeganIt(t *testing.T) {
	w := newWorld(t)
	id := w.begin(t, "1-laptop").Query().Get("id")
	for _, row := range []struct{ name, browser string }{
		{"PORTAL-SESS-01 another account's browser", "2-laptop"},
		{"PORTAL-SESS-01 the same account's other browser", "1-phone"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := w.Pending(as(row.browser), id)
			assert.ErrorIs(t, err, autherr.NotFound)
			assert.ErrorIs(t, w.Decide(httptest.NewRecorder(), as(row.browser), id, interaction.Decision{Allow: true}), autherr.NotFound)
			assert.Empty(t, w.finished)
		})
	}
	_, err := w.Pending(as(""), id)
	assert.ErrorIs(t, err, autherr.Unauthenticated)
}

func TestRequestsThatAreOver(t *testing.T) {
	w := newWorld(t)
	expired := w.begin(t, "1-laptop").Query().Get("id")
	w.now = w.now.Add(10 * time.Minute)
	id := w.begin(t, "1-laptop").Query().Get("id")
	for name, id := range map[string]string{"expired": expired, "unknown": "bogus", "empty": ""} {
		_, err := w.Pending(as("1-laptop"), id)
		assert.ErrorIs(t, err, autherr.NotFound, name)
	}
	app, err := w.store.Client(context.Background(), "app")
	require.NoError(t, err)
	app.Revoked = w.now
	require.NoError(t, w.store.PutClient(context.Background(), app))
	_, err = w.Pending(as("1-laptop"), id)
	assert.ErrorIs(t, err, autherr.NotFound, "of an app that was switched off")
}

func TestLockedAccountsDecideNothing(t *testing.T) {
	w := newWorld(t)
	err := w.Begin(httptest.NewRecorder(), as("3-laptop"), "/", func(interaction.Subject) (interaction.Request, bool) { return w.asked, true })
	assert.ErrorIs(t, err, autherr.Forbidden)
}

func TestOfManyDecisionsOneCounts(t *testing.T) {
	w := newWorld(t)
	id := w.begin(t, "1-laptop").Query().Get("id")
	var wait sync.WaitGroup
	start := make(chan struct{})
	for range 100 {
		wait.Go(func() {
			<-start
			_ = w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Allow: true})
		})
	}
	close(start)
	wait.Wait()
	assert.Len(t, w.finished, 1)
}

func TestBreakageDecidesNothing(t *testing.T) {
	w := newWorld(t)
	id := w.begin(t, "1-laptop").Query().Get("id")
	w.broken = autherr.NewUnavailable(errors.New("disk on fire"))
	assert.ErrorIs(t, w.Decide(httptest.NewRecorder(), as("1-laptop"), id, interaction.Decision{Allow: true}), autherr.Unavailable)
	assert.Empty(t, w.finished)
}

func TestProtocolsHaveOneName(t *testing.T) {
	w := newWorld(t)
	assert.Panics(t, func() { w.Serve("test", w) })
	_, err := interaction.New(interaction.Config{})
	assert.Error(t, err)
}
