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
)

func (d Dialect) configure(c *config) { c.dialect = d }

// A manner is what differs between dialects. All else is SQL that each of them understands.
type manner struct {
	// migrations is the folder of its migrations.
	migrations string
	// bind puts the dialect's placeholders in the place of question marks.
	bind func(query string) string
	// oneWriter says that it has one writer at a time: the others better queue here than poll there.
	oneWriter bool
	// lockRow, after a SELECT, keeps others from changing the row until the transaction ends. keepRow keeps them from
	// changing or removing it, and lets them keep it too.
	lockRow, keepRow string
	// unique says whether err is a violated uniqueness; busy whether it is a lock that was not to be had in time.
	unique, busy func(err error) bool
}

var manners = [...]manner{
	SQLite: {
		migrations: "migrations/sqlite",
		bind:       func(query string) string { return query },
		oneWriter:  true, // and so rows need no locks
		unique:     func(err error) bool { code := sqliteCode(err); return code == sqlitePrimaryKey || code == sqliteUnique },
		busy:       func(err error) bool { return sqliteCode(err)&0xff == sqliteBusy },
	},
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
