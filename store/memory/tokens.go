package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func (c *core) knowsUser(id string) bool {
	return id == "" || c.limits.usersElsewhere || c.users.get(id) != nil
}

func (c *core) knowsClient(id string) bool {
	return id == "" || c.limits.clientsElsewhere || c.clients[id] != nil
}

func (c *core) grantEnded(id string) bool {
	g := c.grants[id]
	return id != "" && (g == nil && !c.limits.grantsElsewhere || g != nil && !g.Revoked.IsZero())
}

// PutTokens implements store.Tokens.
func (c *core) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	if err := c.admitTokens(tokens, limit); err != nil {
		return err
	}
	if err := c.events.admit(events); err != nil {
		return err
	}
	c.addTokens(tokens)
	c.events.add(events)
	return nil
}

func (c *core) admitTokens(tokens []store.Token, limit int) error {
	for i, t := range tokens {
		if c.tokens[t.Digest] != nil || c.ids[t.ID] != nil {
			return store.ErrExists
		}
		for _, other := range tokens[:i] {
			if other.Digest == t.Digest || other.ID == t.ID {
				return store.ErrExists
			}
		}
		if g := c.grants[t.Grant]; g != nil && !g.Revoked.IsZero() {
			return store.ErrRevoked
		}
		if !c.knowsUser(t.User) || !c.knowsClient(t.Client) || c.grantEnded(t.Grant) {
			return store.ErrNotFound
		}
		if limit > 0 && t.User != "" {
			n := 1
			for _, other := range tokens[:i] {
				if other.User == t.User && other.Kind == t.Kind {
					n++
				}
			}
			for _, other := range c.tokens {
				if other.User == t.User && other.Kind == t.Kind && tokenLive(other) && (other.Expires.IsZero() || other.Expires.After(t.Created)) {
					n++
				}
			}
			if n > limit {
				return store.ErrFull
			}
		}
	}
	return nil
}

func (c *core) addTokens(tokens []store.Token) {
	for _, t := range tokens {
		t = copyToken(t)
		c.tokens[t.Digest], c.ids[t.ID] = &t, &t
	}
}

// LookUpToken implements store.Tokens.
func (c *core) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	if err := alive(ctx); err != nil {
		return store.FoundToken{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	t := c.tokens[d]
	if t == nil {
		return store.FoundToken{}, store.ErrNotFound
	}
	found := store.FoundToken{Token: *t}
	if a := c.users.get(t.User); a != nil {
		found.User = *a.user.Load()
	}
	if client := c.clients[t.Client]; client != nil {
		found.Client = *client
		if a := c.users.get(client.Owner); a != nil {
			found.Owner = a.user.Load().State
		}
	}
	found.GrantRevoked = c.grantEnded(t.Grant)
	return found, nil
}

// RotateToken implements store.Tokens.
func (c *core) RotateToken(ctx context.Context, old store.Digest, oldExpires time.Time, next []store.Token, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	t := c.tokens[old]
	switch {
	case t == nil:
		return store.ErrNotFound
	case !t.Revoked.IsZero() || c.grantEnded(t.Grant):
		return store.ErrRevoked
	case t.Successor != store.Digest{}:
		return store.ErrUsed
	}
	if len(next) == 0 {
		return errNoFilter
	}
	if err := c.admitTokens(next, 0); err != nil {
		return err
	}
	if err := c.events.admit(events); err != nil {
		return err
	}
	t.Successor, t.Expires = next[0].Digest, utc(oldExpires)
	c.addTokens(next)
	c.events.add(events)
	return nil
}

// RevokeTokens implements store.Tokens.
func (c *core) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	c.lock()
	defer c.unlock()
	picked, err := c.pickTokens(f)
	if err != nil {
		return 0, err
	}
	picked = slices.DeleteFunc(picked, func(t *store.Token) bool { return !t.Revoked.IsZero() })
	if len(picked) == 0 {
		return 0, nil
	}
	if err := c.events.admit(events); err != nil {
		return 0, err
	}
	for _, t := range picked {
		t.Revoked = utc(at)
	}
	c.events.add(events)
	return len(picked), nil
}

// ListTokens implements store.Tokens.
func (c *core) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	picked, err := c.pickTokens(f)
	if err != nil {
		return nil, err
	}
	if after != "" {
		last := c.ids[after]
		if last == nil {
			return nil, nil
		}
		picked = slices.DeleteFunc(picked, func(t *store.Token) bool { return newest(t, last) <= 0 })
	}
	var list []store.Token
	for _, t := range picked[:min(len(picked), max(limit, 0))] {
		list = append(list, *t)
	}
	return list, nil
}

// RecordUses implements store.TokenUses.
func (c *core) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	for d, used := range lastUsed {
		if t := c.tokens[d]; t != nil && used.After(t.LastUsed) {
			t.LastUsed = utc(used)
		}
	}
	return nil
}

func (c *core) pickTokens(f store.TokenFilter) ([]*store.Token, error) {
	if f.ID == "" && f.User == "" && f.Client == "" && f.Grant == "" && f.Digest == (store.Digest{}) {
		return nil, errNoFilter
	}
	var picked []*store.Token
	for _, t := range c.tokens {
		if tokenMatches(f, t) {
			picked = append(picked, t)
		}
	}
	slices.SortFunc(picked, newest)
	return picked, nil
}

func newest(a, b *store.Token) int {
	return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
}

func tokenLive(t *store.Token) bool {
	return t.Revoked.IsZero() && t.Successor == store.Digest{}
}

func tokenMatches(f store.TokenFilter, t *store.Token) bool {
	return (f.ID == "" || f.ID == t.ID) && (f.User == "" || f.User == t.User) && (f.Client == "" || f.Client == t.Client) &&
		(f.Grant == "" || f.Grant == t.Grant) && (f.Digest == store.Digest{} || f.Digest == t.Digest) &&
		(len(f.Kinds) == 0 || slices.Contains(f.Kinds, t.Kind)) && (!f.Live || tokenLive(t)) &&
		(f.Except == store.Digest{} || f.Except != t.Digest)
}

func (c *core) dropClient(id string) {
	delete(c.clients, id)
	for gid, g := range c.grants {
		if g.Client == id {
			delete(c.grants, gid)
		}
	}
	c.dropTokens(func(t *store.Token) bool { return t.Client == id })
}

// DeleteUser implements store.UserWriter.
func (c *core) DeleteUser(ctx context.Context, id string) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	a := c.users.get(id)
	if a == nil {
		return store.ErrNotFound
	}
	c.users.remove(a)
	for cid, client := range c.clients {
		if client.Owner == id {
			c.dropClient(cid)
		}
	}
	for gid, g := range c.grants {
		if g.User == id {
			delete(c.grants, gid)
		}
	}
	c.dropTokens(func(t *store.Token) bool { return t.User == id })
	return nil
}

func (c *core) dropTokens(gone func(*store.Token) bool) {
	for d, t := range c.tokens {
		if gone(t) {
			delete(c.tokens, d)
			delete(c.ids, t.ID)
		}
	}
}

func copyToken(t store.Token) store.Token {
	t.Scopes, t.Audience, t.Methods = slices.Clone(t.Scopes), slices.Clone(t.Audience), slices.Clone(t.Methods)
	t.Networks, t.Sealed = slices.Clone(t.Networks), slices.Clone(t.Sealed)
	for _, at := range []*time.Time{&t.AuthTime, &t.Created, &t.Expires, &t.LastUsed, &t.Revoked} {
		*at = utc(*at)
	}
	return t
}
