package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func Example() {
	folder, err := os.MkdirTemp("", "sesame")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)

	db, err := sqlstore.OpenSQLite(filepath.Join(folder, "sesame.db"))
	if err != nil {
		panic(err)
	}
	defer db.Close()
	ctx := context.Background()
	if err := sqlstore.Migrate(ctx, db); err != nil {
		panic(err)
	}
	s, err := sqlstore.New(db)
	if err != nil {
		panic(err)
	}

	until := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	fmt.Println(s.Claim(ctx, store.DigestOf("nonce"), until))
	fmt.Println(s.Claim(ctx, store.DigestOf("nonce"), until))
	// Output:
	// <nil>
	// store: used already
}

func ExampleWithTx() {
	db, s, done := exampleStore()
	defer done()
	ctx := context.Background()

	tx, err := db.BeginTx(ctx, nil) // the host's
	if err != nil {
		panic(err)
	}
	fmt.Println(s.CreateUsers(sqlstore.WithTx(ctx, tx), store.User{ID: "1", Name: "alice"}))
	fmt.Println(tx.Rollback())
	_, err = s.UserByName(ctx, "alice")
	fmt.Println(errors.Is(err, store.ErrNotFound))
	// Output:
	// <nil>
	// <nil>
	// true
}

// exampleStore is what Example makes.
func exampleStore() (db *sql.DB, s *sqlstore.Store, done func()) {
	folder, err := os.MkdirTemp("", "sesame")
	if err != nil {
		panic(err)
	}
	if db, err = sqlstore.OpenSQLite(filepath.Join(folder, "sesame.db")); err != nil {
		panic(err)
	}
	if err := sqlstore.Migrate(context.Background(), db); err != nil {
		panic(err)
	}
	if s, err = sqlstore.New(db); err != nil {
		panic(err)
	}
	return db, s, func() { db.Close(); os.RemoveAll(folder) }
}
