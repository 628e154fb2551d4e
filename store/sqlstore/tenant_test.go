package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestTenantsSeeNothingOfOneAnother(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	a, b := storeOf(t, db, sqlstore.Tenant("a")), storeOf(t, db, sqlstore.Tenant("b"))
	key, ctx := store.DigestOf("key"), t.Context()
	for _, s := range []*sqlstore.Store{a, b} { // each finds all names free
		require.NoError(t, s.CreateUsers(ctx, store.User{ID: "1", Name: "alice"}))
		require.NoError(t, s.PutClient(ctx, store.Client{ID: "app"}))
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "g", User: "1", Client: "app"}))
		require.NoError(t, s.PutTokens(ctx, []store.Token{{ID: "t", Digest: key, User: "1", Client: "app", Grant: "g"}}, 1))
		require.NoError(t, s.PutHandle(ctx, store.Handle{Digest: key, Expires: end}))
		require.NoError(t, s.Claim(ctx, key, end))
		require.NoError(t, s.ClaimCount(ctx, key, 1, end))
		count := []store.Count{{Key: key, Delta: 1, Until: end}}
		require.NoError(t, s.Add(ctx, count))
		assert.Equal(t, 1, count[0].Total)
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: "e", User: "1", Type: "t", Expires: end}))
	}
	swept, err := a.Sweep(ctx, end.AddDate(1, 0, 0), 100)
	require.NoError(t, err)
	assert.Equal(t, 5, swept, "a's handle, claim, count, counter and event")
	require.NoError(t, a.DeleteUser(ctx, "1"))
	require.NoError(t, a.DeleteClient(ctx, "app"))
	for _, f := range []store.EventFilter{{}, {User: "1"}, {Types: []string{"t"}}} {
		events, err := b.Events(ctx, f, 10)
		require.NoError(t, err)
		assert.Len(t, events, 1)
	}
	found, err := b.LookUpToken(ctx, key)
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "app"}, []string{found.User.ID, found.Client.ID})
	assert.False(t, found.GrantRevoked)
	_, err = a.LookUpToken(ctx, key)
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.ErrorIs(t, b.Claim(ctx, key, end), store.ErrUsed)
}

func TestElsewhere(t *testing.T) {
	ctx := t.Context()
	token := store.Token{ID: "t", Digest: store.DigestOf("t"), User: "hosts", Client: "hosts", Grant: "hosts"}
	assert.ErrorIs(t, openStore(t).PutTokens(ctx, []store.Token{token}, 0), store.ErrNotFound)
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	s := storeOf(t, db, sqlstore.UsersElsewhere, sqlstore.ClientsElsewhere, sqlstore.GrantsElsewhere)
	require.NoError(t, s.PutTokens(ctx, []store.Token{token}, 0))
	found, err := s.LookUpToken(ctx, token.Digest)
	require.NoError(t, err)
	assert.Equal(t, store.FoundToken{Token: token}, found)

	// A store that keeps these, as a host that forgot the options has, must not take them for being in good standing.
	_, err = storeOf(t, db).LookUpToken(ctx, token.Digest)
	assert.ErrorIs(t, err, store.ErrNotFound)
	found, err = storeOf(t, db, sqlstore.UsersElsewhere|sqlstore.ClientsElsewhere).LookUpToken(ctx, token.Digest)
	require.NoError(t, err)
	assert.True(t, found.GrantRevoked)
}
