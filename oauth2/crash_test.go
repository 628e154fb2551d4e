package oauth2_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

// stuck fails to put tokens while it is on: what a crash between two writes leaves behind.
type stuck struct {
	store.Tokens
	on bool
}

func (s *stuck) PutTokens(ctx context.Context, all []store.Token, limit int, e ...store.Event) error {
	if s.on {
		return errDisk
	}
	return s.Tokens.PutTokens(ctx, all, limit, e...)
}

// listless cannot list tokens.
type listless struct{ store.Tokens }

func (listless) ListTokens(ctx context.Context, _ store.TokenFilter, _ string, _ int) ([]store.Token, error) {
	return nil, errDisk
}

func TestReuseEndsAGrantWhateverElseFails(t *testing.T) {
	w := newWorld(t, func(c *oauth2.Config) { c.Tokens = listless{c.Tokens} })
	first := w.tokens("1", "app")
	second := w.refresh("app", first.RefreshToken)
	assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error)
	assert.False(t, w.works(second.AccessToken), "what could not be listed is ended")
	assert.Equal(t, "invalid_grant", w.refresh("app", second.RefreshToken).Error)

	events, err := w.store.Events(context.Background(), store.EventFilter{User: "1", Types: []string{oauth2.EventReused}}, 10)
	require.NoError(t, err)
	require.Len(t, events, 1, "its user can see it")
	assert.Equal(t, "app", events[0].Client)
}

func TestACrashBetweenCodeAndTokens(t *testing.T) {
	t.Run("RFC6749-CONC-02 the code is used and no token exists, now or later", func(t *testing.T) {
		var tokens *stuck
		w := newWorld(t, func(c *oauth2.Config) {
			tokens = &stuck{Tokens: c.Tokens}
			c.Tokens = tokens
		})
		code := w.code("1", "app")
		tokens.on = true
		assert.Equal(t, 503, w.redeem("app", code).StatusCode)
		tokens.on = false
		assert.Equal(t, "invalid_grant", w.redeem("app", code).Error)
		left, err := w.store.ListTokens(context.Background(), store.TokenFilter{User: "1"}, "", 10)
		require.NoError(t, err)
		assert.Empty(t, left)
	})
}

func TestAnonymousVisitorsLeaveNothing(t *testing.T) {
	t.Run("LIM-STATE-01 a request of nobody writes nothing at all", func(t *testing.T) {
		w := newWorld(t)
		for range 100 {
			w.authorize("", "app").location(t)
		}
		removed, err := w.store.Sweep(context.Background(), w.clock().AddDate(100, 0, 0), 1000)
		require.NoError(t, err)
		assert.Zero(t, removed)
	})
}

func TestTokensTellClientAndUserApart(t *testing.T) {
	t.Run("RFC9700-4.15-01 a client whose ID is a user's stays a client", func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, w.store.PutClient(context.Background(), store.Client{
			ID: "1", Owner: "2", Secrets: []store.Secret{{Digest: store.DigestOf(secretOf("1"))}}, Scopes: []string{"read", "write"}, GrantTypes: []string{"client_credentials"},
		}))
		a := w.token("1", "grant_type", "client_credentials")
		require.Equal(t, 200, a.StatusCode, a.text)
		found, err := w.store.LookUpToken(context.Background(), store.DigestOf(a.AccessToken))
		require.NoError(t, err)
		assert.Empty(t, found.Token.User)
		assert.NotContains(t, w.post("/oauth2/introspect", "1", "token", a.AccessToken).text, "username")
	})
}

func TestTokensInTheQueryAreNone(t *testing.T) {
	t.Run("RFC9700-4.3-01 as if there were none", func(t *testing.T) {
		w := newWorld(t)
		a := w.tokens("1", "app")
		r := httptest.NewRequest("GET", issuer+"/things?access_token="+a.AccessToken, nil)
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, r)
		assert.Equal(t, 401, rec.Code)
		assert.Equal(t, `Bearer realm="api", scope="read"`, rec.Header().Get("WWW-Authenticate"))
	})
}
