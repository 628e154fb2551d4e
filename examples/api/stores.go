package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// A location is where the store is: a SQLite file, or in memory where that is empty.
type location struct{ file string }

func parseLocation(text string) (location, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case kind == "memory" && rest == "" && text != kind:
		return location{}, nil
	case kind == "sqlite" && rest != "":
		return location{file: rest}, nil
	case kind == "postgres" || kind == "postgresql":
		return location{}, errors.New("this server does not speak to PostgreSQL yet")
	}
	return location{}, errors.New("it is memory: or sqlite:FILE")
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
	ping func(context.Context) error // says whether it answers
	db   *sql.DB                     // nil for one in memory
}

// openStore opens what is at l, and makes it where there is nothing yet.
func openStore(ctx context.Context, l location) (*backend, error) {
	if l.file == "" {
		return &backend{records: memory.New(), ping: func(context.Context) error { return nil }}, nil
	}
	db, err := sqlstore.OpenSQLite(l.file)
	if err != nil {
		return nil, err
	}
	if err := sqlstore.Migrate(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	records, err := sqlstore.New(db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &backend{records: records, ping: records.Ping, db: db}, nil
}

// outlives reports whether what is kept is there after a restart.
func (b *backend) outlives() bool { return b.db != nil }

func (b *backend) close() error {
	if b.db == nil {
		return nil
	}
	return b.db.Close()
}

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
	if err := within(ctx, tx, do); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func within(ctx context.Context, tx *sql.Tx, do func(ctx context.Context, empty bool) error) error {
	var empty bool
	if err := tx.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM sesame_users)").Scan(&empty); err != nil {
		return err
	}
	return do(sqlstore.WithTx(ctx, tx), empty)
}
