package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// redisSizes prints what a record of each kind takes in Redis: MEMORY USAGE of all keys that one leaves behind.
func redisSizes(ctx context.Context) (err error) {
	server, err := redistest.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{server.Addr()}, ContextTimeoutEnabled: true})
	defer client.Close()
	s, err := redisstore.New(ctx, client)
	if err != nil {
		return err
	}
	if err := s.Vouch(ctx); err != nil {
		return err
	}
	fmt.Print("\n| record in Redis | bytes |\n|---|---:|\n")
	return errors.Join(
		sizeInRedis(ctx, client, "nonce", s.Claim(ctx, digestOf("nonce", 1), in(time.Minute))),
		sizeInRedis(ctx, client, "Digest nonce with counts", s.ClaimCount(ctx, digestOf("count", 1), 1, in(time.Minute))),
		sizeInRedis(ctx, client, "counter of the throttle", s.Add(ctx, []store.Count{{Key: digestOf("counter", 1), Delta: 1, Until: in(time.Minute)}})),
		sizeInRedis(ctx, client, "sign-in session", putSession(ctx, s)),
		sizeInRedis(ctx, client, "token in the cache", lookUpCached(ctx, client)),
	)
}

// sizeInRedis prints how many bytes the keys take that are there, but for the notes of what the server remembers, and
// removes them.
func sizeInRedis(ctx context.Context, client redis.UniversalClient, words string, err error) error {
	if err != nil {
		return err
	}
	keys, err := client.Keys(ctx, "*").Result()
	if err != nil {
		return err
	}
	var sum int64
	for _, key := range keys {
		if strings.HasSuffix(key, " note") {
			continue
		}
		n, err := client.MemoryUsage(ctx, key).Result()
		if err != nil {
			return err
		}
		sum += n
		if err := client.Del(ctx, key).Err(); err != nil {
			return err
		}
	}
	fmt.Printf("| %s | %d |\n", words, sum)
	return nil
}

func accounts(ctx context.Context) (*memory.Store, error) {
	db := memory.New()
	return db, db.CreateUsers(ctx, store.User{ID: numbered(1), Name: "user000001", Email: "user000001@load.example", Scopes: []string{"read", "write"}})
}

func putSession(ctx context.Context, s *redisstore.Store) error {
	db, err := accounts(ctx)
	if err != nil {
		return err
	}
	sessions, err := redisstore.NewSessions(s, db, db)
	if err != nil {
		return err
	}
	return sessions.PutTokens(ctx, []store.Token{{
		Digest: digestOf("session", 1), ID: numbered(1), Kind: store.Session, User: numbered(1), AllScopes: true, AuthTime: time.Now(), Created: time.Now(), Expires: in(time.Hour),
		Note: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	}}, 0)
}

func lookUpCached(ctx context.Context, client redis.UniversalClient) error {
	db, err := accounts(ctx)
	if err != nil {
		return err
	}
	cache, err := redisstore.NewCache(client, db)
	if err != nil {
		return err
	}
	token := store.Token{
		Digest: digestOf("token", 1), ID: numbered(1), Kind: store.DeveloperToken, User: numbered(1), Scopes: []string{"read"},
		Description: "the build server", Hint: "wxyz", Created: time.Now(), Expires: in(time.Hour),
	}
	if err := db.PutTokens(ctx, []store.Token{token}, 0); err != nil {
		return err
	}
	_, err = cache.LookUpToken(ctx, token.Digest)
	return err
}
