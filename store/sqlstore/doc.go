// Package sqlstore keeps everything that package store names in a SQL database: SQLite.
//
// [OpenSQLite] opens a file the one way that keeps what was acknowledged, [Migrate] brings its tables up to date, and
// [New] makes a [Store] of it, which implements every interface of package store. Each method is one transaction, and one
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
// # What is left to the caller
//
// Open and close the database; call Migrate at each start; call Sweep now and then, for each tenant; make backups with VACUUM INTO
// or SQLite's backup interface, not by copying a file that is in use. Host and store may share a database, but not the names
// of tables.
package sqlstore
