package apitest

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // a second reader of the server's file

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// OpenDatabase opens a server's SQLite file as another process would that knows nothing of the library.
func OpenDatabase(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() }) // the test is over
	return db
}

// Count is how many rows a table has.
func Count(t testing.TB, path, table string) (n int) {
	t.Helper()
	require.NoError(t, OpenDatabase(t, path).QueryRow("SELECT COUNT(*) FROM "+table).Scan(&n))
	return n
}

// AddUser adds an account as a host would.
func AddUser(t testing.TB, path, name string) {
	t.Helper()
	db, err := sqlstore.OpenSQLite(path)
	require.NoError(t, err)
	defer db.Close()
	s, err := sqlstore.New(db)
	require.NoError(t, err)
	require.NoError(t, s.CreateUsers(context.Background(), store.User{ID: name, Name: name}))
}
