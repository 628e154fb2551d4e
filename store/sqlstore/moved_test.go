package sqlstore_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// ends are those of the names of the files of a database.
var ends = []string{"", "-wal", "-shm"}

// heals waits until the call works, as it must by itself, and fails the test after a good many failures.
func heals(t *testing.T, call func() error) {
	t.Helper()
	var err error
	for range 20 {
		if err = call(); err == nil {
			return
		}
		broken(t, err, "on the way")
	}
	require.NoError(t, err, "it does not heal")
}

// inUse is a file with several connections to it, with what prepareCalls puts and with the claims "busy 0" to "busy 7".
func inUse(t *testing.T) (path string, db *sql.DB, s *sqlstore.Store) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "sesame.db")
	db = openFile(t, path)
	s = storeOf(t, db)
	prepareCalls(t, s)
	errs := make(chan error)
	for n := range 8 {
		go func() {
			_, err := s.LookUpToken(t.Context(), store.DigestOf("t"))
			if err == nil {
				err = s.Claim(t.Context(), store.DigestOf(fmt.Sprint("busy ", n)), end)
			}
			errs <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-errs)
	}
	return path, db, s
}

// stillThere reports where something is lost of what inUse put.
func stillThere(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	_, err := s.LookUpToken(t.Context(), store.DigestOf("t"))
	assert.NoError(t, err)
	for n := range 8 {
		assert.ErrorIs(t, s.Claim(t.Context(), store.DigestOf(fmt.Sprint("busy ", n)), end), store.ErrUsed)
	}
}

// pin keeps a connection in use, as a long read of the host does.
func pin(t *testing.T, db *sql.DB) (release func()) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	require.NoError(t, err)
	var users int
	require.NoError(t, tx.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM sesame_users").Scan(&users))
	return func() { require.NoError(t, tx.Rollback()) }
}

func TestAFileIsRemoved(t *testing.T) {
	t.Parallel()
	for name, removed := range map[string][]string{"the database alone": ends[:1], "with its log": ends} {
		t.Run(name, func(t *testing.T) {
			path, db, s := inUse(t)
			release := pin(t, db)
			for _, end := range removed {
				require.NoError(t, os.Remove(path+end))
			}
			for range 3 {
				for name, call := range calls(t.Context(), s) {
					err := call()
					broken(t, err, name)
					assert.ErrorIs(t, err, sqlstore.ErrFileMoved, name)
				}
			}
			assert.NoFileExists(t, path)

			restarted := start(t, "migrate", path, "")
			restarted.finish(t)
			sound(t, path)
			release()
			heals(t, func() error { return s.CreateUsers(t.Context(), store.User{ID: "2", Name: "bob"}) })
			_, err := s.UserByName(t.Context(), "alice")
			assert.ErrorIs(t, err, store.ErrNotFound, "she went with the file")
			another := storeOf(t, openFile(t, path))
			_, err = another.UserByName(t.Context(), "bob")
			assert.NoError(t, err)
			sound(t, path)
		})
	}
}

func TestAFileIsMovedAwayAndBack(t *testing.T) {
	path, _, s := inUse(t)
	require.NoError(t, os.Rename(path, path+".aside"))
	for name, call := range calls(t.Context(), s) {
		broken(t, call(), name)
	}
	require.NoError(t, os.Rename(path+".aside", path))
	heals(t, func() error { return s.Claim(t.Context(), store.DigestOf("back"), end) })
	stillThere(t, s)
	sound(t, path)
}

func TestAFileIsReplaced(t *testing.T) {
	path, db, s := inUse(t)
	release := pin(t, db)
	other := openFile(t, path+".other")
	require.NoError(t, storeOf(t, other).CreateUsers(t.Context(), store.User{ID: "2", Name: "bob"}))
	require.NoError(t, other.Close()) // all is in one file now
	require.NoError(t, os.Rename(path+".other", path))
	broken(t, s.CreateUsers(t.Context(), store.User{ID: "lost"}), "while the old file is in use")
	release()
	heals(t, func() error { _, err := s.UserByName(t.Context(), "bob"); return err })
	_, err := s.UserByName(t.Context(), "alice")
	assert.ErrorIs(t, err, store.ErrNotFound, "she was in the other file")
	assert.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "3", Name: "carol"}))
	sound(t, path)
}

func TestAFileIsRemovedUnderATransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	db := openFile(t, path)
	s := storeOf(t, db)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, s.Claim(sqlstore.WithTx(t.Context(), tx), store.DigestOf("nonce"), end))
	require.NoError(t, os.Remove(path))
	assert.ErrorIs(t, tx.Commit(), sqlstore.ErrFileMoved)
}

func TestALogIsRemoved(t *testing.T) {
	for _, removed := range ends[1:] {
		t.Run(removed, func(t *testing.T) {
			path, db, s := inUse(t)
			release := pin(t, db)
			require.NoError(t, os.Remove(path+removed))
			for n := range 20 {
				broken(t, s.Claim(t.Context(), store.DigestOf(fmt.Sprint("lost ", n)), end), "while the old log is in use")
			}
			release()
			heals(t, func() error { return s.Claim(t.Context(), store.DigestOf("new"), end) })
			stillThere(t, s)
			sound(t, path)
		})
	}
}

func TestHostsOwnStatementsNoticeToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	db := openFile(t, path)
	_, err := db.ExecContext(t.Context(), "CREATE TABLE notes (text TEXT)")
	require.NoError(t, err)
	conn, err := db.Conn(t.Context()) // taken before, so that nothing is looked at on the way out of the pool
	require.NoError(t, err)
	defer conn.Close()
	prepared, err := conn.PrepareContext(t.Context(), "INSERT INTO notes VALUES ('prepared')")
	require.NoError(t, err)
	defer prepared.Close()
	require.NoError(t, os.Remove(path))

	_, err = prepared.ExecContext(t.Context())
	assert.ErrorIs(t, err, sqlstore.ErrFileMoved)
	_, err = conn.ExecContext(t.Context(), "INSERT INTO notes VALUES ('not prepared')")
	assert.ErrorIs(t, err, sqlstore.ErrFileMoved)
	var text string
	err = conn.QueryRowContext(t.Context(), "INSERT INTO notes VALUES ('returned') RETURNING text").Scan(&text)
	assert.ErrorIs(t, err, sqlstore.ErrFileMoved)
}

// sound reports where the database at path is damaged, as a process that starts now sees it.
func sound(t *testing.T, path string) {
	t.Helper()
	var verdict string
	require.NoError(t, openFile(t, path).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	assert.Equal(t, "ok", verdict)
}

// Whoever begins to write after the file was removed, and is told that it was done, finds it in the next file.
func TestNoWriteToARemovedFileIsAcknowledged(t *testing.T) {
	t.Parallel()
	const removals = 3
	path, _, s := inUse(t)
	var round atomic.Int32
	var acknowledged [removals + 1]atomic.Int32
	var kept sync.Map // the round in which each claim that was acknowledged had begun
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for n := 0; acknowledged[removals].Load() < 100; n++ {
				key, begun := fmt.Sprint(worker, "/", n), round.Load()
				if err := s.Claim(t.Context(), store.DigestOf(key), end); err == nil {
					acknowledged[begun].Add(1)
					kept.Store(key, begun)
				}
			}
		})
	}
	for next := int32(1); next <= removals; next++ {
		for acknowledged[next-1].Load() < 20 {
			runtime.Gosched()
		}
		for _, end := range ends[:1+rand.IntN(len(ends))] {
			require.NoError(t, os.Remove(path+end))
		}
		round.Store(next)
		start(t, "migrate", path, "").finish(t)
	}
	workers.Wait()
	last := storeOf(t, openFile(t, path))
	kept.Range(func(key, begun any) bool {
		if begun == int32(removals) {
			assert.ErrorIs(t, last.Claim(t.Context(), store.DigestOf(key.(string)), end), store.ErrUsed, key)
		}
		return true
	})
	sound(t, path)
}
