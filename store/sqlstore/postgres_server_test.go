//go:build unix

package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// shared is the one server of this process; nothing on it outlives the tests, so it need not sync.
var shared = sync.OnceValues(func() (*postgrestest.Server, error) {
	s, err := postgrestest.Start("fsync=off", "max_connections=100")
	if err == nil {
		atEnd = func() { s.Stop() }
	}
	return s, err
})

// migrated is the database on the shared server for tests that keep to a tenant of their own.
var migrated = sync.OnceValues(func() (*sql.DB, error) {
	server, err := shared()
	if err != nil {
		return nil, err
	}
	db, err := openURL(server.URL("postgres"))
	if err == nil {
		err = sqlstore.Migrate(context.Background(), db, sqlstore.PostgreSQL)
	}
	return db, err
})

// needPostgres ends a test where PostgreSQL is not installed: it is skipped, but where CI=true it fails.
func needPostgres(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
}

// anotherNode opens another pool of connections to the migrated database: what another node has.
func anotherNode(t testing.TB, parameters ...string) *sql.DB {
	t.Helper()
	postgresDB(t)
	server, err := shared()
	require.NoError(t, err)
	return openPostgres(t, server.URL("postgres", parameters...))
}

// postgresDB is the migrated database.
func postgresDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := migrated()
	needPostgres(t, err)
	return db
}

func openPostgres(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := openURL(url)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

var databases atomic.Int64

// newDatabase is the URL of a database of the test's own.
func newDatabase(t testing.TB) string {
	t.Helper()
	db := postgresDB(t)
	name := fmt.Sprintf("test_%d", databases.Add(1))
	_, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	server, err := shared()
	require.NoError(t, err)
	return server.URL(name)
}

var tenantsMade atomic.Int64

// newTenant is the name of a tenant that is nobody's yet.
func newTenant() sqlstore.Tenant {
	return sqlstore.Tenant(strings.Repeat("b' OR $1 ", 2) + fmt.Sprint(tenantsMade.Add(1)))
}

// tenantOn is a store of a tenant of its own.
func tenantOn(t testing.TB, db *sql.DB, options ...sqlstore.Option) *sqlstore.Store {
	t.Helper()
	return storeOf(t, db, append([]sqlstore.Option{sqlstore.PostgreSQL, newTenant()}, options...)...)
}
