//go:build unix

package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// What stands behind pgbouncer in transaction mode must not prepare statements that outlive a transaction.
func TestStoreOnPostgreSQLThatPreparesNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			db := anotherNode(t, "default_query_exec_mode="+mode)
			storetest.Run(t, func(t *testing.T) storetest.Backend { return backend(tenantOn(t, db)) })
		})
	}
}

func TestStoreOnPostgreSQLBesideTheHostsOwnAccounts(t *testing.T) {
	t.Parallel()
	db := postgresDB(t)
	storetest.Run(t, func(t *testing.T) storetest.Backend {
		b := backend(tenantOn(t, db, sqlstore.UsersElsewhere))
		b.Users, b.Passwords, b.UserWriter, b.UserHashes = nil, nil, nil, nil
		return b
	})
}

// Whatever the host's database has for a default, the store chooses for itself.
func TestStoreOnAPostgreSQLThatSerialisesByDefault(t *testing.T) {
	t.Parallel()
	db := anotherNode(t, "default_transaction_isolation=serializable")
	storetest.Run(t, func(t *testing.T) storetest.Backend { return backend(tenantOn(t, db)) })
}

func TestTextThatPostgreSQLCannotKeep(t *testing.T) {
	s, ctx := tenantOn(t, postgresDB(t)), t.Context()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna", Name: "anna"}))
	for _, text := range []string{"anna\x00", "\x00", "anna\xff", "\xc3"} {
		_, err := s.UserByName(ctx, text)
		assert.ErrorIs(t, err, store.ErrNotFound, "nobody has the name %q", text)
		_, err = s.Client(ctx, text)
		assert.ErrorIs(t, err, store.ErrNotFound)
		tokens, err := s.ListTokens(ctx, store.TokenFilter{User: text}, "", 10)
		assert.NoError(t, err)
		assert.Empty(t, tokens)
		broken(t, s.CreateUsers(ctx, store.User{ID: "new", Name: text}), "a name")
		broken(t, s.PutClient(ctx, store.Client{ID: text}), "an ID")
		broken(t, s.AppendEvents(ctx, store.Event{ID: "1", Reason: text}), "an event")
		broken(t, s.PutTokens(ctx, []store.Token{{ID: "t", User: "anna", Note: text}}, 1), "a token")
		_, err = sqlstore.New(postgresDB(t), sqlstore.PostgreSQL, sqlstore.Tenant(text))
		assert.Error(t, err, "a tenant")
	}
	_, err := s.UserByID(ctx, "new")
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func TestPostgreSQLHasToBeNamed(t *testing.T) {
	_, err := sqlstore.New(postgresDB(t))
	assert.ErrorContains(t, err, "name the dialect")
}

func TestDigestsAreBytesOnPostgreSQL(t *testing.T) {
	db := postgresDB(t)
	for column, kind := range map[string]string{"sesame_tokens.digest": "bytea", "sesame_claims.key": "bytea", "sesame_tokens.id": "text"} {
		var got string
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name || '.' || column_name = $1`, column).Scan(&got))
		assert.Equal(t, kind, got, column)
	}
	var loose []string
	rows, err := db.QueryContext(t.Context(), `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_name LIKE 'sesame%' AND table_name <> 'sesame_schema' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`)
	require.NoError(t, err)
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		loose = append(loose, name)
	}
	require.NoError(t, rows.Err())
	assert.Empty(t, loose, "text that is not compared byte by byte")
}

func TestASweepDoesNotWaitForWhatOthersHaveLocked(t *testing.T) {
	db := postgresDB(t)
	s, ctx := tenantOn(t, db), t.Context()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna"}))
	for n := range 5 {
		id := fmt.Sprint(n)
		token := store.Token{ID: id, Digest: store.DigestOf(id), User: "anna", Expires: end}
		require.NoError(t, s.PutTokens(ctx, []store.Token{token}, 0))
	}
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = s.RevokeTokens(sqlstore.WithTx(ctx, tx), store.TokenFilter{ID: "2"}, end)
	require.NoError(t, err)
	after := end.Add(time.Hour)
	removed, err := s.Sweep(ctx, after, 10)
	require.NoError(t, err)
	assert.Equal(t, 4, removed, "all but the one that is locked")
	require.NoError(t, tx.Commit())
	removed, err = s.Sweep(ctx, after, 10)
	require.NoError(t, err)
	assert.Equal(t, 1, removed)
}
