package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// A kind is what a table keeps; put adds the one whose number is n.
type kind struct {
	words, table string
	put          func(ctx context.Context, s *sqlstore.Store, n int) error
}

// kinds are made in this order; each needs those before it.
var kinds = []kind{
	{"account, with a password", "sesame_users", putAccount},
	{"developer token or API key", "sesame_tokens", putDeveloperToken},
	{"access or refresh token", "sesame_tokens", putAccessToken},
	{"consent", "sesame_grants", putGrant},
	{"code, used or not", "sesame_handles", putCode},
	{"nonce", "sesame_claims", putNonce},
	{"Digest nonce with counts", "sesame_counts", putCount},
	{"counter of the throttle", "sesame_counters", putCounter},
	{"event", "sesame_events", putEvent},
}

// hash is as long as those of passwords.
var hash = "$argon2id$v=19$m=19456,t=2,p=1$" + strings.Repeat("x", 22) + "$" + strings.Repeat("x", 43)

// numbered is as long as the library's IDs, and in their order.
func numbered(n int) string { return fmt.Sprintf("%025d", n) }

func digestOf(what string, n int) store.Digest { return store.DigestOf(fmt.Sprint(what, n)) }

func in(life time.Duration) time.Time { return time.Now().Add(life) }

func putAccount(ctx context.Context, s *sqlstore.Store, n int) error {
	name := fmt.Sprintf("user%06d", n)
	return s.CreateUsers(ctx, store.User{
		ID: numbered(n), Name: name, Email: name + "@load.example", Scopes: []string{"read", "write"}, Password: store.Password{Hash: hash},
	})
}

func putDeveloperToken(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.PutTokens(ctx, []store.Token{{
		Digest: digestOf("token", n), ID: numbered(n), Kind: store.DeveloperToken, User: numbered(n), Scopes: []string{"read"},
		Description: "the build server", Hint: "wxyz", Created: time.Now(), Expires: in(time.Hour),
	}}, 0)
}

func putAccessToken(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.PutTokens(ctx, []store.Token{{
		Digest: digestOf("access", n), ID: "a" + numbered(n)[1:], Kind: store.AccessToken, User: numbered(n), Client: app, Grant: consent,
		Scopes: []string{"read"}, Created: time.Now(), Expires: in(time.Hour),
	}}, 0)
}

func putGrant(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.PutGrant(ctx, store.Grant{
		ID: numbered(n), User: numbered(n), Client: app, Scopes: []string{"read"}, Protocol: "oauth2", Remembered: true,
		AuthTime: time.Now(), Created: time.Now(), Expires: in(time.Hour),
	})
}

func putCode(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.PutHandle(ctx, store.Handle{
		Digest: digestOf("code", n), Kind: store.AuthorizationCode, Client: app, User: numbered(n), Grant: numbered(n),
		Data: []byte(strings.Repeat("x", 200)), Created: time.Now(), Expires: in(time.Minute),
	})
}

func putNonce(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.Claim(ctx, digestOf("nonce", n), in(time.Minute))
}

func putCount(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.ClaimCount(ctx, digestOf("count", n), 1, in(time.Minute))
}

func putCounter(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.Add(ctx, []store.Count{{Key: digestOf("counter", n), Delta: 1, Until: in(time.Minute)}})
}

func putEvent(ctx context.Context, s *sqlstore.Store, n int) error {
	return s.AppendEvents(ctx, store.Event{
		ID: numbered(n), Time: time.Now(), Type: "token.created", Outcome: "ok", Actor: numbered(n), User: numbered(n), Token: numbered(n),
		Scheme: "portal", Address: "192.0.2.17", Details: map[string]string{"description": "the build server"}, Expires: in(time.Hour),
	})
}

// fillers is how many put records at once.
const fillers = 4

// app and consent are what the tokens and the grants belong to.
const app, consent = "app-0000000000000000000000", "grant-00000000000000000000"

// sizes prints what n records of each kind take, with their indexes.
func sizes(ctx context.Context, n int) (err error) {
	server, err := postgrestest.Start("fsync=off")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	db, err := sql.Open("pgx", server.URL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(fillers)
	db.SetMaxIdleConns(fillers)
	records, err := prepare(ctx, db)
	if err != nil {
		return err
	}
	fmt.Print("| record | bytes | of it indexes | of it the primary key |\n|---|---:|---:|---:|\n")
	for _, k := range kinds {
		if err := k.size(ctx, db, records, n); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes what the kinds' records belong to.
func prepare(ctx context.Context, db *sql.DB) (*sqlstore.Store, error) {
	if err := sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL); err != nil {
		return nil, err
	}
	s, err := sqlstore.New(db, sqlstore.PostgreSQL, sqlstore.Timeout(time.Minute))
	if err != nil {
		return nil, err
	}
	return s, errors.Join(
		s.CreateUsers(ctx, store.User{ID: "owner", Name: "owner"}),
		s.PutClient(ctx, store.Client{ID: app, Owner: "owner"}),
		s.PutGrant(ctx, store.Grant{ID: consent, User: "owner", Client: app}),
	)
}

// size adds n of the kind and prints by how much its table grew.
func (k kind) size(ctx context.Context, db *sql.DB, s *sqlstore.Store, n int) error {
	before, err := k.bytes(ctx, db)
	if err != nil {
		return err
	}
	var workers sync.WaitGroup
	errs := make([]error, fillers)
	for w := range fillers {
		workers.Go(func() {
			for i := w; i < n && errs[w] == nil; i += fillers {
				errs[w] = k.put(ctx, s, i)
			}
		})
	}
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: %w", k.words, err)
	}
	after, err := k.bytes(ctx, db)
	fmt.Printf("| %s | %d | %d | %d |\n", k.words, (after.all-before.all)/n, (after.indexes-before.indexes)/n, (after.key-before.key)/n)
	return err
}

// A size is what a table takes with its indexes, these alone, and the primary key's alone.
type size struct{ all, indexes, key int }

func (k kind) bytes(ctx context.Context, db *sql.DB) (s size, err error) {
	err = db.QueryRowContext(ctx, "SELECT pg_total_relation_size($1::regclass), pg_indexes_size($1::regclass), pg_relation_size(($1 || '_pkey')::regclass)", k.table).
		Scan(&s.all, &s.indexes, &s.key)
	return s, err
}
