package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/tokens"
)

// The paths of the server: one handler, guarded in so many ways.
const (
	open       = "/open"
	overSQL    = "/postgresql"
	overRedis  = "/redis"
	overMemory = "/redis-and-process"
)

// remembered is how many tokens the process remembers of those in Redis.
const remembered = 1 << 14

// serve is the server's process: it prints where it listens, and ends with its input.
func serve(url, cache string, pool int) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{cache}, ContextTimeoutEnabled: true})
	handler, err := routes(db, client)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(untilInputEnds(), func() { server.Close() })
	fmt.Println(listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func untilInputEnds() context.Context {
	ctx, end := context.WithCancel(context.Background())
	go func() {
		defer end()
		io.Copy(io.Discard, os.Stdin)
	}()
	return ctx
}

func routes(db *sql.DB, client redis.UniversalClient) (http.Handler, error) {
	records, err := sqlstore.New(db, sqlstore.PostgreSQL)
	if err != nil {
		return nil, err
	}
	shared, err := redisstore.NewCache(client, records)
	if err != nil {
		return nil, err
	}
	own, err := redisstore.NewCache(client, records, redisstore.Local(remembered))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(open, answer)
	for path, records := range map[string]store.Tokens{overSQL: records, overRedis: shared, overMemory: own} {
		gate, err := bearer(records)
		if err != nil {
			return nil, err
		}
		mux.Handle(path, gate.Require("read")(answer))
	}
	return mux, nil
}

// answer is what is protected.
var answer = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello\n") })

// bearer is a gate that asks for a token that is among records.
func bearer(records store.Tokens) (*auth.Gate, error) {
	format, err := format()
	if err != nil {
		return nil, err
	}
	kinds := []tokens.Kind{{Kind: store.DeveloperToken, Format: format}}
	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: records, Kinds: kinds})
	if err != nil {
		return nil, err
	}
	scheme, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "load"})
	if err != nil {
		return nil, err
	}
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	if err != nil {
		return nil, err
	}
	return auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes})
}
