package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/tokens"
)

// entries is how many accounts there are, each with a token; batch how many are made in one transaction.
const (
	entries = 100_000
	batch   = 1000
	fillers = 4
)

// fill makes accounts and their tokens, and returns the tokens.
func fill(ctx context.Context, url string) ([]string, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL); err != nil {
		return nil, err
	}
	records, err := sqlstore.New(db, sqlstore.PostgreSQL, sqlstore.Timeout(time.Minute))
	if err != nil {
		return nil, err
	}
	texts, err := fillAll(ctx, records)
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, "VACUUM ANALYZE")
	return texts, err
}

func fillAll(ctx context.Context, records *sqlstore.Store) ([]string, error) {
	format, err := format()
	if err != nil {
		return nil, err
	}
	texts := make([]string, entries)
	for i := range texts {
		texts[i] = format.New()
	}
	var workers sync.WaitGroup
	errs := make([]error, fillers)
	for w := range fillers {
		workers.Go(func() {
			for begin := w * batch; begin < entries && errs[w] == nil; begin += fillers * batch {
				errs[w] = fillBatch(ctx, records, texts[begin:begin+batch], begin)
			}
		})
	}
	workers.Wait()
	return texts, errors.Join(errs...)
}

// fillBatch makes accounts, whose numbers begin at first, and for each one of the tokens.
func fillBatch(ctx context.Context, records *sqlstore.Store, texts []string, first int) error {
	now := time.Now()
	var users []store.User
	var tokens []store.Token
	for i, text := range texts {
		name, id := fmt.Sprintf("user%06d", first+i), fmt.Sprintf("%026d", first+i)
		users = append(users, store.User{ID: id, Name: name, Email: name + "@load.example", Scopes: []string{"read"}})
		tokens = append(tokens, store.Token{
			Digest: store.DigestOf(text), ID: id, Kind: store.DeveloperToken, User: id, Scopes: []string{"read"},
			Description: "the build server", Hint: text[len(text)-4:], Created: now, Expires: now.Add(24 * time.Hour),
		})
	}
	if err := records.CreateUsers(ctx, users...); err != nil {
		return err
	}
	return records.PutTokens(ctx, tokens, 0)
}

func format() (tokens.Format, error) { return tokens.NewFormat("load_pat_") }
