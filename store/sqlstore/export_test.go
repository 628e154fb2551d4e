package sqlstore

import (
	"context"
	"database/sql"
)

// MigrateTo stops at a version, as the program that knew no later one did.
func MigrateTo(ctx context.Context, db *sql.DB, version int) error {
	m := &manners[SQLite]
	steps, err := m.steps()
	if err != nil {
		return err
	}
	return migrate(ctx, db, m, steps[:version])
}

// Overhear has see told of each query before it runs.
func (s *Store) Overhear(see func(query string)) {
	m := *s.manner
	m.bind = func(query string) string {
		see(query)
		return query
	}
	s.manner = &m
}
