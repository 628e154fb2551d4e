package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Grant implements store.Grants.
func (c *core) Grant(ctx context.Context, id string) (store.Grant, error) {
	if err := alive(ctx); err != nil {
		return store.Grant{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if g := c.grants[id]; g != nil {
		return *g, nil
	}
	return store.Grant{}, store.ErrNotFound
}

// Grants implements store.Grants.
func (c *core) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	picked, err := c.pickGrants(f)
	if err != nil {
		return nil, err
	}
	var list []store.Grant
	for _, g := range picked[:min(len(picked), max(limit, 0))] {
		list = append(list, *g)
	}
	return list, nil
}

// PutGrant implements store.Grants.
func (c *core) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	if c.grants[g.ID] != nil {
		return store.ErrExists
	}
	if !c.knowsUser(g.User) || !c.knowsClient(g.Client) {
		return store.ErrNotFound
	}
	if err := c.events.admit(events); err != nil {
		return err
	}
	g = copyGrant(g)
	c.grants[g.ID] = &g
	c.events.add(events)
	return nil
}

// RevokeGrants implements store.Grants.
func (c *core) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	c.lock()
	defer c.unlock()
	picked, err := c.pickGrants(f)
	if err != nil {
		return 0, err
	}
	if err := c.events.admit(events); err != nil {
		return 0, err
	}
	ended := 0
	for _, g := range picked {
		if !g.Revoked.IsZero() {
			continue
		}
		next := *g
		next.Revoked = utc(at)
		c.grants[g.ID] = &next
		ended++
		for _, t := range c.tokens {
			if t.Grant == g.ID && t.Revoked.IsZero() {
				t.Revoked = utc(at)
			}
		}
	}
	c.events.add(events)
	return ended, nil
}

func (c *core) pickGrants(f store.GrantFilter) ([]*store.Grant, error) {
	if f.ID == "" && f.User == "" && f.Client == "" {
		return nil, errNoFilter
	}
	var picked []*store.Grant
	for _, g := range c.grants {
		if grantMatches(f, g) {
			picked = append(picked, g)
		}
	}
	slices.SortFunc(picked, func(a, b *store.Grant) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return picked, nil
}

func grantMatches(f store.GrantFilter, g *store.Grant) bool {
	return (f.ID == "" || f.ID == g.ID) &&
		(f.User == "" || f.User == g.User) &&
		(f.Client == "" || f.Client == g.Client) &&
		(f.Protocol == "" || f.Protocol == g.Protocol) &&
		(!f.Live || g.Revoked.IsZero())
}

func copyGrant(g store.Grant) store.Grant {
	g.Scopes, g.Resources = slices.Clone(g.Scopes), slices.Clone(g.Resources)
	g.AuthTime, g.Created, g.Expires, g.Revoked = utc(g.AuthTime), utc(g.Created), utc(g.Expires), utc(g.Revoked)
	return g
}
