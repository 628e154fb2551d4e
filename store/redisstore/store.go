package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
)

// ErrReplicas says that a claim was not acknowledged by as many replicas as [Wait] asks for. It is breakage: the key counts as
// claimed where it was written, and nobody has it.
var ErrReplicas = errors.New("redisstore: too few replicas acknowledged")

// A Store keeps claims and counters in Redis. It is safe for concurrent use.
type Store struct {
	client redis.UniversalClient
	config
	keys    *keyring
	scripts scripts
}

// What a Store is.
var _ interface {
	store.Once
	store.Counters
} = (*Store)(nil)

// New returns a store that uses client, which the caller made and closes. The client needs ContextTimeoutEnabled; every
// master must be there, and its maxmemory-policy be noeviction, since a claim that was evicted could be made again.
//
// On servers that know nothing of this store yet, every claim that could have been made before counts as used for a [Window];
// see [Store.Vouch].
func New(ctx context.Context, client redis.UniversalClient, options ...Option) (*Store, error) {
	c, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	if err := checkClient(client); err != nil {
		return nil, err
	}
	s := &Store{client: client, config: c, keys: newKeyring(&c), scripts: newScripts()}
	return s, s.Ping(ctx)
}

// Within is s with another [Window]: claims of one kind live shorter than those of others, and are refused less long after
// something may have been forgotten. It is a second at least and a week at most; with another, each claim is an error.
func (s *Store) Within(window time.Duration) *Store {
	other := *s
	other.window = window
	return &other
}

// Ping says whether every master answers in time, takes writes and evicts nothing. It keeps the notes of what the servers
// remember from expiring while nobody claims anything, and is to be called once a day at least; a health check does.
func (s *Store) Ping(ctx context.Context) error {
	return s.call(ctx, "ping", func(ctx context.Context) error {
		if err := eachMaster(ctx, s.client, checkPolicy); err != nil {
			return err
		}
		return s.everyShard(ctx, s.scripts.touch)
	})
}

// Vouch says that nothing was claimed on other servers, or forgotten by these, in the last [Window]: whoever sets up a new
// service knows that, and spares its first callers the refusals.
func (s *Store) Vouch(ctx context.Context) error {
	return s.call(ctx, "vouch", func(ctx context.Context) error { return s.everyShard(ctx, s.scripts.vouch) })
}

// everyShard runs a script on the note of each shard.
func (s *Store) everyShard(ctx context.Context, script *redis.Script) error {
	keys := make([][]string, shards)
	args := make([][]any, shards)
	for i := range shards {
		keys[i], args[i] = []string{s.keys.note(i)}, []any{noteLife.Milliseconds()}
	}
	_, err := s.runAll(ctx, script, keys, args)
	return err
}

// noteLife is how long a note is kept after it was last needed: longer than any window.
const noteLife = 4 * maxWindow

// checkClient refuses a client whose calls do not end with their contexts, or do not go to the master that has the key.
func checkClient(client redis.UniversalClient) error {
	heeds := true
	switch c := client.(type) {
	case nil:
		return errors.New("redisstore: a client is required")
	case *redis.Client:
		heeds = c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		o := c.Options()
		if o.ReadOnly || o.RouteByLatency || o.RouteRandomly {
			return errors.New("redisstore: a client that reads from replicas reads what is old")
		}
		heeds = o.ContextTimeoutEnabled
	case *redis.Ring:
		return errors.New("redisstore: a ring moves keys to other servers when one is down, which forgets claims")
	}
	if !heeds {
		return errors.New("redisstore: the client needs ContextTimeoutEnabled, or calls would not end in time")
	}
	return nil
}

// eachMaster does something on every server that takes writes.
func eachMaster(ctx context.Context, client redis.UniversalClient, do func(context.Context, *redis.Client) error) error {
	switch c := client.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, do)
	case *redis.Client:
		return do(ctx, c)
	}
	return nil
}

func checkPolicy(ctx context.Context, server *redis.Client) error {
	text, err := server.Info(ctx, "memory").Result()
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		if policy, found := strings.CutPrefix(strings.TrimSpace(line), "maxmemory_policy:"); found && policy != "noeviction" {
			return fmt.Errorf("the server's maxmemory-policy is %s: it must be noeviction", policy)
		}
	}
	return nil
}
