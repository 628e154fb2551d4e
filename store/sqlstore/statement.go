package sqlstore

import (
	"context"
	"database/sql/driver"
	"strings"
)

// mostPrepared is how many statements a connection keeps prepared.
const mostPrepared = 200

// A statement is prepared. The connection keeps those that come without preparation, for the next time.
type statement struct {
	driver.Stmt // the driver's own
	conn        *conn
	// kept says that the connection keeps it; busy that its rows are being read, so that it can do nothing else.
	kept, busy bool
	// writes says that a query with it changes something.
	writes bool
}

// PrepareContext implements [driver.ConnPrepareContext].
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.prepare(ctx, query)
}

func (c *conn) prepare(ctx context.Context, query string) (*statement, error) {
	raw, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, c.ended(err)
	}
	return &statement{Stmt: raw, conn: c, writes: strings.Contains(strings.ToUpper(query), "RETURNING")}, nil
}

// statement is the one that is kept for query, or a new one.
func (c *conn) statement(ctx context.Context, query string) (*statement, error) {
	kept, ok := c.prepared[query]
	if ok && !kept.busy {
		return kept, nil
	}
	s, err := c.prepare(ctx, query)
	if err == nil && !ok {
		c.keep(query, s)
	}
	return s, err
}

// keep keeps the statement for the next time, in the place of any other where there are many.
func (c *conn) keep(query string, s *statement) {
	for other, old := range c.prepared {
		if len(c.prepared) < mostPrepared {
			break
		}
		if !old.busy {
			old.Stmt.Close()
			delete(c.prepared, other)
		}
	}
	s.kept = true
	c.prepared[query] = s
}

// ExecContext implements [driver.ExecerContext].
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.release()
	return s.ExecContext(ctx, args)
}

// QueryContext implements [driver.QueryerContext].
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, args)
	if err != nil {
		s.release()
		return nil, err
	}
	s.busy = true
	rows.done = s.release
	return rows, nil
}

// release ends the use of a statement that came without preparation.
func (s *statement) release() {
	s.busy = false
	if !s.kept {
		s.Stmt.Close()
	}
}

// ExecContext implements [driver.StmtExecContext].
func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	return result, s.conn.wrote(err)
}

// QueryContext implements [driver.StmtQueryContext].
func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.query(ctx, args)
}

func (s *statement) query(ctx context.Context, args []driver.NamedValue) (*rows, error) {
	raw, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, s.conn.ended(err)
	}
	return &rows{driverRows: raw.(driverRows), statement: s, done: func() {}}, nil
}

// driverRows is what the driver's rows are.
type driverRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

type rows struct {
	driverRows
	statement *statement
	done      func()
}

// Next implements [driver.Rows].
func (r *rows) Next(row []driver.Value) error { return r.statement.conn.ended(r.driverRows.Next(row)) }

// Close implements [driver.Rows].
func (r *rows) Close() error {
	defer r.done()
	err := r.driverRows.Close()
	if r.statement.writes {
		return r.statement.conn.wrote(err)
	}
	return r.statement.conn.ended(err)
}
