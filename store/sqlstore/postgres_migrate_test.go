//go:build unix

package sqlstore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestMigratePostgreSQLTwice(t *testing.T) {
	db := openPostgres(t, newDatabase(t))
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
	s := storeOf(t, db, sqlstore.PostgreSQL)
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
	_, err := s.UserByName(t.Context(), "alice")
	assert.NoError(t, err)
	assert.NoError(t, s.Ping(t.Context()))
}

func TestMigratePostgreSQLFromEachOlderVersion(t *testing.T) {
	alice := store.User{ID: "1", Name: "alice", Scopes: []string{"read"}}
	for version := 1; version < 3; version++ {
		db := openPostgres(t, newDatabase(t))
		require.NoError(t, sqlstore.MigrateTo(t.Context(), db, sqlstore.PostgreSQL, version))
		s := storeOf(t, db, sqlstore.PostgreSQL)
		assert.ErrorContains(t, s.Ping(t.Context()), "of the schema, this program at 4")
		require.NoError(t, s.CreateUsers(t.Context(), alice))
		require.NoError(t, s.PutTokens(t.Context(), []store.Token{{ID: "t", User: "1", Digest: store.DigestOf("t")}}, 0))
		broken(t, s.AppendEvents(t.Context(), store.Event{ID: "1"}), "there is no table for it yet")

		require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
		assert.NoError(t, s.Ping(t.Context()))
		found, err := s.LookUpToken(t.Context(), store.DigestOf("t"))
		require.NoError(t, err)
		assert.Equal(t, alice, found.User)
		assert.NoError(t, s.Claim(t.Context(), store.DigestOf("nonce"), end))
		assert.NoError(t, s.AppendEvents(t.Context(), store.Event{ID: "1"}))
		err = sqlstore.MigrateTo(t.Context(), db, sqlstore.PostgreSQL, version)
		assert.ErrorContains(t, err, "the database is at version 4 of the schema")
	}
}

func TestMigratePostgreSQLInSeveralProcessesAtOnce(t *testing.T) {
	url := newDatabase(t)
	processes := make([]*process, 3)
	for i := range processes {
		processes[i] = start(t, "migrate", url, "")
		require.Equal(t, "ready", processes[i].line(t))
	}
	for _, p := range processes {
		require.NoError(t, p.in.Close())
	}
	for _, p := range processes {
		assert.NoError(t, p.Wait())
	}
	assert.NoError(t, storeOf(t, openPostgres(t, url), sqlstore.PostgreSQL).Ping(t.Context()))
}

func TestPingOfAPostgreSQLThatOnlyReads(t *testing.T) {
	broken(t, tenantOn(t, anotherNode(t, "default_transaction_read_only=on")).Ping(t.Context()), "a ping")
}

func TestAPostgreSQLThatIsNotMigrated(t *testing.T) {
	s := storeOf(t, openPostgres(t, newDatabase(t)), sqlstore.PostgreSQL)
	broken(t, s.Ping(t.Context()), "a ping")
	_, err := s.Client(t.Context(), "app")
	broken(t, err, "a read")
	broken(t, s.Claim(t.Context(), store.DigestOf("nonce"), end), "a write")
}
