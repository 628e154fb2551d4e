package sqlstore_test

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestOpenSQLiteSaysWhatIsWrong(t *testing.T) {
	for name, row := range map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"a folder that is not there": {
			func(t *testing.T, path string) { require.NoError(t, os.Remove(filepath.Dir(path))) }, "no such file or directory",
		},
		"a directory": {
			func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) }, "it is not a regular file",
		},
		"a short text": {writing("sesame"), "file is not a database"},
		"a long text":  {writing(strings.Repeat("open sesame\n", 1000)), "file is not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "folder", "sesame.db")
			require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
			row.make(t, path)
			_, err := sqlstore.OpenSQLite(path)
			require.ErrorContains(t, err, row.want)
			assert.Contains(t, err.Error(), path)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func writing(text string) func(t *testing.T, path string) {
	return func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
}

func TestOpenSQLiteRefusesWhatCannotWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	for name, open := range map[string]func() (*sql.DB, error){
		"no name":        func() (*sql.DB, error) { return sqlstore.OpenSQLite("") },
		"memory":         func() (*sql.DB, error) { return sqlstore.OpenSQLite(":memory:") },
		"no time":        func() (*sql.DB, error) { return sqlstore.OpenSQLite(path, sqlstore.Timeout(0)) },
		"no connections": func() (*sql.DB, error) { return sqlstore.OpenSQLite(path, sqlstore.Connections(0)) },
	} {
		_, err := open()
		assert.Error(t, err, name)
	}
	assert.NoFileExists(t, path)
}

func TestOpenSQLiteMakesFilesForTheirOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	openFile(t, path)
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + end)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "%s", end)
	}
}

func TestOpenSQLiteTakesAnyName(t *testing.T) {
	for _, name := range []string{"a?mode=memory", "a#b", "a%20b", "a b&c=d", "ü;'\"", "file:x"} {
		path := filepath.Join(t.TempDir(), name)
		s := storeOf(t, openFile(t, path))
		assert.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1"}), name)
		assert.FileExists(t, path+"-wal")
	}
}

func TestOpenSQLiteFollowsALink(t *testing.T) {
	path, link := filepath.Join(t.TempDir(), "sesame.db"), filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, storeOf(t, openFile(t, path)).CreateUsers(t.Context(), store.User{ID: "1"}))
	require.NoError(t, os.Symlink(path, link))
	_, err := storeOf(t, openFile(t, link)).UserByID(t.Context(), "1")
	assert.NoError(t, err)
	assert.NoFileExists(t, link+"-wal")
}

func TestOpenSQLiteSyncsEachCommit(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"), sqlstore.Timeout(time.Second))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "fullfsync": "1", "busy_timeout": "900"} {
		var got string
		require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		assert.Equal(t, want, got, pragma)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	_, err := sqlstore.New(nil)
	assert.Error(t, err, "no database")
	_, err = sqlstore.New(db, sqlstore.Timeout(0))
	assert.Error(t, err, "no time")
	_, err = sqlstore.New(db, sqlstore.Dialect(99))
	assert.Error(t, err, "no such dialect")
	_, err = sqlstore.New(openStranger(t))
	assert.ErrorContains(t, err, "name the dialect")
	_, err = sqlstore.New(openStranger(t), sqlstore.SQLite)
	assert.NoError(t, err)
}
