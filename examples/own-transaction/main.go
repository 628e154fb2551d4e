// Command own-transaction signs members up in one transaction that holds the host's own row, the account and its first
// API key: all of it is there in the end, or nothing. It says what happens and ends.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A shop is the host: its own table beside Sesame's in one database.
type shop struct {
	db    *sql.DB
	store *sqlstore.Store
	keys  *tokens.Issuer
}

func openShop(ctx context.Context, file string) (*shop, error) {
	db, err := sqlstore.OpenSQLite(file)
	if err != nil {
		return nil, err
	}
	if err := sqlstore.Migrate(ctx, db); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE subscriptions (account TEXT PRIMARY KEY, card TEXT NOT NULL)"); err != nil {
		return nil, err
	}
	kept, err := sqlstore.New(db)
	if err != nil {
		return nil, err
	}
	format, err := tokens.NewFormat("shop_key_")
	if err != nil {
		return nil, err
	}
	keys, err := tokens.New(tokens.Config{Tokens: kept, Users: kept, APIKey: format})
	return &shop{db, kept, keys}, err
}

// signUp returns the new account's API key.
func (s *shop) signUp(ctx context.Context, name, card string) (key string, err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()            // nothing, once it is committed
	ctx = sqlstore.WithTx(ctx, tx) // from here on Sesame works in tx
	if err := s.store.CreateUsers(ctx, store.User{ID: name, Name: name, Scopes: []string{"read"}}); err != nil {
		return "", err
	}
	minted, err := s.keys.Mint(ctx, tokens.Request{Kind: store.APIKey, Owner: name, Description: "the first", AllScopes: true})
	if err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO subscriptions VALUES (?, ?)", name, card); err != nil {
		return "", err
	}
	if err := charge(card); err != nil {
		return "", err
	}
	return minted.Secret, tx.Commit()
}

// charge is what a host does that can fail.
func charge(card string) error {
	if card == "expired" {
		return errors.New("the card was declined")
	}
	return nil
}

// run signs one member up who cannot pay, and then can.
func (s *shop) run(ctx context.Context, out io.Writer) error {
	for _, card := range []string{"expired", "good"} {
		_, err := s.signUp(ctx, "Aladdin", card)
		fmt.Fprintf(out, "Signing up with a card that is %s: error %v\n", card, err)
		_, err = s.store.UserByName(ctx, "Aladdin")
		fmt.Fprintln(out, "  the account is there:", err == nil)
		keys, err := s.keys.List(ctx, "Aladdin", store.APIKey, "", 10)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "  keys:", len(keys))
		var subscriptions int
		if err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM subscriptions").Scan(&subscriptions); err != nil {
			return err
		}
		fmt.Fprintln(out, "  subscriptions:", subscriptions)
	}
	return nil
}

func main() {
	folder, err := os.MkdirTemp("", "own-transaction-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	s, err := openShop(context.Background(), filepath.Join(folder, "shop.db"))
	if err == nil {
		err = errors.Join(s.run(context.Background(), os.Stdout), s.db.Close())
	}
	if err != nil {
		log.Print(err)
	}
}
