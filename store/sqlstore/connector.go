package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Driver implements [driver.Connector].
func (f *file) Driver() driver.Driver { return f }

// Open implements [driver.Driver]. Nobody can reach it but through a database that OpenSQLite made.
func (f *file) Open(string) (driver.Conn, error) { return f.Connect(context.Background()) }

// Connect implements [driver.Connector].
func (f *file) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	c, err := f.connect(ctx)
	if errors.Is(err, errOldOnes) {
		f.closeIdle()
		c, err = f.connect(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open %s: %w", f.path, err)
	}
	return c, nil
}

// errOldOnes says that there are connections to files that are no longer at the path. SQLite shares things between the
// connections of a process that must not be shared with those, so nothing is opened before they are closed.
var errOldOnes = fmt.Errorf("%w, and the old one is in use", ErrFileMoved)

func (f *file) connect(ctx context.Context) (*conn, error) {
	select {
	case f.gate <- struct{}{}:
		defer func() { <-f.gate }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	before, err := os.Stat(f.path)
	if err != nil {
		return nil, moved(err)
	}
	if now, err := filesAt(f.path); f.open > 0 && (err != nil || !now.same(f.known)) {
		return nil, errOldOnes
	}
	raw, err := f.base.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, file: f, prepared: map[string]*statement{}}
	if err := c.begin(ctx, before); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	f.open++
	f.known = c.files
	return c, nil
}

// moved is err, which a look at the path ended with.
func moved(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrFileMoved, err)
	}
	return err
}

// closeIdle closes the connections that nobody uses.
func (f *file) closeIdle() {
	f.pool.SetMaxIdleConns(0)
	f.pool.SetMaxIdleConns(f.connections)
}

// begin makes the connection ready, and sees to it that it has the file open that was at the path before.
func (c *conn) begin(ctx context.Context, before os.FileInfo) error {
	err := c.pragmas(ctx)
	for err != nil && sqliteCode(err)&0xff == sqliteBusy && ctx.Err() == nil {
		// Two processes that change a new file to a write-ahead log at once can be told so without having waited.
		time.Sleep(5 * time.Millisecond)
		err = c.pragmas(ctx)
	}
	if err != nil {
		return err
	}
	if c.files, err = filesAt(c.file.path); err != nil {
		return moved(err)
	}
	if !os.SameFile(before, c.files[0]) {
		return ErrFileMoved
	}
	return nil
}

func (c *conn) pragmas(ctx context.Context) error {
	readOnly, err := c.Conn.(interface{ IsReadOnly(string) (bool, error) }).IsReadOnly("main")
	if err == nil && readOnly {
		err = errors.New("it cannot be written")
	}
	if err != nil {
		return err
	}
	mode, err := c.text(ctx, "PRAGMA journal_mode = WAL")
	if err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system gives no write-ahead log but %q", mode)
	}
	for _, pragma := range []string{
		"PRAGMA synchronous = FULL",
		"PRAGMA fullfsync = ON", // macOS: fsync alone does not reach the disk there
		"PRAGMA trusted_schema = OFF",
		"PRAGMA foreign_keys = ON",           // the host's, beside our tables
		"SELECT COUNT(*) FROM sqlite_schema", // reads, and so has the log open
	} {
		if _, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, pragma, nil); err != nil {
			return err
		}
	}
	return nil
}

// text is the text that the query answers.
func (c *conn) text(ctx context.Context, query string) (string, error) {
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	row := make([]driver.Value, 1)
	err = errors.Join(rows.Next(row), rows.Close()) // once: the driver's rows do not bear a second time
	text, _ := row[0].(string)
	return text, err
}
