//go:build unix

package sqlstore_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// ownServer is a server of the test's own that syncs as servers do.
func ownServer(t *testing.T) *postgrestest.Server {
	t.Helper()
	server, err := postgrestest.Start()
	needPostgres(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	return server
}

// prepareWork makes the account and the app that the deeds are for.
func prepareWork(t *testing.T, url string) *sqlstore.Store {
	t.Helper()
	db := openPostgres(t, url)
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
	s := storeOf(t, db, sqlstore.PostgreSQL)
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1"}))
	require.NoError(t, s.PutClient(t.Context(), store.Client{ID: "app"}))
	return s
}

func TestNothingAcknowledgedIsLostByAKillOnPostgreSQL(t *testing.T) {
	t.Parallel()
	t.Run("SEC-DUR-01 of a client", func(t *testing.T) {
		url := newDatabase(t)
		s := prepareWork(t, url)
		surviveKills(t, s, url, cyclesOf(4))
	})
	t.Run("SEC-DUR-01 of the server", func(t *testing.T) {
		server := ownServer(t)
		s := prepareWork(t, server.URL("postgres"))
		for cycle := range cyclesOf(3) {
			worker := start(t, "work", server.URL("postgres"), fmt.Sprint(cycle))
			var done []string
			for range 1 + rand.IntN(200) {
				done = append(done, worker.line(t))
			}
			require.NoError(t, server.Crash())
			done = append(done, worker.rest()...)
			require.Error(t, worker.Wait(), "it has nothing to work with")
			broken(t, s.Claim(t.Context(), store.DigestOf("nonce"), end), "a claim without a server")
			require.NoError(t, server.Restart())
			heals(t, func() error { return s.Ping(t.Context()) })
			areKept(t, s, done)
		}
	})
}

func TestAPostgreSQLThatDoesNotAnswer(t *testing.T) {
	server := ownServer(t)
	db := openPostgres(t, server.URL("postgres"))
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
	s, hasty := storeOf(t, db, sqlstore.PostgreSQL), storeOf(t, db, sqlstore.PostgreSQL, brief())
	prepareCalls(t, s)
	require.NoError(t, server.Pause())
	for name, call := range calls(t.Context(), hasty) {
		broken(t, timed(t, call), name)
	}
	broken(t, timed(t, func() error { return hasty.Ping(t.Context()) }), "a ping")
	require.NoError(t, server.Resume())
	for name, call := range calls(t.Context(), s) {
		assert.NoError(t, call(), name)
	}

	require.NoError(t, server.Crash())
	for name, call := range calls(t.Context(), hasty) {
		broken(t, timed(t, call), name)
	}
	require.NoError(t, server.Restart())
	for name, call := range calls(t.Context(), s) {
		assert.NoError(t, call(), "%s, as soon as the server is there again", name)
	}
}

func TestALockThatIsNotHadInTimeOnPostgreSQL(t *testing.T) {
	db := postgresDB(t)
	tenant := newTenant()
	s, hasty := storeOf(t, db, sqlstore.PostgreSQL, tenant), storeOf(t, db, sqlstore.PostgreSQL, tenant, brief())
	prepareCalls(t, s)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, s.UpdateUser(sqlstore.WithTx(t.Context(), tx), store.User{ID: "1", Name: "alice", State: store.Locked}))
	broken(t, timed(t, func() error { return hasty.UpdateUser(t.Context(), store.User{ID: "1", Name: "alice"}) }), "an update")
	found, err := hasty.LookUpToken(t.Context(), store.DigestOf("t"))
	require.NoError(t, err, "who reads does not wait")
	assert.Equal(t, store.Active, found.User.State)
	other := store.Token{ID: "other", Digest: store.DigestOf("other"), User: "1"}
	assert.NoError(t, hasty.PutTokens(t.Context(), []store.Token{other}, 5), "nor who only needs the account to be there")
	require.NoError(t, tx.Commit())
	found, err = s.LookUpToken(t.Context(), store.DigestOf("t"))
	require.NoError(t, err)
	assert.Equal(t, store.Locked, found.User.State)
}
