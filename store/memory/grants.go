package memory

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A consent is everything that hangs on a grant ID, whether or not the grant itself is kept here.
type consent struct {
	id       string
	grant    atomic.Pointer[store.Grant] // immutable; nil where there is no such grant
	user     *account
	client   *app
	families *family
	handles  int  // how many handles belong to it
	filed    bool // whether its expiry is among the deadlines
}

// A bond is between a user and an app.
type bond struct {
	user   *account
	client *app
}

// load returns the grant, nil where there is none.
func (k *consent) load() *store.Grant {
	if k == nil {
		return nil
	}
	return k.grant.Load()
}

// revoked says that nothing may be made under it.
func (k *consent) revoked() bool {
	g := k.load()
	return g != nil && !g.Revoked.IsZero()
}

// inUse says whether a token or handle belongs to it.
func (k *consent) inUse() bool { return k.families != nil || k.handles > 0 }

func (k *consent) kinship() (head *family, list int) {
	if k == nil {
		return nil, byGrant
	}
	return k.families, byGrant
}

// Grant implements store.Grants.
func (s *Store) Grant(ctx context.Context, id string) (store.Grant, error) {
	if err := alive(ctx); err != nil {
		return store.Grant{}, err
	}
	var g *store.Grant
	s.read(func() { g = s.consents.get(id).load() })
	if g != nil {
		return *g, nil
	}
	return store.Grant{}, store.ErrNotFound
}

// Grants implements store.Grants.
func (s *Store) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	picked, err := s.pickGrants(f)
	if err != nil {
		return nil, err
	}
	list := make([]store.Grant, 0, len(picked))
	for _, k := range picked {
		list = append(list, *k.load())
	}
	slices.SortFunc(list, func(a, b store.Grant) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), max(limit, 0))], nil
}

// PutGrant implements store.Grants.
func (s *Store) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	if g.ID == "" {
		return errNoID
	}
	s.lock()
	defer s.unlock()
	if s.consents.get(g.ID).load() != nil {
		return store.ErrExists
	}
	if !s.knowsUser(g.User) || !s.knowsClient(g.Client) {
		return store.ErrNotFound
	}
	if err := s.events.admit(events); err != nil {
		return err
	}
	s.setGrant(copyGrant(g))
	s.events.add(events)
	return nil
}

// RevokeGrants implements store.Grants.
func (s *Store) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	if at.IsZero() {
		return 0, errNoTime
	}
	f.Live = true // the others have ended already
	s.lock()
	defer s.unlock()
	picked, err := s.pickGrants(f)
	if err != nil || len(picked) == 0 {
		return 0, err
	}
	if err := s.events.admit(events); err != nil {
		return 0, err
	}
	for _, k := range picked {
		s.endGrant(k, at)
	}
	s.events.add(events)
	return len(picked), nil
}

func (s *Store) pickGrants(f store.GrantFilter) ([]*consent, error) {
	var candidates set[*consent]
	switch {
	case f.ID != "":
		candidates.add(s.consents.get(f.ID))
	case f.User != "" && f.Client != "" && f.Live && f.Remembered:
		candidates = s.remembered[bond{s.accounts.get(f.User), s.apps.get(f.Client)}]
	case f.User != "":
		candidates = s.accounts.get(f.User).agreed()
	case f.Client != "":
		candidates = s.apps.get(f.Client).agreed()
	default:
		return nil, errNoFilter
	}
	var picked []*consent
	for k := range candidates {
		if g := k.load(); g != nil && grantMatches(f, g) {
			picked = append(picked, k)
		}
	}
	return picked, nil
}

func grantMatches(f store.GrantFilter, g *store.Grant) bool {
	return (f.ID == "" || f.ID == g.ID) &&
		(f.User == "" || f.User == g.User) &&
		(f.Client == "" || f.Client == g.Client) &&
		(f.Protocol == "" || f.Protocol == g.Protocol) &&
		(!f.Live || g.Revoked.IsZero()) &&
		(!f.Remembered || g.Remembered)
}

func copyGrant(g store.Grant) store.Grant {
	g.Scopes, g.Resources = slices.Clone(g.Scopes), slices.Clone(g.Resources)
	g.AuthTime, g.Created, g.Expires, g.Revoked = utc(g.AuthTime), utc(g.Created), utc(g.Expires), utc(g.Revoked)
	return g
}
