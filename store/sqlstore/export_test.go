package sqlstore

import (
	"context"
	"database/sql"
)

// MigrateTo stops at a version, as the program that knew no later one did.
func MigrateTo(ctx context.Context, db *sql.DB, d Dialect, version int) error {
	m := &manners[d]
	steps, err := m.steps()
	if err != nil {
		return err
	}
	return migrate(ctx, db, m, steps[:version])
}

// Overhear has see told of each query before it runs.
func (s *Store) Overhear(see func(query string)) {
	m := *s.manner
	bind := m.bind
	m.bind = func(query string, args []any) (string, []any, error) {
		query, args, err := bind(query, args)
		see(query)
		return query, args, err
	}
	s.manner = &m
}
