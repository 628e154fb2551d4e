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
	for kind, want := range map[string]struct {
		outcome string
		n       int
		client  string
	}{
		portal.EventSignedIn:        {"ok", 1, ""},
		portal.EventSignInFailed:    {"refused", 1, ""},
		portal.EventAppRegistered:   {"ok", 1, app.ID},
		portal.EventAppChanged:      {"ok", 1, app.ID},
		portal.EventAppRotated:      {"ok", 1, app.ID},
		portal.EventAppDeleted:      {"ok", 1, app.ID},
		tokens.EventCreated:         {"ok", 2, ""},
		tokens.EventRevoked:         {"ok", 1, ""},
		tokens.EventRotated:         {"ok", 1, ""},
		portal.EventPasswordRefused: {"refused", 1, ""},
		portal.EventPasswordChanged: {"ok", 1, ""},
	} {
		t.Run("SEC-LOG-03 "+kind+" with actor, client, source and outcome", func(t *testing.T) {
			events := s.eventsOf(t, "1", kind)
			require.Len(t, events, want.n)
			e := events[0]
			assert.Equal(t, want.outcome, e.Outcome)
			assert.Equal(t, []string{"1", "1", want.client, "127.0.0.1"}, []string{e.Actor, e.User, e.Client, e.Address})
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
