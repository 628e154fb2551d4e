package portal_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
)

const passwordPath = "/portal/account/password"

// change changes Aladdin's password as a visitor who has just signed in.
func (v *visitor) change(current, next string) view {
	v.t.Helper()
	return v.send(passwordPath, "current_password", current, "new_password", next)
}

// signsIn reports whether a password is Aladdin's.
func (s *site) signsIn(t testing.TB, password string) bool {
	t.Helper()
	v := s.visitor(t)
	form := v.get("/login")
	return v.post("/login", form.fields("username", "Aladdin", "password", password)).StatusCode == http.StatusSeeOther
}

func TestNewPasswords(t *testing.T) {
	for name, c := range map[string]struct {
		next   string
		status int
	}{
		"ASVS-6.2.1 seven characters are too few":                    {"xkqvzjw", http.StatusUnprocessableEntity},
		"ASVS-6.2.1 eight are enough":                                {"xkqvzjwy", http.StatusSeeOther},
		"ASVS-6.2.1 characters are counted, not bytes":               {"парольё", http.StatusUnprocessableEntity},
		"ASVS-6.2.4 password1 is common":                             {"password1", http.StatusUnprocessableEntity},
		"ASVS-6.2.4 qwertyuiop is common":                            {"qwertyuiop", http.StatusUnprocessableEntity},
		"ASVS-6.2.4 case does not make it rare":                      {"QwertyUiop", http.StatusUnprocessableEntity},
		"ASVS-6.2.5 lower-case letters, spaces and one beyond ASCII": {"open the cave, çesame", http.StatusSeeOther},
		"over 1024 bytes":                                            {strings.Repeat("x1", 513), http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			s := newDesk(t)
			page := s.aladdin(t).change("Aladdin", c.next)
			assert.Equal(t, c.status, page.StatusCode)
			if c.status == http.StatusUnprocessableEntity {
				assert.Contains(t, page.text, `role="alert" id="new_password-problem"`)
			}
			assert.Equal(t, c.status == http.StatusSeeOther, s.signsIn(t, c.next))
		})
	}
	t.Run("ASVS-6.2.4 the list has at least 3,000 that are long enough", func(t *testing.T) {
		assert.GreaterOrEqual(t, portal.CommonPasswords(8), 3000)
	})
}

func TestChangingThePassword(t *testing.T) {
	t.Run("ASVS-6.2.3 needs the current one", func(t *testing.T) {
		s := newDesk(t)
		v := s.aladdin(t)
		for _, current := range []string{"", "wrong"} {
			page := v.change(current, "a cave of wonders")
			assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
			assert.Contains(t, page.text, `role="alert" id="current_password-problem"`)
		}
		assert.True(t, s.signsIn(t, "Aladdin"))
		assert.Len(t, s.eventsOf(t, "1", portal.EventPasswordRefused), 2)
	})
	t.Run("ASVS-7.4.3 ends the other sessions", func(t *testing.T) {
		s := newDesk(t)
		here, there := s.aladdin(t), s.aladdin(t)
		assert.Equal(t, "/portal/account?changed=password", here.change("Aladdin", "a cave of wonders").location(t))
		assert.Contains(t, there.get("/portal/tokens").location(t), "/login")
		assert.Contains(t, here.get("/portal/account?changed=password").text, "Your password was changed")
		assert.False(t, s.signsIn(t, "Aladdin"))
		events := s.eventsOf(t, "1", portal.EventPasswordChanged)
		require.Len(t, events, 1)
		assert.Equal(t, store.DeliveryPending, events[0].Delivery.State, "the owner is told")
	})
	t.Run("ASVS-7.5.1 needs a recent sign-in", func(t *testing.T) {
		s := newDesk(t)
		v := s.aladdin(t)
		form := v.get(passwordPath)
		s.later += 15*time.Minute + time.Second
		answer := v.post(passwordPath, form.filled("current_password", "Aladdin", "new_password", "a cave of wonders"))
		assert.Equal(t, "/login?next=%2Fportal%2Faccount%2Fpassword", answer.location(t))
		assert.Contains(t, v.get(passwordPath).location(t), "/login")
		assert.True(t, s.signsIn(t, "Aladdin"))
	})
	t.Run("where the host does not want it there is no page", func(t *testing.T) {
		s := newDesk(t, func(c *portal.Config) { c.Developer.Passwords = nil })
		v := s.aladdin(t)
		assert.Equal(t, http.StatusNotFound, v.get(passwordPath).StatusCode)
		assert.NotContains(t, v.get("/portal/account").text, passwordPath)
	})
}

func TestPasswordFieldsSuitPasswordManagers(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	for path, fields := range map[string]map[string]string{
		"/login":     {"password": "current-password"},
		passwordPath: {"current_password": "current-password", "new_password": "new-password"},
	} {
		page := v.get(path)
		for name, use := range fields {
			t.Run("ASVS-6.2.6 "+path+" "+name, func(t *testing.T) {
				assert.Regexp(t, `<input [^>]*name="`+name+`" type="password" autocomplete="`+use+`"`, page.text)
				assert.NotContains(t, page.text, "onpaste")
			})
		}
	}
	t.Run("ASVS-6.2.6 the script leaves pasting alone", func(t *testing.T) {
		assert.NotContains(t, v.get("/portal/portal.js").text, "paste")
	})
}

