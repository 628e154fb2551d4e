package redisstore

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Whatever these methods return, the change may have been made: it is noted when they do.

// RevokeTokens implements [store.Tokens].
func (c *Cache) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	defer c.changes.add(nameOf(f))
	return c.Tokens.RevokeTokens(ctx, f, at, events...)
}

// nameOf is one of the names that everything has that f picks.
func nameOf(f store.TokenFilter) any {
	switch {
	case f.Digest != (store.Digest{}):
		return tokenDigest(f.Digest)
	case f.ID != "":
		return tokenID(f.ID)
	case f.Grant != "":
		return grantID(f.Grant)
	case f.User != "":
		return accountID(f.User)
	}
	return clientID(f.Client)
}

// RotateToken implements [store.Tokens].
func (c *Cache) RotateToken(
	ctx context.Context, old store.Digest, oldExpires time.Time, next []store.Token, events ...store.Event,
) error {
	defer c.changes.add(tokenDigest(old))
	return c.Tokens.RotateToken(ctx, old, oldExpires, next, events...)
}

// RecordUses implements [store.TokenUses]; where the store behind the cache does not, uses are not recorded.
func (c *Cache) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	uses, ok := c.Tokens.(store.TokenUses)
	if !ok {
		return ctx.Err()
	}
	names := make([]any, 0, len(lastUsed))
	for d := range lastUsed {
		names = append(names, tokenDigest(d))
	}
	defer c.changes.add(names...)
	return uses.RecordUses(ctx, lastUsed)
}

// AccountChanged is for a host with a user table of its own: from now on nothing that was cached of the account before counts
// on this node.
func (c *Cache) AccountChanged(id string) { c.changes.add(accountID(id)) }

// Grants is inner, whose changes the cache heeds.
func (c *Cache) Grants(inner store.Grants) store.Grants { return cachedGrants{inner, &c.changes} }

type cachedGrants struct {
	innerGrants
	changes *changes
}

type innerGrants interface{ store.Grants } // whose method Grants a field of that name would hide

func (g cachedGrants) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	defer g.changes.add(nameOf(store.TokenFilter{Grant: f.ID, User: f.User, Client: f.Client}))
	return g.innerGrants.RevokeGrants(ctx, f, at, events...)
}

// Clients is inner, whose changes the cache heeds.
func (c *Cache) Clients(inner store.Clients) store.Clients { return cachedClients{inner, &c.changes} }

type cachedClients struct {
	store.Clients
	changes *changes
}

func (s cachedClients) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	defer s.changes.add(clientID(c.ID))
	return s.Clients.PutClient(ctx, c, events...)
}

func (s cachedClients) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	defer s.changes.add(clientID(id))
	return s.Clients.DeleteClient(ctx, id, events...)
}

// UserWriter is inner, whose changes the cache heeds.
func (c *Cache) UserWriter(inner store.UserWriter) store.UserWriter {
	return cachedUsers{inner, &c.changes}
}

type cachedUsers struct {
	store.UserWriter
	changes *changes
}

func (s cachedUsers) UpdateUser(ctx context.Context, u store.User) error {
	defer s.changes.add(accountID(u.ID))
	return s.UserWriter.UpdateUser(ctx, u)
}

func (s cachedUsers) DeleteUser(ctx context.Context, id string) error {
	defer s.changes.add(accountID(id))
	return s.UserWriter.DeleteUser(ctx, id)
}

// Sweeper is inner, whose removals the cache heeds.
func (c *Cache) Sweeper(inner store.Sweeper) store.Sweeper { return cachedSweeper{inner, &c.changes} }

type cachedSweeper struct {
	store.Sweeper
	changes *changes
}

func (s cachedSweeper) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := s.Sweeper.Sweep(ctx, now, limit)
	if n > 0 || err != nil {
		s.changes.addAll()
	}
	return n, err
}
