package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
)

// A Dialect is a database's manner of SQL. As an option it is needed only for a database that this package did not open.
type Dialect uint8

// The dialects.
const (
	// SQLite is what modernc.org/sqlite brings. A database that was not opened by [OpenSQLite] must begin its transactions
	// with BEGIN IMMEDIATE and keep what it acknowledged.
	SQLite Dialect = iota + 1
	// PostgreSQL is version 13 or later through pgx's driver for database/sql, in any of its modes. The database must be in
	// UTF-8, and must keep what it acknowledged (fsync and synchronous_commit not off).
	PostgreSQL
)

func (d Dialect) configure(c *config) { c.dialect = d }

// A manner is what differs between dialects. All else is SQL that each of them understands.
type manner struct {
	// migrations is the folder of its migrations.
	migrations string
	// bind puts the dialect's placeholders in the place of question marks, and makes of args what its driver takes. It is
	// errNoText where one of them is a text that the database cannot keep.
	bind func(query string, args []any) (string, []any, error)
	// in says that a column has one of the values that a query finds, so that it is run once and the rows are found by the
	// column's index.
	in func(query string) string
	// isolation is that of transactions.
	isolation sql.IsolationLevel
	// oneWriter says that it has one writer at a time: the others better queue here than poll there.
	oneWriter bool
	locks
	// lockSchema and lockLimit keep others from migrating, and from adding tokens of the account that a number stands for,
	// until the transaction ends.
	lockSchema, lockLimit string
	// claimCount and recordUses do in one statement what takes several elsewhere.
	claimCount, recordUses string
	// unique says whether err is a violated uniqueness; busy whether it is a lock that was not to be had in time; lost whether
	// the transaction was taken back for the sake of others, and would do if it were made again.
	unique, busy, lost func(err error) bool
}

// locks follow a SELECT and hold for its rows until the transaction ends. All are empty where a writer has the database for
// itself anyhow.
type locks struct {
	// present keeps others from removing the rows, as also from changing them. Both let others do the same.
	present, as string
	// change and remove are for rows that are to be changed or removed: others may not do that and not keep them so either.
	change, remove string
	// free is like remove, and leaves out what others have locked.
	free string
}

var manners = [...]manner{
	SQLite: {
		migrations: "migrations/sqlite",
		bind:       func(query string, args []any) (string, []any, error) { return query, args, nil },
		in:         func(query string) string { return " IN (" + query + ")" },
		oneWriter:  true,
		unique:     func(err error) bool { code := sqliteCode(err); return code == sqlitePrimaryKey || code == sqliteUnique },
		busy:       func(err error) bool { return sqliteCode(err)&0xff == sqliteBusy },
		lost:       func(error) bool { return false },
	},
	PostgreSQL: postgres,
}

// Result codes of SQLite (https://www.sqlite.org/rescode.html), of which a code's last byte is one.
const (
	sqliteBusy     = 5
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteCorrupt  = 11
	sqliteCantOpen = 14
	sqliteProtocol = 15
	sqliteNotADB   = 26

	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// sqliteCode is the extended result code in err, 0 where it has none.
func sqliteCode(err error) int {
	type coded interface {
		error
		Code() int
	}
	if e, ok := errors.AsType[coded](err); ok {
		return e.Code()
	}
	return 0
}

// mannerOf is how db is talked to.
func mannerOf(db *sql.DB, d Dialect) (*manner, error) {
	if db == nil {
		return nil, errors.New("sqlstore: a database is needed")
	}
	if d == 0 {
		if _, ok := db.Driver().(*file); !ok {
			return nil, fmt.Errorf("sqlstore: the driver %T is not known: name the dialect, or open the file by OpenSQLite", db.Driver())
		}
		d = SQLite
	}
	if int(d) >= len(manners) {
		return nil, fmt.Errorf("sqlstore: there is no dialect %d", d)
	}
	return &manners[d], nil
}
