package main

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// A location is where the store is: a SQLite file, a PostgreSQL at a URL, or in memory where both are empty.
type location struct{ file, url string }

func parseLocation(text string) (location, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case kind == "memory" && rest == "" && text != kind:
		return location{}, nil
	case kind == "sqlite" && rest != "":
		return location{file: rest}, nil
	case (kind == "postgres" || kind == "postgresql") && strings.HasPrefix(rest, "//"):
		return location{url: text}, nil
	}
	return location{}, errors.New("it is memory: or sqlite:FILE or postgres://…")
}

// records is what the server keeps.
type records interface {
	store.Users
	store.Passwords
	store.UserWriter
	store.Clients
	store.Grants
	store.Tokens
	store.TokenUses
	store.Handles
	store.Once
	store.Counters
	store.Events
	store.Sweeper
}

// A backend is a store that is open.
type backend struct {
	records
	ping  func(context.Context) error         // says whether it answers
	close func() error                        // closes what was opened
	once  func(life time.Duration) store.Once // keeps what a scheme claims for so long at most
	// sessions keeps who is signed in.
	sessions store.Tokens
	db       *sql.DB // nil for one in memory
	lock     string  // makes other transactions of [backend.transact] wait, where they do not anyhow
}

// openStore opens what is at l, and makes it where there is nothing yet.
func openStore(ctx context.Context, l location) (*backend, error) {
	if l == (location{}) {
		return newBackend(memory.New(), func(context.Context) error { return nil }, func() error { return nil }), nil
	}
	db, dialect, err := l.open()
	if err != nil {
		return nil, err
	}
	if err := sqlstore.Migrate(ctx, db, dialect); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	records, err := sqlstore.New(db, dialect)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	b := newBackend(records, records.Ping, db.Close)
	b.db = db
	if dialect == sqlstore.PostgreSQL {
		b.lock = "SELECT pg_advisory_xact_lock(hashtext('sesame demo'))"
	}
	return b, nil
}

func newBackend(r records, ping func(context.Context) error, close func() error) *backend {
	return &backend{records: r, sessions: r, ping: ping, close: close, once: func(time.Duration) store.Once { return r }}
}

// open opens the database.
func (l location) open() (*sql.DB, sqlstore.Dialect, error) {
	if l.file != "" {
		db, err := sqlstore.OpenSQLite(l.file)
		return db, sqlstore.SQLite, err
	}
	db, err := sql.Open("pgx", l.url)
	if err != nil {
		return nil, 0, err
	}
	connections := max(8, 4*runtime.GOMAXPROCS(0))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, sqlstore.PostgreSQL, nil
}

// outlives reports whether what is kept is there after a restart.
func (b *backend) outlives() bool { return b.db != nil }

// transact runs do in one transaction, as far as the store has any: nobody else sees what is in memory. do is told
// whether there are no accounts yet.
func (b *backend) transact(ctx context.Context, do func(ctx context.Context, empty bool) error) error {
	if b.db == nil {
		_, err := b.UserByName(ctx, demoUsers()[0].name) // in memory there are no others
		return do(ctx, errors.Is(err, store.ErrNotFound))
	}
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := b.within(ctx, tx, do); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (b *backend) within(ctx context.Context, tx *sql.Tx, do func(ctx context.Context, empty bool) error) error {
	if b.lock != "" {
		if _, err := tx.ExecContext(ctx, b.lock); err != nil {
			return err
		}
	}
	var empty bool
	if err := tx.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM sesame_users)").Scan(&empty); err != nil {
		return err
	}
	return do(sqlstore.WithTx(ctx, tx), empty)
}
