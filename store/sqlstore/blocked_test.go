package sqlstore_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// broken reports where err is no error, or one that says something about records.
func broken(t *testing.T, err error, message string) {
	t.Helper()
	assert.Error(t, err, message)
	for _, fact := range []error{
		store.ErrNotFound, store.ErrExists, store.ErrUsed, store.ErrConflict, store.ErrRevoked, store.ErrFull,
	} {
		assert.NotErrorIs(t, err, fact, message)
	}
}

// brief is how long a call may take that is to fail: the default where there is time.
func brief() sqlstore.Timeout {
	if os.Getenv("SESAME_LONG") != "" {
		return sqlstore.Timeout(sqlstore.DefaultTimeout)
	}
	return sqlstore.Timeout(200 * time.Millisecond)
}

// timed returns what the call does, and under SESAME_LONG reports where it took two seconds.
func timed(t *testing.T, call func() error) error {
	t.Helper()
	begin := time.Now()
	err := call()
	if os.Getenv("SESAME_LONG") != "" {
		assert.Less(t, time.Since(begin), 2*time.Second)
	}
	return err
}

// calls are one of each sort that can be made again and again, for records that prepareCalls has put.
func calls(ctx context.Context, s *sqlstore.Store) map[string]func() error {
	digest, until := store.DigestOf("t"), end
	return map[string]func() error{
		"look up": func() error { _, err := s.LookUpToken(ctx, digest); return err },
		"list":    func() error { _, err := s.ListTokens(ctx, store.TokenFilter{User: "1"}, "", 10); return err },
		"user":    func() error { _, err := s.UserByName(ctx, "alice"); return err },
		"update":  func() error { return s.UpdateUser(ctx, store.User{ID: "1", Name: "alice"}) },
		"uses":    func() error { return s.RecordUses(ctx, map[store.Digest]time.Time{digest: until}) },
		"add":     func() error { return s.Add(ctx, []store.Count{{Key: digest, Delta: 1, Until: until}}) },
		"sweep":   func() error { _, err := s.Sweep(ctx, until, 1); return err },
	}
}

func prepareCalls(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
	require.NoError(t, s.PutTokens(t.Context(), []store.Token{{ID: "t", Digest: store.DigestOf("t"), User: "1"}}, 0))
}

func TestAnotherProcessHoldsTheWriteLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	db := openFile(t, path)
	s, hasty := storeOf(t, db), storeOf(t, db, brief())
	prepareCalls(t, s)
	holder := start(t, "hold", path, "PRAGMA busy_timeout = 1000")
	require.Equal(t, "ready", holder.line(t))
	reads := []string{"look up", "list", "user"}
	for name, call := range calls(t.Context(), hasty) {
		if !slices.Contains(reads, name) {
			broken(t, timed(t, call), name)
		}
	}
	for _, name := range reads {
		assert.NoError(t, calls(t.Context(), s)[name](), "readers need not wait: %s", name)
	}
	holder.finish(t)
	for name, call := range calls(t.Context(), s) {
		assert.NoError(t, call(), name)
	}
}

func TestAnotherProcessHoldsTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	db := openFile(t, path)
	s, hasty := storeOf(t, db), storeOf(t, db, brief())
	prepareCalls(t, s)
	db.SetMaxIdleConns(0) // it cannot be had while we have the file open
	holder := start(t, "hold", path, "PRAGMA locking_mode = EXCLUSIVE")
	require.Equal(t, "ready", holder.line(t))
	for name, call := range calls(t.Context(), hasty) {
		broken(t, timed(t, call), name)
	}
	_, err := sqlstore.OpenSQLite(path, brief())
	broken(t, err, "open")
	holder.finish(t)
	for name, call := range calls(t.Context(), s) {
		assert.NoError(t, call(), name)
	}
}

func TestWritersWaitForTheHostsTransaction(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	s := storeOf(t, db)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	claimed := make(chan error)
	go func() { claimed <- s.Claim(t.Context(), store.DigestOf("nonce"), end) }()
	require.NoError(t, s.CreateUsers(sqlstore.WithTx(t.Context(), tx), store.User{ID: "1"}))
	require.NoError(t, tx.Commit())
	assert.NoError(t, <-claimed)
}

func TestADriverThatFails(t *testing.T) {
	db := openStranger(t)
	s := storeOf(t, db, sqlstore.SQLite)
	for name, call := range calls(t.Context(), s) {
		err := call()
		broken(t, err, name)
		assert.ErrorIs(t, err, errStranger, name)
	}
	assert.ErrorIs(t, sqlstore.Migrate(t.Context(), db, sqlstore.SQLite), errStranger)
}
