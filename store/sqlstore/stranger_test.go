package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"
)

// stranger is a driver that nobody knows, and that fails.
type stranger struct{}

var errStranger = errors.New("no rows, not found, used already: so says a driver that is broken")

func (stranger) Connect(context.Context) (driver.Conn, error) { return nil, errStranger }
func (s stranger) Driver() driver.Driver                      { return s }
func (stranger) Open(string) (driver.Conn, error)             { return nil, errStranger }

func openStranger(t *testing.T) *sql.DB {
	t.Helper()
	db := sql.OpenDB(stranger{})
	t.Cleanup(func() { db.Close() })
	return db
}