func TestBreachedPasswords(t *testing.T) {
	desk := func(t *testing.T, allow bool, breached func(context.Context, string) (bool, error)) *site {
		return newDesk(t, func(c *portal.Config) {
			c.Developer.Passwords.Breached = breached
			c.Developer.Passwords.BreachTimeout = time.Millisecond
			c.Developer.Passwords.AllowUnchecked = allow
		})
	}
	known := func(_ context.Context, password string) (bool, error) { return password == "a cave of wonders", nil }
	silent := func(ctx context.Context, _ string) (bool, error) { <-ctx.Done(); return false, ctx.Err() }
	broken := func(context.Context, string) (bool, error) { return false, errors.New("refused") }
	t.Run("ASVS-6.2.12 the hook refuses one and passes another", func(t *testing.T) {
		v := desk(t, false, known).aladdin(t)
		assert.Equal(t, http.StatusUnprocessableEntity, v.change("Aladdin", "a cave of wonders").StatusCode)
		assert.Equal(t, http.StatusSeeOther, v.change("Aladdin", "a lamp of wonders").StatusCode)
	})
	t.Run("ASVS-6.2.12 a hook that does not answer in time refuses the change", func(t *testing.T) {
		s := desk(t, false, silent)
		assert.Equal(t, http.StatusServiceUnavailable, s.aladdin(t).change("Aladdin", "a lamp of wonders").StatusCode)
		assert.True(t, s.signsIn(t, "Aladdin"))
		assert.Equal(t, http.StatusServiceUnavailable, desk(t, false, broken).aladdin(t).change("Aladdin", "a lamp of wonders").StatusCode)
	})
	t.Run("ASVS-6.2.12 but not where the host allows it", func(t *testing.T) {
		assert.Equal(t, http.StatusSeeOther, desk(t, true, silent).aladdin(t).change("Aladdin", "a lamp of wonders").StatusCode)
	})
}

func TestSessions(t *testing.T) {
	s := newDesk(t)
	here, there, third := s.aladdin(t), s.aladdin(t), s.aladdin(t)
	button := regexp.MustCompile(`name="session" value="([^"]*)"`)
	page := here.get("/portal/account")
	assert.Len(t, button.FindAllString(page.text, -1), 2, "each but this one")
	assert.Contains(t, page.text, "This one")
	t.Run("ASVS-7.5.2 ends one", func(t *testing.T) {
		list, err := s.sessions.List(context.Background(), "1", 10)
		require.NoError(t, err)
		require.Len(t, list, 3)
		id := button.FindAllStringSubmatch(page.text, -1)[0][1]
		assert.Equal(t, "/portal/account", here.post("/portal/account", page.filled("session", id)).location(t))
		page = here.get("/portal/account")
		assert.NotContains(t, page.text, id)
		assert.Len(t, button.FindAllString(page.text, -1), 1)
		refused := 0
		for _, v := range []*visitor{there, third} {
			if v.get("/portal/tokens").StatusCode == http.StatusSeeOther {
				refused++
			}
		}
		assert.Equal(t, 1, refused)
	})
	t.Run("ASVS-7.5.2 another's session cannot be ended", func(t *testing.T) {
		jasmine := s.visitor(t)
		jasmine.signIn("Jasmine", "/portal/")
		id := button.FindStringSubmatch(page.text)[1]
		jasmine.post("/portal/account", jasmine.get("/portal/account").filled("session", id))
		assert.Contains(t, here.get("/portal/account").text, id)
	})
	t.Run("signs out others", func(t *testing.T) {
		here.post("/portal/account", page.filled("others", "yes"))
		for _, v := range []*visitor{there, third} {
			assert.Equal(t, http.StatusSeeOther, v.get("/portal/tokens").StatusCode)
		}
		assert.Equal(t, http.StatusOK, here.get("/portal/tokens").StatusCode)
		assert.NotContains(t, here.get("/portal/account").text, "Sign out others", "there are none")
		assert.Len(t, s.eventsOf(t, "1", portal.EventSessionsEnded), 2)
	})
	t.Run("names the browser", func(t *testing.T) {
		user, err := s.store.UserByID(context.Background(), "1")
		require.NoError(t, err)
		r := httptest.NewRequest("GET", "https://api.example/", nil)
		note := "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
		require.NoError(t, s.sessions.Start(discard{}, r, user, session.Details{Note: note}))
		assert.Contains(t, here.get("/portal/account").text, "Firefox on Linux")
	})
}

// discard is a browser that keeps nothing.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestAnAdministratorEndsSessions(t *testing.T) {
	s := newDesk(t)
	one, two, other := s.aladdin(t), s.aladdin(t), s.visitor(t)
	other.signIn("Jasmine", "/portal/")
	t.Run("ASVS-7.4.5 of one user, and of no other", func(t *testing.T) {
		n, err := s.sessions.EndAll(context.Background(), "1", nil)
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		assert.Contains(t, one.get("/portal/").location(t), "/login")
		assert.Contains(t, two.get("/portal/").location(t), "/login")
		assert.Equal(t, http.StatusOK, other.get("/portal/").StatusCode)
	})
}
