package memory

import (
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// What hangs on an ID (an account, an app, a consent) is made when something first names the ID, and forgotten when
// nothing does any more. All of it happens under the guard's lock.

// A set is made when something is put into it.
type set[T comparable] map[T]struct{}

func (s *set[T]) add(thing T) {
	if *s == nil {
		*s = set[T]{}
	}
	(*s)[thing] = struct{}{}
}

// account returns what hangs on a user ID, and nil for no ID.
func (s *Store) account(id string) *account {
	a := s.accounts.get(id)
	if a == nil && id != "" {
		a = &account{id: id}
		s.accounts.put(id, a)
	}
	return a
}

// app returns what hangs on a client ID, and nil for no ID.
func (s *Store) app(id string) *app {
	a := s.apps.get(id)
	if a == nil && id != "" {
		a = &app{id: id}
		s.apps.put(id, a)
	}
	return a
}

// consent returns what hangs on a grant ID, and nil for no ID.
func (s *Store) consent(id string) *consent {
	k := s.consents.get(id)
	if k == nil && id != "" {
		k = &consent{id: id}
		s.consents.put(id, k)
	}
	return k
}

func (s *Store) tidyAccount(a *account) {
	if a != nil && a.load() == nil && a.families == nil && len(a.apps) == 0 && len(a.consents) == 0 {
		s.accounts.delete(a.id)
	}
}

func (s *Store) tidyApp(a *app) {
	if a != nil && a.load() == nil && a.families == nil && len(a.consents) == 0 {
		s.apps.delete(a.id)
	}
}

func (s *Store) tidyConsent(k *consent) {
	switch {
	case k == nil || k.inUse():
	case k.load() == nil:
		s.consents.delete(k.id)
	case !k.filed:
		k.filed = s.grantEnds.file(k.load().Expires, k)
	}
}

// ownerOf returns what hangs on the ID of a client's owner, which may be empty.
func (s *Store) ownerOf(id string) *account {
	if id == "" {
		return &s.nobody
	}
	return s.account(id)
}

// setClient makes c the client with its ID.
func (s *Store) setClient(c store.Client) {
	a := s.app(c.ID)
	a.client.Store(&c)
	s.setOwner(a, s.ownerOf(c.Owner))
}

func (s *Store) setOwner(a *app, owner *account) {
	if owner != nil {
		owner.apps.add(a)
	}
	if before := a.owner.Swap(owner); before != nil && before != owner {
		delete(before.apps, a)
		s.tidyAccount(before)
	}
}

// dropClient removes a client with its grants and tokens.
func (s *Store) dropClient(a *app) {
	a.client.Store(nil)
	s.setOwner(a, nil)
	for k := range a.consents {
		s.dropGrant(k)
	}
	for f := range relatives(a.families, byClient) {
		s.deleteFamily(f)
	}
	s.tidyApp(a)
}

// setGrant makes g the grant with its ID.
func (s *Store) setGrant(g store.Grant) {
	k := s.consent(g.ID)
	k.grant.Store(&g)
	if k.user = s.account(g.User); k.user != nil {
		k.user.consents.add(k)
	}
	if k.client = s.app(g.Client); k.client != nil {
		k.client.consents.add(k)
	}
	if g.Remembered && !k.revoked() {
		s.recall(k)
	}
	s.tidyConsent(k)
}

// recall lets k be found as remembered.
func (s *Store) recall(k *consent) {
	known := s.remembered[bond{k.user, k.client}]
	known.add(k)
	s.remembered[bond{k.user, k.client}] = known
}

// forget is its opposite.
func (s *Store) forget(k *consent) {
	known := s.remembered[bond{k.user, k.client}]
	if delete(known, k); len(known) == 0 {
		delete(s.remembered, bond{k.user, k.client})
	}
}

// endGrant revokes a grant with its tokens. Its handles cannot advance any more.
func (s *Store) endGrant(k *consent, at time.Time) {
	g := *k.load()
	g.Revoked = utc(at)
	k.grant.Store(&g)
	s.forget(k)
	for f := range relatives(k.families, byGrant) {
		for number := range s.tokens.members(f) {
			if r := s.tokens.record(number); r.moment(revokedWord) == 0 {
				r.setTime(revokedWord, at)
			}
		}
	}
	s.tidyConsent(k)
}

// dropGrant removes a grant with its tokens.
func (s *Store) dropGrant(k *consent) {
	k.grant.Store(nil)
	s.forget(k)
	for f := range relatives(k.families, byGrant) {
		s.deleteFamily(f)
	}
	if k.user != nil {
		delete(k.user.consents, k)
		s.tidyAccount(k.user)
	}
	if k.client != nil {
		delete(k.client.consents, k)
		s.tidyApp(k.client)
	}
	s.tidyConsent(k)
}

func (s *Store) knowsUser(id string) bool {
	return id == "" || s.usersElsewhere || s.accounts.get(id).load() != nil
}

func (s *Store) knowsClient(id string) bool {
	return id == "" || s.clientsElsewhere || s.apps.get(id).load() != nil
}

func (s *Store) knowsGrant(id string) bool {
	return id == "" || s.grantsElsewhere || s.consents.get(id).load() != nil
}
