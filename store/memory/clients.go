package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// Client implements store.Clients.
func (c *core) Client(ctx context.Context, id string) (store.Client, error) {
	if err := alive(ctx); err != nil {
		return store.Client{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if client := c.clients[id]; client != nil {
		return *client, nil
	}
	return store.Client{}, store.ErrNotFound
}

// ClientsByOwner implements store.Clients.
func (c *core) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var owned []store.Client
	for _, client := range c.clients {
		if client.Owner == owner {
			owned = append(owned, *client)
		}
	}
	slices.SortFunc(owned, func(a, b store.Client) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return owned, nil
}

// PutClient implements store.Clients.
func (c *core) PutClient(ctx context.Context, client store.Client, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	old := c.clients[client.ID]
	switch {
	case old == nil && client.Version != 0:
		return store.ErrNotFound
	case old != nil && client.Version == 0:
		return store.ErrExists
	case old != nil && client.Version != old.Version:
		return store.ErrConflict
	}
	if err := c.events.admit(events); err != nil {
		return err
	}
	client = copyClient(client)
	client.Version++
	c.clients[client.ID] = &client
	c.events.add(events)
	return nil
}

// DeleteClient implements store.Clients.
func (c *core) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	if c.clients[id] == nil {
		return store.ErrNotFound
	}
	if err := c.events.admit(events); err != nil {
		return err
	}
	c.dropClient(id)
	c.events.add(events)
	return nil
}

func copyClient(c store.Client) store.Client {
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		s := &c.Secrets[i]
		s.Sealed = slices.Clone(s.Sealed)
		s.Created, s.Expires = utc(s.Created), utc(s.Expires)
	}
	c.Keys = slices.Clone(c.Keys)
	for _, list := range []*[]string{&c.RedirectURIs, &c.Scopes, &c.GrantTypes, &c.AuthMethods, &c.SignatureMethods} {
		*list = slices.Clone(*list)
	}
	c.Revoked, c.Created = utc(c.Revoked), utc(c.Created)
	return c
}
