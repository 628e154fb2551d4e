package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// queries runs statements, written with question marks, in one place: a transaction, or whatever connection is free.
type queries struct {
	on interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	*manner
}

// exec changes rows and says how many.
func (q queries) exec(ctx context.Context, query string, args ...any) (int, error) {
	query, args, err := q.bind(query, args)
	if err != nil {
		return 0, err
	}
	result, err := q.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// must changes one row; otherwise is the fact where there was none to change.
func (q queries) must(ctx context.Context, otherwise error, query string, args ...any) error {
	n, err := q.exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = otherwise
	}
	return err
}

// get reads one row into fields; where there is none it is ErrNotFound. What cannot be kept names no row.
func (q queries) get(ctx context.Context, query string, args []any, fields ...any) error {
	query, args, err := q.bind(query, args)
	if err == nil {
		err = q.on.QueryRowContext(ctx, query, args...).Scan(fields...)
	}
	if errors.Is(err, sql.ErrNoRows) || err == errNoText {
		return store.ErrNotFound
	}
	return err
}

// has says whether there is a row.
func (q queries) has(ctx context.Context, query string, args ...any) (bool, error) {
	var one int
	err := q.get(ctx, query, args, &one)
	if err == store.ErrNotFound {
		return false, nil
	}
	return err == nil, err
}

// list reads all rows, each into the fields of a record. What cannot be kept names no row.
func list[R any](ctx context.Context, q queries, fields func(*R) []any, query string, args ...any) ([]R, error) {
	query, args, err := q.bind(query, args)
	if err == errNoText {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := q.on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []R
	for rows.Next() {
		records = append(records, *new(R))
		if err := rows.Scan(fields(&records[len(records)-1])...); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return records, rows.Close()
}

// placeholders is n question marks in parentheses.
func placeholders(n int) string {
	return "(?" + strings.Repeat(", ?", n-1) + ")"
}

// insert is a statement that adds a row of the tenant and these columns, or nothing where a key of it is taken.
func insert(table, columns string) string {
	return "INSERT INTO " + table + " (tenant, " + columns + ") VALUES " + placeholders(2+strings.Count(columns, ",")) +
		" ON CONFLICT DO NOTHING"
}

// update is a statement that replaces these columns of the rows that fulfil a condition of the caller's.
func update(table, columns string) string {
	return "UPDATE " + table + " SET " + strings.ReplaceAll(columns, ", ", " = ?, ") + " = ? WHERE "
}

// of puts the table's alias before each of the columns.
func of(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

// A condition is what follows WHERE: that the row is the tenant's, and all that was added.
type condition struct {
	text strings.Builder
	args []any
}

func (s *Store) condition() *condition {
	c := &condition{args: []any{s.tenant}}
	c.text.WriteString("tenant = ?")
	return c
}

func (c *condition) and(text string, args ...any) *condition {
	c.text.WriteString(" AND " + text)
	c.args = append(c.args, args...)
	return c
}

// equal adds that the column has this value, where there is one. The second term is what the partial indexes ask for.
func (c *condition) equal(column, value string) *condition {
	if value == "" {
		return c
	}
	return c.and(column+" = ? AND "+column+" <> ''", value)
}

// among adds that the column has one of these values, where there are any.
func among[V any](c *condition, column string, values []V) *condition {
	if len(values) == 0 {
		return c
	}
	args := make([]any, len(values))
	for i := range values {
		args[i] = values[i]
	}
	return c.and(column+" IN "+placeholders(len(values)), args...)
}

// each is a statement that does something to the rows of the table that fulfil the condition: begin, such as DELETE FROM
// and the table, with args of its own. Where others write meanwhile they are locked first, in the order of their keys; where
// not, that order would have SQLite read all keys of the tenant rather than sort a few.
func (q queries) each(c *condition, table, key, lock, begin string, args ...any) (query string, all []any) {
	picked := "SELECT " + key + " FROM " + table + " WHERE " + c.text.String()
	if lock != "" {
		picked += " ORDER BY " + key + lock
	}
	return begin + " WHERE tenant = ? AND " + key + q.in(picked), slices.Concat(args, c.args[:1], c.args)
}

// remove removes the rows of the table that fulfil the condition.
func (q queries) remove(ctx context.Context, c *condition, table, key string) error {
	query, args := q.each(c, table, key, q.locks.remove, "DELETE FROM "+table)
	_, err := q.exec(ctx, query, args...)
	return err
}
