package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// patience is for tests that are not about time: on a busy machine the default may be over before they had their turn.
const patience = sqlstore.Timeout(30 * time.Second)

// openFile opens the file at path, migrated, with patience unless the options say otherwise.
func openFile(t testing.TB, path string, options ...sqlstore.FileOption) *sql.DB {
	t.Helper()
	db, err := sqlstore.OpenSQLite(path, append([]sqlstore.FileOption{patience}, options...)...)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	return db
}

// migratedFile is a file that was migrated and has nothing in it. A copy of it is there much sooner than another.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "sesame")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "sesame.db")
	db, err := sqlstore.OpenSQLite(path, patience)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(sqlstore.Migrate(context.Background(), db), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// openStore opens a store over a file of its own.
func openStore(t testing.TB, options ...sqlstore.Option) *sqlstore.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sesame.db")
	file, err := migratedFile()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, file, 0o600))
	return storeOf(t, openFile(t, path), options...)
}

func storeOf(t testing.TB, db *sql.DB, options ...sqlstore.Option) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.New(db, append([]sqlstore.Option{patience}, options...)...)
	require.NoError(t, err)
	return s
}

func backend(s *sqlstore.Store) storetest.Backend {
	return storetest.Backend{
		Users: s, Passwords: s, UserWriter: s, UserHashes: s, Clients: s, Grants: s, Tokens: s, TokenUses: s,
		Handles: s, Once: s, Counters: s, Events: s, Sweeper: s,
	}
}

func TestStoreOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Backend { return backend(openStore(t)) })
}

// tenants makes stores that share a file, each the store of another tenant.
func tenants(t *testing.T, options ...sqlstore.Option) func(t *testing.T) *sqlstore.Store {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	return func(t *testing.T) *sqlstore.Store {
		name := sqlstore.Tenant("b' OR " + t.Name())
		return storeOf(t, db, append(options, name)...)
	}
}

func TestStoreBesideTheHostsOwnAccounts(t *testing.T) {
	t.Parallel()
	next := tenants(t, sqlstore.UsersElsewhere)
	storetest.Run(t, func(t *testing.T) storetest.Backend {
		b := backend(next(t))
		b.Users, b.Passwords, b.UserWriter, b.UserHashes = nil, nil, nil, nil
		return b
	})
}

func TestStoreOfTokensAlone(t *testing.T) {
	t.Parallel()
	next := tenants(t, sqlstore.UsersElsewhere|sqlstore.ClientsElsewhere|sqlstore.GrantsElsewhere)
	storetest.Run(t, func(t *testing.T) storetest.Backend {
		s := next(t)
		return storetest.Backend{Tokens: s, TokenUses: s, Once: s, Counters: s, Events: s, Sweeper: s}
	})
}
