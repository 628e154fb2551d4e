package redisstore

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
)

// A Cache is a store.Tokens that remembers in Redis, for all nodes, what it lately found in another one. It is safe for
// concurrent use.
//
// Everything that changes a token, or what must hold for it to count, should go through the cache: the methods of tokens, and
// the stores that [Cache.Grants], [Cache.Clients], [Cache.UserWriter] and [Cache.Sweeper] wrap. Then a change holds on this
// node for every look-up that begins after it returned. On other nodes, and where a change came by another way, it holds
// within the [Staleness].
type Cache struct {
	store.Tokens
	client  redis.UniversalClient
	config  config
	keys    *keyring
	scripts scripts
	changes changes
	recent  recent
	resumes atomic.Int64 // when Redis is asked again after it failed, in nanoseconds since begun
	begun   time.Time
}

var _ interface {
	store.Tokens
	store.TokenUses
} = (*Cache)(nil)

// NewCache returns a cache in front of tokens, in Redis at client, which the caller made with ContextTimeoutEnabled. It asks
// nothing of Redis yet: where that fails later, tokens answers.
func NewCache(client redis.UniversalClient, tokens store.Tokens, options ...Option) (*Cache, error) {
	c, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	if tokens == nil {
		return nil, errors.New("redisstore: a cache needs the tokens that it is in front of")
	}
	if err := checkClient(client); err != nil {
		return nil, err
	}
	cache := &Cache{
		Tokens: tokens, client: client, config: c, keys: newKeyring(&c), scripts: newScripts(), begun: time.Now(),
	}
	cache.changes.init(c.staleness)
	cache.recent.init(c.local)
	return cache, nil
}

// patience is how long Redis may take to answer: what it says was true when it was asked, less than the life of an entry
// before.
func (c *Cache) patience() time.Duration { return c.config.staleness / 10 }

// life is how long an entry lives from when its look-up began.
func (c *Cache) life() time.Duration { return c.config.staleness - c.patience() }

// LookUpToken implements [store.Tokens]. What it finds in Redis is the token as it was, with its account, client and grant,
// at some moment within the [Staleness]. Tokens of OAuth 1.0a, with their sealed secrets, are never kept there, nor are those
// that are not found, revoked or replaced.
func (c *Cache) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	if err := ctx.Err(); err != nil {
		return store.FoundToken{}, err
	}
	begin := time.Now() // of which all below is judged, however long this goroutine then waits for its turn
	if found, ok := c.recent.find(&d, begin); ok && !c.changes.concern(&found, begin) {
		return found, nil
	}
	found, from, life := c.recall(ctx, &d)
	if life > 0 && !c.changes.concern(&found, begin) {
		c.recent.add(&found, begin.Add(life))
		return found, nil
	}
	found, err := c.Tokens.LookUpToken(ctx, d)
	if err == nil && from > 0 && cacheable(&found) {
		c.keep(ctx, &found, from)
		c.recent.add(stripped(&found), begin.Add(c.life()))
	}
	return found, err
}

// recall asks Redis. What it knows has a life left; where it knows nothing, from is its time.
func (c *Cache) recall(ctx context.Context, d *store.Digest) (found store.FoundToken, from int64, life time.Duration) {
	if time.Since(c.begun) < time.Duration(c.resumes.Load()) {
		return found, 0, 0
	}
	answer, err := c.ask(ctx, c.scripts.recall, d)
	if err != nil {
		return found, 0, 0
	}
	if from, missing := answer.(int64); missing {
		return found, from, 0
	}
	pair, _ := answer.([]any)
	if len(pair) != 2 {
		return found, 0, 0
	}
	text, _ := pair[0].(string)
	left, _ := pair[1].(int64)
	found, ok := decode(text, d)
	if !ok {
		return found, 0, 0
	}
	return found, 0, min(time.Duration(left)*time.Millisecond, c.life())
}

// keep has Redis remember what was found since from.
func (c *Cache) keep(ctx context.Context, found *store.FoundToken, from int64) {
	text, ok := encode(found)
	if ok {
		_, _ = c.ask(ctx, c.scripts.cache, &found.Token.Digest, text, from, from+c.life().Milliseconds()) // or it does not
	}
}

// ask runs a script. Where Redis fails, or is late, it is left alone for a while.
func (c *Cache) ask(ctx context.Context, script *redis.Script, d *store.Digest, args ...any) (any, error) {
	begin := time.Now()
	bounded, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	answer, err := script.Run(bounded, c.client, []string{c.keys.of("token", d)}, args...).Result()
	if err == nil && time.Since(begin) > c.patience() {
		err = context.DeadlineExceeded
	}
	if err != nil && ctx.Err() == nil {
		c.resumes.Store(int64(time.Since(c.begun) + c.config.staleness))
		reload(ctx, c.client)
	}
	return answer, err
}

func cacheable(found *store.FoundToken) bool {
	t := &found.Token
	return t.Kind != store.OAuth1Token && len(t.Sealed) == 0 && t.Revoked.IsZero() && t.Successor == (store.Digest{}) &&
		!found.GrantRevoked
}
