package oauth2_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

func TestRevocation(t *testing.T) {
	w := newWorld(t)
	a, b := w.tokens("1", "app"), w.tokens("1", "app")
	revoke := func(client, token string, more ...string) answer {
		return w.post("/oauth2/revoke", client, append([]string{"token", token}, more...)...)
	}
	t.Run("RFC7009-2.1-01 another client's token stays", func(t *testing.T) {
		denied := revoke("other", a.AccessToken)
		assert.Equal(t, http.StatusBadRequest, denied.StatusCode)
		assert.Equal(t, "invalid_grant", denied.Error)
		assert.True(t, w.works(a.AccessToken))
		assert.Equal(t, 401, w.post("/oauth2/revoke", "", "token", a.AccessToken, "client_id", "app", "client_secret", "wrong").StatusCode)
	})
	t.Run("RFC7009-2.1-02 an access token ends alone", func(t *testing.T) {
		assert.Equal(t, 200, revoke("app", a.AccessToken).StatusCode)
		assert.False(t, w.works(a.AccessToken))
		a = w.refresh("app", a.RefreshToken)
		assert.Equal(t, 200, a.StatusCode)
	})
	t.Run("RFC7009-2.1-02 a refresh token ends its family, and no other", func(t *testing.T) {
		assert.Equal(t, 200, revoke("app", a.RefreshToken).StatusCode)
		assert.False(t, w.works(a.AccessToken))
		assert.Equal(t, "invalid_grant", w.refresh("app", a.RefreshToken).Error)
		assert.True(t, w.works(b.AccessToken))
	})
	t.Run("RFC7009-2.2-01 what is gone or unknown is a success, and a hint is a hint", func(t *testing.T) {
		assert.Equal(t, 200, revoke("app", a.RefreshToken).StatusCode)
		assert.Equal(t, 200, revoke("app", "never issued").StatusCode)
		assert.Equal(t, 200, revoke("app", b.AccessToken, "token_type_hint", "refresh_token").StatusCode)
		assert.False(t, w.works(b.AccessToken))
		assert.Equal(t, 200, revoke("app", b.RefreshToken, "token_type_hint", "foo").StatusCode)
		assert.Equal(t, "invalid_request", w.post("/oauth2/revoke", "app").Error)
	})
	t.Run("RFC7009-2.1-01 a public client names itself", func(t *testing.T) {
		code := w.code("1", "native", "redirect_uri", "http://127.0.0.1:4000/callback")
		a := w.token("", "grant_type", "authorization_code", "client_id", "native", "code", code, "code_verifier", verifier)
		require.Equal(t, 200, a.StatusCode, a.text)
		assert.Equal(t, 200, w.post("/oauth2/revoke", "", "client_id", "native", "token", a.AccessToken).StatusCode)
		assert.False(t, w.works(a.AccessToken))
	})
}

// failing fails the writes that it names.
type failing struct {
	store.Tokens
	on bool
}

var errDisk = errors.New("disk on fire")

func (f *failing) RevokeTokens(ctx context.Context, filter store.TokenFilter, at time.Time, e ...store.Event) (int, error) {
	if f.on {
		return 0, errDisk
	}
	return f.Tokens.RevokeTokens(ctx, filter, at, e...)
}

func TestARevocationThatFailsIsNoSuccess(t *testing.T) {
	var broken *failing
	w := newWorld(t, func(c *oauth2.Config) {
		broken = &failing{Tokens: c.Tokens}
		c.Tokens = broken
	})
	a := w.tokens("1", "app")
	broken.on = true
	t.Run("RFC7009-2.2.1-01 SEC-FAIL-02 503 with Retry-After, and the token is as it was", func(t *testing.T) {
		failed := w.post("/oauth2/revoke", "app", "token", a.AccessToken)
		assert.Equal(t, http.StatusServiceUnavailable, failed.StatusCode)
		assert.NotEmpty(t, failed.Header.Get("Retry-After"))
		assert.NotContains(t, failed.text, "fire")
		assert.True(t, w.works(a.AccessToken))
		assert.ErrorIs(t, w.broken[0], errDisk, "and the host knows")
	})
	broken.on = false
	assert.Equal(t, 200, w.post("/oauth2/revoke", "app", "token", a.AccessToken).StatusCode)
	assert.False(t, w.works(a.AccessToken))
}

func TestIntrospection(t *testing.T) {
	w := newWorld(t)
	a := w.tokens("1", "app", "resource", issuer+"/v1")
	introspect := func(client, token string) answer { return w.post("/oauth2/introspect", client, "token", token) }
	t.Run("RFC7662-2.1-01 only authenticated clients, by POST", func(t *testing.T) {
		denied := introspect("", a.AccessToken)
		assert.Equal(t, 401, denied.StatusCode)
		assert.NotEmpty(t, denied.Header.Get("WWW-Authenticate"))
		assert.Equal(t, 401, w.post("/oauth2/introspect", "", "client_id", "native", "token", a.AccessToken).StatusCode, "not public ones")
		assert.Equal(t, "invalid_request", w.post("/oauth2/introspect", "app").Error)
	})
	t.Run("RFC7662-2.2-02 the members of an active token, for its client and a resource server", func(t *testing.T) {
		for _, client := range []string{"app", "rs"} {
			active := introspect(client, a.AccessToken)
			require.True(t, active.Active, active.text)
			for _, member := range []string{
				`"scope":"read write"`, `"client_id":"app"`, `"username":"Aladdin"`, `"token_type":"Bearer"`, `"sub":"1"`,
				`"aud":["https://api.example/v1"]`, `"iss":"https://api.example"`, `"exp":`, `"iat":`,
			} {
				assert.Contains(t, active.text, member)
			}
			assert.Equal(t, "no-store", active.Header.Get("Cache-Control"))
		}
	})
	t.Run("RFC7662-4-01 a refresh token is its own client's alone, and no Bearer token", func(t *testing.T) {
		assert.False(t, introspect("rs", a.RefreshToken).Active)
		own := introspect("app", a.RefreshToken)
		assert.True(t, own.Active)
		assert.Empty(t, own.TokenType)
	})
	t.Run("RFC7662-2.2-01 everything else is inactive and nothing more", func(t *testing.T) {
		revoked := w.tokens("1", "app")
		w.post("/oauth2/revoke", "app", "token", revoked.AccessToken)
		expired := w.tokens("1", "app")
		w.advance(time.Hour)
		fresh := w.tokens("1", "app")
		for name, row := range map[string][2]string{
			"foreign": {"other", fresh.AccessToken}, "revoked": {"app", revoked.AccessToken}, "expired": {"app", expired.AccessToken},
			"malformed": {"app", "x"}, "unknown": {"app", fresh.AccessToken[:len(fresh.AccessToken)-1] + "!"},
		} {
			assert.Equal(t, `{"active":false}`, introspect(row[0], row[1]).text, name)
		}
	})
}
