package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

func TestWhatHappensIsAnEvent(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	s.signsIn(t, "wrong")
	page := v.send("/portal/apps/new", "name", "Tracker", "scope", "read")
	app := s.registered(t, page)
	v.send("/portal/apps/edit?id="+app.ID, "name", "Tracker", "scope", "write")
	v.send("/portal/apps/rotate?id=" + app.ID)
	v.send("/portal/tokens/new", "description", "CI", "scope", "read")
	v.send("/portal/tokens/revoke?id=" + v.get("/portal/tokens").ids()[0])
	v.send("/portal/keys/new", "description", "shop")
	v.send("/portal/keys/rotate?id=" + v.get("/portal/keys").ids()[0])
	v.send("/portal/apps/delete?id=" + app.ID)
	v.change("wrong", "a cave of wonders")
	v.change("Aladdin", "a cave of wonders")
	leaving := s.visitor(t)
	leaving.signIn("Jasmine", "/portal/")
	leaving.post("/logout", leaving.get("/portal/").fields())
	refused := s.visitor(t)
	require.Equal(t, http.StatusForbidden, refused.signIn("cassim", "/portal/").StatusCode)
	for kind, want := range map[string]struct {
		outcome          string
		n                int
		client, of, path string
	}{
		portal.EventSignedIn:        {"ok", 1, "", "1", "/login"},
		portal.EventSignedOut:       {"ok", 1, "", "3", "/logout"},
		auth.EventSignInFailed:      {"refused", 1, "", "1", "/login"},
		auth.EventSignInRefused:     {"refused", 1, "", "2", "/login"},
		portal.EventAppRegistered:   {"ok", 1, app.ID, "1", "/portal/apps/new"},
		portal.EventAppChanged:      {"ok", 1, app.ID, "1", "/portal/apps/edit"},
		portal.EventAppRotated:      {"ok", 1, app.ID, "1", "/portal/apps/rotate"},
		portal.EventAppDeleted:      {"ok", 1, app.ID, "1", "/portal/apps/delete"},
		tokens.EventCreated:         {"ok", 2, "", "1", "/portal/keys/new"},
		tokens.EventRevoked:         {"ok", 1, "", "1", "/portal/tokens/revoke"},
		tokens.EventRotated:         {"ok", 1, "", "1", "/portal/keys/rotate"},
		portal.EventPasswordRefused: {"refused", 1, "", "1", "/portal/account/password"},
		portal.EventPasswordChanged: {"ok", 1, "", "1", "/portal/account/password"},
	} {
		t.Run("SEC-LOG-03 "+kind+" with actor, client, source, outcome and request", func(t *testing.T) {
			events := s.eventsOf(t, want.of, kind)
			require.Len(t, events, want.n)
			e, actor := events[0], want.of
			if kind == auth.EventSignInFailed {
				actor = "" // whoever it was
			}
			assert.Equal(t, want.outcome, e.Outcome)
			assert.Equal(t, []string{actor, want.of, want.client, "127.0.0.1"}, []string{e.Actor, e.User, e.Client, e.Address})
			var requests []string // of one millisecond in any order
			for _, e := range events {
				requests = append(requests, e.Request)
			}
			assert.Contains(t, requests, "POST"+want.path)
			assert.False(t, e.Expires.IsZero(), "it is forgotten some day")
			assert.NotContains(t, fmt.Sprint(e), page.secret(t, "client_secret"))
			assert.NotContains(t, fmt.Sprint(e), "a cave of wonders")
		})
	}
	list := v.get("/portal/log")
	for _, text := range []string{"Sign-in failed", "Signed in", "Registered an app", "Rotated an app", "Deleted an app", "Changed the password", "Made", "Revoked", "wrong password", app.ID, "127.0.0.1"} {
		assert.Contains(t, list.text, text)
	}
}

func TestTheLogHasPages(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	for i := range 120 {
		require.NoError(t, s.store.AppendEvents(context.Background(), store.Event{
			ID: fmt.Sprintf("0%03d", i), Time: time.Unix(int64(i), 0), Type: "host.own", User: "1", Details: map[string]string{tokens.DetailDescription: "<i>n" + fmt.Sprint(i) + "\u200b"},
		}))
	}
	require.NoError(t, s.store.AppendEvents(context.Background(), store.Event{ID: "z", Type: "of.another", User: "3"}))
	rows, path := 0, "/portal/log"
	for range 3 {
		page := v.get(path)
		require.Equal(t, http.StatusOK, page.StatusCode)
		n := strings.Count(page.text, `<li class="row">`)
		assert.LessOrEqual(t, n, 50)
		assert.NotContains(t, page.text, "of.another")
		assert.NotContains(t, page.text, "<i>")
		assert.NotContains(t, page.text, "\u200b")
		rows += n
		if older := regexp.MustCompile(`href="(/portal/log\?before=[^"]*)"`).FindStringSubmatch(page.text); older != nil {
			path = older[1]
		}
	}
	assert.Equal(t, 121, rows, "those, and the sign-in")
	assert.Contains(t, v.get("/portal/log?before=0000").text, "There is nothing older.")

	without := newDesk(t, func(c *portal.Config) { c.Events = nil })
	assert.Contains(t, without.aladdin(t).get("/portal/log").text, "Nothing yet.", "where the host keeps no events")
}

func TestOnlyWhatEndedIsLogged(t *testing.T) {
	s := newDesk(t)
	here, other := s.aladdin(t), s.visitor(t)
	other.signIn("Jasmine", "/portal/")
	foreign, err := s.sessions.List(context.Background(), "3", 1)
	require.NoError(t, err)
	for _, id := range []string{"nosuch", foreign[0].ID} {
		here.send("/portal/account", "session", id)
	}
	assert.Empty(t, s.eventsOf(t, "1", portal.EventSessionsEnded), "no session of theirs ended")
	assert.Equal(t, http.StatusOK, other.get("/portal/").StatusCode)
	second := s.aladdin(t)
	own, err := s.sessions.List(context.Background(), "1", 1)
	require.NoError(t, err)
	for range 2 {
		here.send("/portal/account", "session", own[0].ID)
	}
	assert.Len(t, s.eventsOf(t, "1", portal.EventSessionsEnded), 1, "once")
	assert.Contains(t, second.get("/portal/").location(t), "/login")
}

func TestTheLogSaysHowManyThereWere(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	require.NoError(t, s.store.AppendEvents(context.Background(), store.Event{
		ID: "9", Type: auth.EventSignInFailed, Outcome: "refused", Reason: "token_revoked", User: "1", Details: map[string]string{auth.DetailCount: "1000"},
	}))
	assert.Contains(t, v.get("/portal/log").text, "token revoked, number 1000 within the hour")
}

// TestAFormThatMadeNothing is sent again after it met the limit, and may not claim that it made something.
func TestAFormThatMadeNothing(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	form := v.get("/portal/keys/new").filled("description", "late", "expires", "7")
	for range 100 {
		require.Contains(t, v.send("/portal/keys/new", "description", "early", "expires", "7").text, "data-secret")
	}
	for range 2 {
		page := v.post("/portal/keys/new", form)
		assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
		assert.Contains(t, page.text, "There are too many already.")
	}
}
