package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestMigrateTwice(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	s := storeOf(t, db)
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	_, err := s.UserByName(t.Context(), "alice")
	assert.NoError(t, err)
}

func TestMigrateFromAnOlderVersion(t *testing.T) {
	db, err := sqlstore.OpenSQLite(filepath.Join(t.TempDir(), "sesame.db"))
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, sqlstore.MigrateTo(t.Context(), db, sqlstore.SQLite, 1))
	s := storeOf(t, db)
	assert.ErrorContains(t, s.Ping(t.Context()), "at version 1 of the schema")
	alice := store.User{ID: "1", Name: "alice", Scopes: []string{"read"}}
	require.NoError(t, s.CreateUsers(t.Context(), alice))
	require.NoError(t, s.PutTokens(t.Context(), []store.Token{{ID: "t", User: "1", Digest: store.DigestOf("t")}}, 0))
	require.Error(t, s.Claim(t.Context(), store.DigestOf("nonce"), end), "there is no table for it yet")

	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	assert.NoError(t, s.Ping(t.Context()))
	found, err := s.LookUpToken(t.Context(), store.DigestOf("t"))
	require.NoError(t, err)
	assert.Equal(t, alice, found.User)
	assert.NoError(t, s.Claim(t.Context(), store.DigestOf("nonce"), end))
}

func TestMigrateKeepsConsentsOfWhatNobodyKnows(t *testing.T) {
	db, err := sqlstore.OpenSQLite(filepath.Join(t.TempDir(), "sesame.db"))
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, sqlstore.MigrateTo(t.Context(), db, sqlstore.SQLite, 3))
	_, err = db.ExecContext(t.Context(), `INSERT INTO sesame_grants (tenant, id, user_id, client_id, scopes, resources, protocol,
		remembered, auth_time, acr, created, expires, revoked) VALUES ('', 'g', '1', 'app', '["read"]', '', 'oauth2', 1, 0, '', 5, 0, 0)`)
	require.NoError(t, err)
	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	got, err := storeOf(t, db).Grants(t.Context(), store.GrantFilter{User: "1", Client: "app", Live: true, Remembered: true}, 10)
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, []string{"read"}, got[0].Scopes)
	assert.Zero(t, got[0].ClientDigest, "which is no client's")
}

func TestMigrateLeavesALaterVersionAlone(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	err := sqlstore.MigrateTo(t.Context(), db, sqlstore.SQLite, 2)
	assert.ErrorContains(t, err, "the database is at version 4 of the schema, this program knows 2")
}

func TestMigrateInSeveralProcessesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	processes := make([]*process, 3)
	for i := range processes {
		processes[i] = start(t, "migrate", path, "")
		require.Equal(t, "ready", processes[i].line(t))
	}
	for _, p := range processes {
		require.NoError(t, p.in.Close())
	}
	for _, p := range processes {
		assert.NoError(t, p.Wait())
	}
	db := openFile(t, path)
	assert.NoError(t, storeOf(t, db).Ping(t.Context()))
}

func TestMigrateWhatIsNotMigrated(t *testing.T) {
	db, err := sqlstore.OpenSQLite(filepath.Join(t.TempDir(), "sesame.db"))
	require.NoError(t, err)
	defer db.Close()
	s := storeOf(t, db)
	assert.Error(t, s.Ping(t.Context()))
	_, err = s.Client(t.Context(), "app")
	assert.Error(t, err)
	assert.NotErrorIs(t, err, store.ErrNotFound)
}
