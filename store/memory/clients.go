package memory

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"github.com/seed-f67351ce/sesame/store"
)

// An app is everything that hangs on a client ID, whether or not the client itself is kept here.
type app struct {
	id       string
	client   atomic.Pointer[store.Client] // immutable; nil where there is no such client
	owner    atomic.Pointer[account]      // nil where the client names none
	families *family
	consents set[*consent]
}

// load returns the client, nil where there is none.
func (a *app) load() *store.Client {
	if a == nil {
		return nil
	}
	return a.client.Load()
}

// loadOwner returns the account that owns the client, nil where it is not here.
func (a *app) loadOwner() *store.User {
	if a == nil {
		return nil
	}
	return a.owner.Load().load()
}

// agreed are the grants that it was given.
func (a *app) agreed() set[*consent] {
	if a == nil {
		return nil
	}
	return a.consents
}

func (a *app) kinship() (head *family, list int) {
	if a == nil {
		return nil, byClient
	}
	return a.families, byClient
}

// Client implements store.Clients.
func (s *Store) Client(ctx context.Context, id string) (store.Client, error) {
	if err := alive(ctx); err != nil {
		return store.Client{}, err
	}
	var client *store.Client
	s.read(func() { client = s.apps.get(id).load() })
	if client != nil {
		return *client, nil
	}
	return store.Client{}, store.ErrNotFound
}

// ClientsByOwner implements store.Clients. With an empty owner it returns those that no account owns.
func (s *Store) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var owned []store.Client
	for app := range s.owned(owner) {
		owned = append(owned, *app.load())
	}
	slices.SortFunc(owned, func(a, b store.Client) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return owned, nil
}

// PutClient implements store.Clients.
func (s *Store) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	if c.ID == "" {
		return errNoID
	}
	s.lock()
	defer s.unlock()
	switch old := s.apps.get(c.ID).load(); {
	case old == nil && c.Version != 0:
		return store.ErrNotFound
	case old != nil && c.Version == 0:
		return store.ErrExists
	case old != nil && c.Version != old.Version:
		return store.ErrConflict
	case !s.knowsUser(c.Owner):
		return store.ErrNotFound
	}
	if err := s.events.admit(events); err != nil {
		return err
	}
	c = copyClient(c)
	c.Version++
	s.setClient(c)
	s.events.add(events)
	return nil
}

// DeleteClient implements store.Clients.
func (s *Store) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	a := s.apps.get(id)
	if a.load() == nil {
		return store.ErrNotFound
	}
	if err := s.events.admit(events); err != nil {
		return err
	}
	s.dropClient(a)
	s.events.add(events)
	return nil
}

// owned are the apps of an account, or those that no account owns.
func (s *Store) owned(owner string) set[*app] {
	if owner == "" {
		return s.nobody.apps
	}
	if a := s.accounts.get(owner); a != nil {
		return a.apps
	}
	return nil
}

func copyClient(c store.Client) store.Client {
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		secret := &c.Secrets[i]
		secret.Sealed = slices.Clone(secret.Sealed)
		secret.Created, secret.Expires = utc(secret.Created), utc(secret.Expires)
	}
	c.Keys = slices.Clone(c.Keys)
	for _, list := range []*[]string{&c.RedirectURIs, &c.Scopes, &c.GrantTypes, &c.AuthMethods, &c.SignatureMethods} {
		*list = slices.Clone(*list)
	}
	c.Revoked, c.Created = utc(c.Revoked), utc(c.Created)
	return c
}
