package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestWithTx(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	s := storeOf(t, db)
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
	token := func(id string) store.Token { return store.Token{ID: id, Digest: store.DigestOf(id), User: "1"} }
	there := func(id string) bool {
		_, err := s.LookUpToken(t.Context(), store.DigestOf(id))
		if err != nil {
			require.ErrorIs(t, err, store.ErrNotFound)
		}
		return err == nil
	}

	t.Run("what the host commits is kept", func(t *testing.T) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		ctx := sqlstore.WithTx(t.Context(), tx)
		require.NoError(t, s.PutTokens(ctx, []store.Token{token("a")}, 0))
		_, err = s.LookUpToken(ctx, store.DigestOf("a"))
		assert.NoError(t, err, "the transaction sees its own")
		assert.False(t, there("a"), "others do not see it before")
		require.NoError(t, tx.Commit())
		assert.True(t, there("a"))
	})
	t.Run("what the host rolls back is not", func(t *testing.T) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, s.PutTokens(sqlstore.WithTx(t.Context(), tx), []store.Token{token("b")}, 0))
		require.NoError(t, tx.Rollback())
		assert.False(t, there("b"))
	})
	t.Run("what a refused call did is taken back alone", func(t *testing.T) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		ctx := sqlstore.WithTx(t.Context(), tx)
		require.NoError(t, s.PutTokens(ctx, []store.Token{token("c")}, 0))
		assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token("d"), token("a")}, 0), store.ErrExists)
		require.NoError(t, s.PutTokens(ctx, []store.Token{token("e")}, 0))
		require.NoError(t, tx.Commit())
		assert.True(t, there("c"))
		assert.False(t, there("d"))
		assert.True(t, there("e"))
	})
	t.Run("a transaction that is over is an error", func(t *testing.T) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, tx.Rollback())
		ctx := sqlstore.WithTx(t.Context(), tx)
		broken(t, s.PutTokens(ctx, []store.Token{token("f")}, 0), "a write")
		_, err = s.LookUpToken(ctx, store.DigestOf("a"))
		broken(t, err, "a read")
	})
}
