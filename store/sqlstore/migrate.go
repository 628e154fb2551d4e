package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"time"
)

//go:embed migrations
var embedded embed.FS

// patience is how long Migrate waits for another process that migrates.
const patience = 10 * time.Second

// A step is one migration: a file of SQL whose name begins with the version that it leads to. It only adds, so that programs
// of the version before go on meanwhile and after.
type step struct{ name, text string }

// steps are the dialect's, the first one leading to version 1.
func (m *manner) steps() ([]step, error) {
	names, err := fs.Glob(embedded, path.Join(m.migrations, "*.sql"))
	if err != nil {
		return nil, err
	}
	steps := make([]step, len(names))
	for i, name := range names { // Glob sorts
		text, err := embedded.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = step{path.Base(name), string(text)}
	}
	return steps, nil
}

// Migrate brings the tables to the version that this program needs, all of the way or not at all. It only goes forward,
// does nothing where nothing is to be done, and may run in several processes at once: one migrates, for as long as ctx
// lets it, and the others wait, for ten seconds at most. A database that a later program migrated is an error; a program of
// the version before that runs already goes on. All tenants share the tables.
func Migrate(ctx context.Context, db *sql.DB, options ...Option) error {
	m, err := mannerOf(db, newConfig(options).dialect)
	if err != nil {
		return err
	}
	steps, err := m.steps()
	if err != nil {
		return err
	}
	return migrate(ctx, db, m, steps)
}

func migrate(ctx context.Context, db *sql.DB, m *manner, steps []step) error {
	begin := time.Now()
	err := try(ctx, db, m, steps)
	for err != nil && m.busy(err) && ctx.Err() == nil && time.Since(begin) < patience {
		err = try(ctx, db, m, steps)
	}
	if err != nil {
		return fmt.Errorf("sqlstore: migrate: %w", err)
	}
	return nil
}

// try takes the steps that were not taken yet, in one transaction. What they do to big tables may take longer than anybody
// waits for his turn.
func try(ctx context.Context, db *sql.DB, m *manner, steps []step) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: m.isolation})
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	q := queries{tx, m}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := q.lockAll(waiting); err != nil {
		return err
	}
	var version int
	_, err = q.exec(ctx, "CREATE TABLE IF NOT EXISTS sesame_schema (version INTEGER PRIMARY KEY, name TEXT NOT NULL)")
	if err != nil {
		return err
	}
	if err := q.get(ctx, "SELECT COALESCE(MAX(version), 0) FROM sesame_schema", nil, &version); err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("the database is at version %d of the schema, this program knows %d", version, len(steps))
	}
	for i, s := range steps[version:] {
		if err := q.take(ctx, version+i+1, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return tx.Commit()
}

// lockAll makes other processes that migrate wait, where beginning a transaction does not.
func (q queries) lockAll(ctx context.Context) error {
	if q.lockSchema == "" {
		return nil
	}
	_, err := q.exec(ctx, q.lockSchema)
	return err
}

func (q queries) take(ctx context.Context, version int, s step) error {
	if _, err := q.on.ExecContext(ctx, s.text); err != nil {
		return err
	}
	_, err := q.exec(ctx, "INSERT INTO sesame_schema (version, name) VALUES (?, ?)", version, s.name)
	return err
}
