package oauth2_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func TestCodeFlow(t *testing.T) {
	w := newWorld(t)
	a := w.authorize("1", "app")
	u := w.decide("1", a, true)
	t.Run("RFC6749-4.1.2-01 state comes back as it was", func(t *testing.T) {
		assert.Equal(t, "s t+a%te", u.Query().Get("state"))
	})
	t.Run("RFC9207-2-01 with the issuer", func(t *testing.T) { assert.Equal(t, issuer, u.Query().Get("iss")) })
	answer := w.redeem("app", u.Query().Get("code"))
	t.Run("RFC6749-5.1-01 members and headers of a success", func(t *testing.T) {
		require.Equal(t, http.StatusOK, answer.StatusCode, answer.text)
		assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
		assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
		assert.Equal(t, "no-cache", answer.Header.Get("Pragma"))
		assert.Equal(t, "Bearer", answer.TokenType)
		assert.EqualValues(t, 3600, answer.ExpiresIn)
		assert.Equal(t, "read write", answer.Scope)
		assert.NotEmpty(t, answer.RefreshToken)
	})
	status, body := w.call(answer.AccessToken)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "1: read write", body)
}

func TestCodesAreRedeemedOnce(t *testing.T) {
	t.Run("RFC6749-4.1.2-03 a valid replay ends what came of the code", func(t *testing.T) {
		w := newWorld(t)
		other := w.tokens("1", "app")
		code := w.code("1", "app")
		first := w.redeem("app", code)
		require.Equal(t, http.StatusOK, first.StatusCode)
		assert.True(t, w.works(first.AccessToken))
		replay := w.redeem("app", code)
		assert.Equal(t, http.StatusBadRequest, replay.StatusCode)
		assert.Equal(t, "invalid_grant", replay.Error)
		assert.False(t, w.works(first.AccessToken))
		assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error)
		assert.True(t, w.works(other.AccessToken), "and nothing else")
	})
	t.Run("RFC6749-4.1.2-03 an invalid replay is denied without that", func(t *testing.T) {
		w := newWorld(t)
		code := w.code("1", "app")
		first := w.redeem("app", code)
		wrong := w.token("app", "grant_type", "authorization_code", "code", code, "code_verifier", verifier[1:]+"x")
		assert.Equal(t, "invalid_grant", wrong.Error)
		assert.Equal(t, "invalid_grant", w.redeem("other", code).Error)
		assert.True(t, w.works(first.AccessToken))
	})
	t.Run("RFC6749-CONC-01 of many at once one is answered, and what it got is ended", func(t *testing.T) {
		w := newWorld(t)
		code := w.code("1", "app")
		var mu sync.Mutex
		var won []answer
		var wait sync.WaitGroup
		start := make(chan struct{})
		for range 200 {
			wait.Go(func() {
				<-start
				if a := w.redeem("app", code); a.StatusCode == http.StatusOK {
					mu.Lock()
					won = append(won, a)
					mu.Unlock()
				}
			})
		}
		close(start)
		wait.Wait()
		require.Len(t, won, 1)
		assert.False(t, w.works(won[0].AccessToken))
	})
}

func TestRefresh(t *testing.T) {
	t.Run("RFC9700-2.2.2-01 each use gives a successor", func(t *testing.T) {
		w := newWorld(t)
		first := w.tokens("1", "app")
		second := w.refresh("app", first.RefreshToken)
		require.Equal(t, http.StatusOK, second.StatusCode, second.text)
		assert.NotEqual(t, first.RefreshToken, second.RefreshToken)
		assert.True(t, w.works(second.AccessToken))
		t.Run("RFC9700-4.14-01 a reuse ends the family", func(t *testing.T) {
			assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error)
			assert.Equal(t, "invalid_grant", w.refresh("app", second.RefreshToken).Error)
			assert.False(t, w.works(second.AccessToken))
		})
	})
	t.Run("RFC9700-4.14-05 of many at once at most one is answered", func(t *testing.T) {
		w := newWorld(t)
		first := w.tokens("1", "app")
		var mu sync.Mutex
		won := 0
		var wait sync.WaitGroup
		for range 100 {
			wait.Go(func() {
				if w.refresh("app", first.RefreshToken).StatusCode == http.StatusOK {
					mu.Lock()
					won++
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		assert.Equal(t, 1, won)
	})
	t.Run("RFC9700-4.14-03 idle and absolute ends", func(t *testing.T) {
		w := newWorld(t)
		idle := w.tokens("1", "app")
		busy := w.tokens("1", "app")
		for range 366 {
			w.advance(24 * time.Hour)
			next := w.refresh("app", busy.RefreshToken)
			if next.StatusCode != http.StatusOK {
				break
			}
			busy = next
		}
		assert.Equal(t, "invalid_grant", w.refresh("app", busy.RefreshToken).Error)
		assert.Equal(t, "invalid_grant", w.refresh("app", idle.RefreshToken).Error)
	})
}

func TestClientCredentials(t *testing.T) {
	w := newWorld(t)
	t.Run("RFC6749-4.4-01 no refresh token, and the client stands for itself", func(t *testing.T) {
		a := w.token("app", "grant_type", "client_credentials", "scope", "read")
		require.Equal(t, http.StatusOK, a.StatusCode, a.text)
		assert.Empty(t, a.RefreshToken)
		_, body := w.call(a.AccessToken)
		assert.Equal(t, "app: read", body)
	})
	t.Run("an app can do no more than its owner can now", func(t *testing.T) {
		require.NoError(t, w.store.UpdateUser(context.Background(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"write"}}))
		assert.Equal(t, "write", w.token("app", "grant_type", "client_credentials").Scope)
		assert.Equal(t, "invalid_scope", w.token("app", "grant_type", "client_credentials", "scope", "read").Error)
	})
	assert.Equal(t, "unauthorized_client", w.token("locked", "grant_type", "client_credentials").Error)
	assert.Equal(t, "unauthorized_client", w.token("", "grant_type", "client_credentials", "client_id", "native").Error)
}
