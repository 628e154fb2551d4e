package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/seed-f67351ce/sesame/store"
)

// A Store keeps everything that package store names in one database. It is safe for concurrent use.
type Store struct {
	db *sql.DB
	*manner
	config
	// writer is held by the one writer, where the database has one at a time; else it is nil.
	writer chan struct{}
	// turns has a place for each connection, where there is a bound: a pool gives them to those who wait by chance, which
	// some of many would wait for long for.
	turns  chan struct{}
	latest int
}

// New returns a store over db, which must have been migrated by [Migrate] before it is used. It opens nothing and
// reads nothing; the caller opens and closes db, and bounds its connections before (SetMaxOpenConns).
func New(db *sql.DB, options ...Option) (*Store, error) {
	c := newConfig(options)
	m, err := mannerOf(db, c.dialect)
	if err != nil {
		return nil, err
	}
	if c.timeout <= 0 {
		return nil, errors.New("sqlstore: the timeout must be positive")
	}
	if !keepable(c.tenant) {
		return nil, errors.New("sqlstore: the tenant's name must be UTF-8 without a NUL")
	}
	steps, err := m.steps()
	if err != nil {
		return nil, err
	}
	return &Store{db: db, manner: m, config: c, writer: writerOf(db, m), turns: turnsOf(db, m), latest: len(steps)}, nil
}

// turnsOf is what calls queue for before they ask db for a connection. Where there is one writer they do not: readers pass
// the writers that wait.
func turnsOf(db *sql.DB, m *manner) chan struct{} {
	most := db.Stats().MaxOpenConnections
	if m.oneWriter || most <= 0 {
		return nil
	}
	return make(chan struct{}, most)
}

// writerOf is what the writers of db queue for: the file's own, so that all tenants share it.
func writerOf(db *sql.DB, m *manner) chan struct{} {
	if f, ok := db.Driver().(*file); ok {
		return f.writer
	}
	if m.oneWriter {
		return make(chan struct{}, 1)
	}
	return nil
}

// Ping says whether the database answers in time, reads and writes alike, and has all that this program's [Migrate] makes; a
// later program may have added to it. Readers of a SQLite file go on while another process holds its lock, so it waits for
// the writer's place for a moment; on PostgreSQL it locks a row, which a server that only reads refuses. It changes nothing.
func (s *Store) Ping(ctx context.Context) error {
	var version int
	err := s.write(ctx, "ping", func(ctx context.Context, q queries) error {
		err := q.get(ctx, "SELECT version FROM sesame_schema ORDER BY version DESC LIMIT 1"+q.locks.present, nil, &version)
		if err == store.ErrNotFound {
			return nil
		}
		return err
	})
	if err == nil && version < s.latest {
		err = fmt.Errorf("sqlstore: the database is at version %d of the schema, this program at %d", version, s.latest)
	}
	return err
}

// What a Store is.
var _ interface {
	store.Users
	store.UserWriter
	store.UserHashes
	store.Passwords
	store.Clients
	store.Grants
	store.Tokens
	store.TokenUses
	store.Handles
	store.Once
	store.Counters
	store.Events
	store.Sweeper
} = (*Store)(nil)
