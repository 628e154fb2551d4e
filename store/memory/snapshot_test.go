package memory_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// A token is revoked before its account is unlocked: nobody may ever see it live in an unlocked account, nor a token of
// an app whose grant is gone, while pages, directories and texts are moved about underneath.
func TestALookUpIsTrueAtOneMoment(t *testing.T) {
	ctx := context.Background()
	s := memory.New()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna", Name: "anna", State: store.Locked}))
	var current atomic.Int64
	var stop atomic.Bool
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for !stop.Load() {
				lookAt(t, s, int(current.Load()))
			}
		})
	}
	for i := range many(300, 20_000) {
		id := strconv.Itoa(i)
		require.NoError(t, s.PutClient(ctx, store.Client{ID: id, Name: "client " + id}))
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: id, User: "anna", Client: id, Scopes: []string{id}}))
		require.NoError(t, s.PutTokens(ctx, []store.Token{{
			Digest: key(i), ID: "token " + id, User: "anna", Client: id, Grant: id, Scopes: []string{id}, Created: until(i), Expires: until(i),
		}}, 0))
		current.Store(int64(i))
		_, err := s.RevokeTokens(ctx, store.TokenFilter{ID: "token " + id}, until(i))
		require.NoError(t, err)
		require.NoError(t, s.UpdateUser(ctx, store.User{ID: "anna", Name: "anna"}))
		require.NoError(t, s.UpdateUser(ctx, store.User{ID: "anna", Name: "anna", State: store.Locked}))
		require.NoError(t, s.DeleteClient(ctx, id))
	}
	stop.Store(true)
	readers.Wait()
}

func lookAt(t *testing.T, s *memory.Store, i int) {
	found, err := s.LookUpToken(context.Background(), key(i))
	if err != nil {
		assert.ErrorIs(t, err, store.ErrNotFound)
		return
	}
	id := strconv.Itoa(i)
	assert.True(t, !found.Token.Revoked.IsZero() || found.User.State == store.Locked, "live in an unlocked account")
	assert.Equal(t, "client "+id, found.Client.Name)
	assert.Equal(t, "token "+id, found.Token.ID)
	assert.Equal(t, []string{id}, found.Token.Scopes)
	assert.Equal(t, until(i), found.Token.Expires)
	assert.False(t, found.GrantRevoked)
}

// Readers of what stays must find it whatever comes and goes around it.
func TestALookUpFindsWhatIsThere(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.UsersElsewhere())
	const fixed = 3000
	for i := range fixed {
		require.NoError(t, s.PutTokens(ctx, []store.Token{accessTokenOf(i)}, 0))
	}
	var stop atomic.Bool
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for i := 0; !stop.Load(); i = (i + 1) % fixed {
				found, err := s.LookUpToken(ctx, key(i))
				assert.NoError(t, err)
				assert.Equal(t, accessTokenOf(i).ID, found.Token.ID)
			}
		})
	}
	for round := range many(2, 100) {
		for i := range 5000 {
			require.NoError(t, s.PutTokens(ctx, []store.Token{accessTokenOf(fixed + round*5000 + i)}, 0))
		}
		for n := 1; n > 0; {
			var err error
			n, err = s.Sweep(ctx, until(1), 700)
			require.NoError(t, err)
		}
	}
	stop.Store(true)
	readers.Wait()
}

// accessTokenOf is a token that expires only beyond the fixed ones.
func accessTokenOf(i int) store.Token {
	t := store.Token{Digest: key(i), ID: "id " + strconv.Itoa(i*i), User: strconv.Itoa(i % 7)}
	if i >= 3000 {
		t.Expires = until(0)
	}
	return t
}
