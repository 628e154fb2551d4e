//go:build unix

package sqlstore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestWithTxOnPostgreSQL(t *testing.T) {
	db := postgresDB(t)
	s := tenantOn(t, db)
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}, store.User{ID: "2", Name: "bob"}))
	token := func(id string) store.Token { return store.Token{ID: id, Digest: store.DigestOf(id), User: "1"} }
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	ctx := sqlstore.WithTx(t.Context(), tx)
	require.NoError(t, s.PutTokens(ctx, []store.Token{token("a")}, 1))
	require.NoError(t, s.Claim(ctx, store.DigestOf("nonce"), end))

	// What is refused is taken back alone, also where the database would give up the whole transaction.
	assert.ErrorIs(t, s.UpdateUser(ctx, store.User{ID: "2", Name: "alice"}), store.ErrExists)
	assert.ErrorIs(t, s.Claim(ctx, store.DigestOf("nonce"), end), store.ErrUsed)
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token("b")}, 1), store.ErrFull)
	broken(t, s.PutClient(ctx, store.Client{ID: "app", Name: "\x00"}), "a client")

	_, err = s.LookUpToken(t.Context(), store.DigestOf("a"))
	assert.ErrorIs(t, err, store.ErrNotFound, "others do not see it before")
	require.NoError(t, tx.Commit())
	found, err := s.LookUpToken(t.Context(), store.DigestOf("a"))
	require.NoError(t, err)
	assert.Equal(t, "alice", found.User.Name)
	_, err = s.LookUpToken(t.Context(), store.DigestOf("b"))
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.ErrorIs(t, s.Claim(t.Context(), store.DigestOf("nonce"), end), store.ErrUsed)
}
