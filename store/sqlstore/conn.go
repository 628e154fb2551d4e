package sqlstore

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// A conn is a connection to a file, which knows what it has open.
type conn struct {
	driver.Conn // the driver's own
	file        *file
	files       files
	prepared    map[string]*statement
	// inTx says that a transaction is open: what is written is decided by its end.
	inTx bool
	// bad says that the connection must not be used again.
	bad bool
}

// Unwrap returns the driver's own connection, for what database/sql's Raw is used for.
func (c *conn) Unwrap() driver.Conn { return c.Conn }

// check says whether the files that the connection has open are still those at the path.
func (c *conn) check() error {
	now, err := filesAt(c.file.path)
	if err == nil && now.same(c.files) {
		return nil
	}
	c.bad = true
	if err := c.files.clearAfter(c.file.path); err != nil {
		return fmt.Errorf("sqlstore: %s: %w: %w", c.file.path, ErrFileMoved, err)
	}
	return fmt.Errorf("sqlstore: %s: %w", c.file.path, ErrFileMoved)
}

// ended is what a step that ended with err returns. After an error that may be the connection's own it is not used again.
// It is never driver.ErrBadConn, which would have the step done once more elsewhere.
func (c *conn) ended(err error) error {
	switch sqliteCode(err) & 0xff {
	case sqliteReadOnly, sqliteIOErr, sqliteCorrupt, sqliteCantOpen, sqliteProtocol, sqliteNotADB:
		c.bad = true
	}
	return err
}

// wrote is what a step that wrote, and ended with err, returns.
func (c *conn) wrote(err error) error {
	if err != nil || c.inTx {
		return c.ended(err)
	}
	return c.check()
}

// ResetSession implements [driver.SessionResetter]: it is called when the connection is taken from the pool.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.bad || c.check() != nil {
		return driver.ErrBadConn
	}
	return c.Conn.(driver.SessionResetter).ResetSession(ctx)
}

// IsValid implements [driver.Validator]: it is called when the connection is put back into the pool.
func (c *conn) IsValid() bool { return !c.bad && c.Conn.(driver.Validator).IsValid() }

// Close implements [driver.Conn].
func (c *conn) Close() error {
	c.file.gate <- struct{}{}
	defer func() { <-c.file.gate }()
	c.check() // clears away what must not be there when the next connection is opened
	for _, s := range c.prepared {
		s.Stmt.Close()
	}
	c.file.open--
	return c.Conn.Close()
}

// Ping implements [driver.Pinger].
func (c *conn) Ping(ctx context.Context) error { return c.ended(c.Conn.(driver.Pinger).Ping(ctx)) }

// BeginTx implements [driver.ConnBeginTx].
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
	if err != nil {
		return nil, c.ended(err)
	}
	c.inTx = true
	return transaction{tx, c}, nil
}

type transaction struct {
	driver.Tx
	conn *conn
}

// Commit implements [driver.Tx].
func (t transaction) Commit() error {
	err := t.Tx.Commit()
	t.conn.inTx = false
	return t.conn.wrote(err)
}

// Rollback implements [driver.Tx].
func (t transaction) Rollback() error {
	t.conn.inTx = false
	return t.conn.ended(t.Tx.Rollback())
}
