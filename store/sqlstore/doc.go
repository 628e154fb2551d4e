// Package sqlstore keeps everything that package store names in a SQL database: SQLite or PostgreSQL.
//
// [OpenSQLite] opens a file the one way that keeps what was acknowledged; a [PostgreSQL] the host opens itself. [Migrate]
// brings the tables up to date, and [New] makes a [Store] of the database, which implements every interface of package store:
//
//	db, err := sql.Open("pgx", "postgres://…") // github.com/jackc/pgx/v5/stdlib
//	err = sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL)
//	s, err := sqlstore.New(db, sqlstore.PostgreSQL)
//
// Each method is one transaction, and one
// query where it reads: looking up a token with its account, its client and its grant is one. All tables begin with
// "sesame_", so that a host may keep its own beside them, and [WithTx] lets a transaction of the host carry what a store
// does:
//
//	tx, err := db.BeginTx(ctx, nil)
//	// … the host's own changes in tx …
//	err = s.PutTokens(sqlstore.WithTx(ctx, tx), tokens, 0)
//	err = tx.Commit()
//
// # What it defends
//
//   - A call ends within its [Timeout], also where another process holds the database locked, the disk is full or the file
//     cannot be written. That is an error and never an absence, and nothing that failed is half there.
//   - What was acknowledged is there after the process was killed or the power failed.
//   - A file that was removed or replaced while it is open is noticed before a write to it is acknowledged ([ErrFileMoved]).
//   - Only the absence of a row is store.ErrNotFound, and only a key that is taken is store.ErrExists or store.ErrUsed.
//   - A token whose account or client is gone is not found, however it came to be so.
//
// # What PostgreSQL adds
//
// Any number of processes on one database are one store. A call that was lost to others, because transactions could not be
// serialised or waited in a circle, is made again a few times before that is an error. Rows are locked in one order, and a
// sweep passes over those that others have locked. No call leaves anything behind in its session, so a pooler may give
// connections out by the transaction; pgx is then opened with default_query_exec_mode=exec, which prepares nothing. A call that
// is out of time gives its connection up. Where the connections are bounded before [New], calls get them in the order that
// they came. PostgreSQL cannot keep a text that has a NUL or is not UTF-8: to write one is an
// error, and to look for one finds nothing.
//
// # What is left to the caller
//
// Open and close the database, and bound the connections of a PostgreSQL (SetMaxOpenConns); call Migrate at each start; call
// Sweep now and then, for each tenant; make backups with VACUUM INTO or SQLite's backup interface, not by copying a file that
// is in use, and with PostgreSQL's own means there. Host and store may share a database, but not the names
// of tables.
package sqlstore
