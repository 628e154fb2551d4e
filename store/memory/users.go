package memory

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/seed-f67351ce/sesame/store"
)

// An account is everything that hangs on a user ID, whether or not the user itself is kept here.
type account struct {
	id       string
	user     atomic.Pointer[store.User] // immutable; nil where there is no such user
	families *family
	apps     set[*app]
	consents set[*consent]
}

// load returns the user, nil where there is none.
func (a *account) load() *store.User {
	if a == nil {
		return nil
	}
	return a.user.Load()
}

func (a *account) hasName(name string) bool {
	u := a.user.Load()
	return u != nil && u.Name == name
}

// agreed are the grants that the user gave.
func (a *account) agreed() set[*consent] {
	if a == nil {
		return nil
	}
	return a.consents
}

func (a *account) kinship() (head *family, list int) {
	if a == nil {
		return nil, byUser
	}
	return a.families, byUser
}

// UserByName implements store.Users.
func (s *Store) UserByName(ctx context.Context, name string) (store.User, error) {
	return s.findUser(ctx, func() *account { return s.names.get(name) })
}

// UserByID implements store.Users.
func (s *Store) UserByID(ctx context.Context, id string) (store.User, error) {
	return s.findUser(ctx, func() *account { return s.accounts.get(id) })
}

func (s *Store) findUser(ctx context.Context, find func() *account) (store.User, error) {
	if err := alive(ctx); err != nil {
		return store.User{}, err
	}
	var user *store.User
	s.read(func() { user = find().load() })
	if user == nil {
		return store.User{}, store.ErrNotFound
	}
	return *user, nil
}

// CreateUsers implements store.UserWriter.
func (s *Store) CreateUsers(ctx context.Context, list ...store.User) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	ids, names := map[string]bool{}, map[string]bool{}
	for _, u := range list {
		if u.ID == "" {
			return errNoID
		}
		if ids[u.ID] || names[u.Name] || s.accounts.get(u.ID).load() != nil || s.names.get(u.Name) != nil {
			return store.ErrExists
		}
		ids[u.ID], names[u.Name] = true, true
	}
	for _, u := range list {
		s.setUser(s.account(u.ID), u)
	}
	return nil
}

// UpdateUser implements store.UserWriter.
func (s *Store) UpdateUser(ctx context.Context, u store.User) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	a := s.accounts.get(u.ID)
	if a.load() == nil {
		return store.ErrNotFound
	}
	if other := s.names.get(u.Name); other != nil && other != a {
		return store.ErrExists
	}
	s.setUser(a, u)
	return nil
}

// DeleteUser implements store.UserWriter.
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	a := s.accounts.get(id)
	if a.load() == nil {
		return store.ErrNotFound
	}
	s.dropUser(a)
	for app := range a.apps {
		s.dropClient(app)
	}
	for k := range a.consents {
		s.dropGrant(k)
	}
	for f := range relatives(a.families, byUser) {
		s.deleteFamily(f)
	}
	s.tidyAccount(a)
	return nil
}

// ReplacePassword implements store.Passwords.
func (s *Store) ReplacePassword(ctx context.Context, userID, oldHash string, next store.Password) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	a := s.accounts.get(userID)
	if a.load() == nil {
		return store.ErrNotFound
	}
	u := *a.load()
	if u.Password.Hash != oldHash {
		return store.ErrConflict
	}
	u.Password = next
	s.setUser(a, u)
	return nil
}

// setUser makes u the user of a.
func (s *Store) setUser(a *account, u store.User) {
	s.dropUser(a)
	u = copyUser(u)
	a.user.Store(&u)
	s.names.put(u.Name, a)
	for _, hash := range userhashes(u) {
		if s.userhashes.get(hash) == nil {
			s.userhashes.put(hash, &alias{hash, a})
		}
	}
}

// dropUser takes a's user away; the account stays as long as something hangs on it.
func (s *Store) dropUser(a *account) {
	u := a.load()
	if u == nil {
		return
	}
	for _, hash := range userhashes(*u) {
		if s.userhashes.get(hash).of() == a {
			s.userhashes.delete(hash)
		}
	}
	s.names.delete(u.Name)
	a.user.Store(nil)
}

func copyUser(u store.User) store.User {
	u.Scopes = slices.Clone(u.Scopes)
	u.Password.HA1s = slices.Clone(u.Password.HA1s)
	for i := range u.Password.HA1s {
		u.Password.HA1s[i].Sealed = slices.Clone(u.Password.HA1s[i].Sealed)
	}
	return u
}
