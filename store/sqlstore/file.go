package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
)

// ErrFileMoved says that the SQLite file is no longer at its path: it was removed, or another one was put in its place. A
// write that ended so may have gone to the file that was there; it counts as not done. The database heals by itself when
// the file is back, or when a new start has made a new one.
var ErrFileMoved = errors.New("the database file was removed or replaced")

// A FileOption changes how [OpenSQLite] works: a [Timeout], [Connections].
type FileOption interface{ configureFile(f *file) }

// Connections is how many connections a file has at most. Without it they are four for each CPU and at least eight.
type Connections int

func (c Connections) configureFile(f *file) { f.connections = int(c) }

// A file is one SQLite file and all connections that this process has to it. It is their connector and their driver.
type file struct {
	path        string
	timeout     time.Duration
	connections int
	base        driver.Connector
	// pool is the database that the connections belong to.
	pool *sql.DB
	// writer is held by the one writer of a [Store].
	writer chan struct{}
	// gate is held while a connection is opened or closed. It guards what follows.
	gate chan struct{}
	// open counts the connections; known are the files that they have open.
	open  int
	known files
}

// OpenSQLite opens the SQLite file at path as a [Store] needs it, and makes it, readable by its owner alone, where there
// is none. It fails with one line where there is no such folder, or what is at path is no database or cannot be written.
//
//   - What was acknowledged is on the disk: a write-ahead log with synchronous=FULL.
//   - Readers do not wait for the writer. Transactions begin with BEGIN IMMEDIATE, unless they are read-only, and wait for
//     a lock no longer than the [Timeout].
//   - Each connection remembers which files it has open. Where another is at the path by the time that it is taken from
//     the pool, the connection is given up; by the time that a transaction was committed, or a statement outside of one, that is
//     [ErrFileMoved]. Only OpenSQLite makes a file, connections that are opened later do not.
//   - Statements are prepared once for each connection.
//
// Symbolic links are followed once, here. The file must be on a local disk. No other code of the process may open and
// close it, not even to read it: by the rules of POSIX that takes away the locks that connections hold.
func OpenSQLite(path string, options ...FileOption) (*sql.DB, error) {
	f := &file{
		timeout:     DefaultTimeout,
		connections: max(8, 4*runtime.GOMAXPROCS(0)),
		writer:      make(chan struct{}, 1),
		gate:        make(chan struct{}, 1),
	}
	for _, o := range options {
		o.configureFile(f)
	}
	if err := f.prepare(path); err != nil {
		return nil, fmt.Errorf("sqlstore: open %s: %w", path, err)
	}
	f.pool = sql.OpenDB(f)
	f.pool.SetMaxOpenConns(f.connections)
	f.pool.SetMaxIdleConns(f.connections)
	ctx, cancel := context.WithTimeout(context.Background(), f.timeout)
	defer cancel()
	if err := f.pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, f.pool.Close())
	}
	return f.pool, nil
}

// prepare checks the options, sees to it that there is a file, and says how it is opened.
func (f *file) prepare(path string) (err error) {
	if f.timeout <= 0 || f.connections <= 0 {
		return errors.New("the timeout and the number of connections must be positive")
	}
	if path == "" || path == ":memory:" {
		return errors.New("a database in memory does not keep anything: name a file")
	}
	if f.path, err = resolved(path); err != nil {
		return err
	}
	if err := ensure(f.path); err != nil {
		return err
	}
	f.base, err = sqlite.NewConnector(f.name())
	return err
}

// name is the file as SQLite's URI (https://www.sqlite.org/uri.html). mode=rw keeps it from making a file.
func (f *file) name() string {
	query := url.Values{
		"mode":          {"rw"},
		"_txlock":       {"immediate"},
		"_busy_timeout": {fmt.Sprint((f.timeout * 9 / 10).Milliseconds())}, // the reason is told before the call's time is over
		"_defensive":    {"1"},
		"_dqs":          {"0"},
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(f.path), RawQuery: query.Encode()}).String()
}

// resolved is the absolute path without symbolic links of a file that may not be there yet.
func resolved(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		return filepath.Join(folder, filepath.Base(path)), err
	}
	return real, err
}

// ensure makes the file where there is none. It opens no file that is there: closing it again would take away the locks
// of this process (see OpenSQLite).
func ensure(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err == nil && !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	return err
}

// create makes an empty file, and first removes what a database that was here left beside it: SQLite would take it for
// the new one's. The folder's lock keeps that from happening to the log of a file that somebody else just made.
func create(path string) error {
	return withFolderLocked(path, func() error {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, companion := range companions {
			if err := os.Remove(path + companion); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		created, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return created.Close()
	})
}
