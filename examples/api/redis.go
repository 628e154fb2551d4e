package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore"
)

// A redisLocation is where Redis is, or nowhere. Several addresses are of one cluster.
type redisLocation struct{ options *redis.UniversalOptions }

// parseRedis reads addresses, separated by commas: host:port, or a URL that says how to sign in too.
func parseRedis(text string) (redisLocation, error) {
	o := &redis.UniversalOptions{
		ContextTimeoutEnabled: true, DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
		DialerRetries: 1, MaxRetries: 1,
	}
	for addr := range strings.SplitSeq(text, ",") {
		if strings.Contains(addr, "://") {
			server, err := redis.ParseURL(addr)
			if err != nil {
				return redisLocation{}, errors.New("it is host:port or redis://…") // the driver's text may have a password
			}
			addr = server.Addr
			o.Username, o.Password, o.DB, o.TLSConfig = server.Username, server.Password, server.DB, server.TLSConfig
		}
		if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
			return redisLocation{}, errors.New("it is host:port or redis://…")
		}
		o.Addrs = append(o.Addrs, addr)
	}
	return redisLocation{o}, nil
}

// useRedis puts what is short-lived into Redis, from now on: what the schemes claim, the counters of the throttle, who is
// signed in, and for a second what was found of a token. What a replay would turn into another secret stays in the database.
func (b *backend) useRedis(ctx context.Context, l redisLocation, replicas int) error {
	if l.options == nil {
		return nil
	}
	redis.SetLogger(unlogged{})
	client := redis.NewUniversalClient(l.options)
	closed, ping, database := b.close, b.ping, b.records
	b.close = func() error { return errors.Join(client.Close(), closed()) }
	claims, err := redisstore.New(ctx, client, redisstore.Wait{Replicas: replicas, Timeout: replicaPatience})
	if err != nil {
		return err
	}
	if err := b.vouch(ctx, claims); err != nil {
		return err
	}
	cache, err := redisstore.NewCache(client, database, redisstore.Local(1<<14))
	if err != nil {
		return err
	}
	if b.sessions, err = redisstore.NewSessions(claims, database, database); err != nil {
		return err
	}
	b.records = composed{
		Users: database, Passwords: database, UserWriter: cache.UserWriter(database), Clients: cache.Clients(database),
		grants: cache.Grants(database), Tokens: cache, TokenUses: cache, Handles: database, Once: database, Counters: claims,
		events: database, Sweeper: cache.Sweeper(database),
	}
	b.once = func(life time.Duration) store.Once { return claims.Within(life + clockSkew) }
	b.ping = func(ctx context.Context) error {
		return errors.Join(ping(ctx), count(ctx, database), claims.Ping(ctx))
	}
	return nil
}

// unlogged keeps the driver from writing past the program's own log: whoever asks Redis is told what went wrong.
type unlogged struct{}

func (unlogged) Printf(context.Context, string, ...any) {}

// replicaPatience is how long replicas may take to acknowledge.
const replicaPatience = 300 * time.Millisecond

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = time.Minute

// vouch says that nothing was claimed before, where there is nobody yet who could have.
func (b *backend) vouch(ctx context.Context, claims *redisstore.Store) error {
	return b.transact(ctx, func(ctx context.Context, empty bool) error {
		if !empty {
			return nil
		}
		return claims.Vouch(ctx)
	})
}

// composed are records that several stores keep.
type composed struct {
	store.Users
	store.Passwords
	store.UserWriter
	store.Clients
	grants
	store.Tokens
	store.TokenUses
	store.Handles
	store.Once
	store.Counters
	events
	store.Sweeper
}

// Fields of their own names would hide their methods of those names.
type (
	grants interface{ store.Grants }
	events interface{ store.Events }
)
