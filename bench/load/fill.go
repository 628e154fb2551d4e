package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/tokens"
)

// entries is how many accounts there are, each with a token.
const entries = 100_000

func format() (tokens.Format, error) { return tokens.NewFormat("load_pat_") }

// fill makes accounts and their tokens, and returns the tokens. The store puts one of each, and the database copies them.
func fill(ctx context.Context, url string) ([]string, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := fillFirst(ctx, db); err != nil {
		return nil, err
	}
	format, err := format()
	if err != nil {
		return nil, err
	}
	texts, ids, digests := make([]string, entries), make([]string, entries), make([][]byte, entries)
	for i := range texts {
		texts[i], ids[i] = format.New(), numbered(i)
		digest := store.DigestOf(texts[i])
		digests[i] = digest[:]
	}
	if _, err := db.ExecContext(ctx, copyAccount, first, ids); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, copyToken, first, ids, digests); err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, "VACUUM ANALYZE")
	return texts, err
}

// first is the account that is copied, and its token.
const first = "first-0000000000000000000"

const (
	copyAccount = `INSERT INTO sesame_users SELECT r.* FROM sesame_users u, unnest($2::text[]) AS n (id),
		jsonb_populate_record(u, jsonb_build_object('id', n.id, 'name', n.id)) AS r WHERE u.id = $1`
	copyToken = `INSERT INTO sesame_tokens SELECT r.* FROM sesame_tokens t, unnest($2::text[], $3::bytea[]) AS n (id, digest),
		jsonb_populate_record(t, jsonb_build_object('id', n.id, 'user_id', n.id, 'digest', n.digest)) AS r WHERE t.id = $1`
)

func fillFirst(ctx context.Context, db *sql.DB) error {
	if err := sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL); err != nil {
		return err
	}
	s, err := sqlstore.New(db, sqlstore.PostgreSQL)
	if err != nil {
		return err
	}
	user := store.User{ID: first, Name: first, Email: "user@load.example", Scopes: []string{"read"}}
	if err := s.CreateUsers(ctx, user); err != nil {
		return fmt.Errorf("the first account: %w", err)
	}
	return s.PutTokens(ctx, []store.Token{{
		Digest: store.DigestOf(first), ID: first, Kind: store.DeveloperToken, User: first, Scopes: []string{"read"},
		Description: "the build server", Hint: "wxyz", Created: time.Now(), Expires: in(24 * time.Hour),
	}}, 0)
}
