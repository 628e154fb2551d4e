package portal_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// counted counts how often a checker is asked. That each of its refusals is the same work is package password's to show.
type counted struct {
	portal.Passwords
	n int
}

func (c *counted) Check(ctx context.Context, r *http.Request, name, password string) (store.User, error) {
	c.n++
	return c.Passwords.Check(ctx, r, name, password)
}

// TestNoPageTellsAccountsApart compares what a known, a locked and an unknown name get, with a wrong password.
func TestNoPageTellsAccountsApart(t *testing.T) {
	checks := &counted{}
	s := newDesk(t, func(c *portal.Config) {
		checks.Passwords = c.Passwords
		c.Passwords = checks
	})
	format, err := tokens.NewFormat("t_at_")
	require.NoError(t, err)
	login, err := oauth2.NewPasswordLogin(oauth2.PasswordLoginConfig{Passwords: checks, Tokens: s.store, Access: format, Realm: "test"})
	require.NoError(t, err)
	s.mux.Handle("/authorization", login)
	for _, path := range []string{"/login", "/authorization"} {
		t.Run("ASVS-6.3.8 "+path, func(t *testing.T) {
			var first string
			for _, name := range []string{"Aladdin", "cassim", "Nobody"} {
				v, before := s.visitor(t), checks.n
				form := v.get("/login")
				answer := v.post(path, form.fields("username", name, "password", "wrong"))
				assert.Equal(t, http.StatusUnauthorized, answer.StatusCode)
				assert.Equal(t, before+1, checks.n, "each is checked alike")
				body := strings.NewReplacer(name, "", form.fields().Get("form_token"), "").Replace(answer.text)
				if first == "" {
					first = body
				}
				assert.Equal(t, first, body)
			}
		})
	}
	t.Run("ASVS-6.3.8 the consent page knows no names before the sign-in", func(t *testing.T) {
		assert.Contains(t, s.visitor(t).get("/consent?id=x").location(t), "/login")
	})
}
