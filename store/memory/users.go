package memory

import (
	"context"
	"slices"
	"strings"
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
	return s.findUser(ctx, func() *store.User { return s.names.get(name) })
}

// UserByID implements store.Users.
func (s *Store) UserByID(ctx context.Context, id string) (store.User, error) {
	return s.findUser(ctx, func() *store.User { return s.accounts.get(id).load() })
}

func (s *Store) findUser(ctx context.Context, find func() *store.User) (store.User, error) {
	if err := alive(ctx); err != nil {
		return store.User{}, err
	}
	var user *store.User
	s.read(func() { user = find() })
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
	if other := s.names.get(u.Name); other != nil && other.ID != u.ID {
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
	kept := copyUser(u)
	a.user.Store(kept)
	s.names.put(u.Name, kept)
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

// A userBlock is a user and its scopes in one piece of memory: a request needs both, and each piece is one more to wait for,
// and one more for the collector to find.
type userBlock struct {
	user   store.User
	scopes [4]string
}

// A digestUserBlock is that of a user who has what Digest needs.
type digestUserBlock struct {
	userBlock
	ha1s [3]store.HA1
}

// copyUser is u in few pieces of memory: a block, the texts, and what is sealed.
func copyUser(u store.User) *store.User {
	var block *userBlock
	var ha1s []store.HA1
	if len(u.Password.HA1s) > 0 {
		b := new(digestUserBlock)
		block, ha1s = &b.userBlock, b.ha1s[:]
	} else {
		block = new(userBlock)
	}
	u.Scopes = copyInto(block.scopes[:], u.Scopes)
	u.Password.HA1s = copyInto(ha1s, u.Password.HA1s)
	joinTexts(&u.ID, &u.Name, &u.Password.Hash, &u.Email)
	joinSealed(u.Password.HA1s)
	block.user = u
	return &block.user
}

// copyInto copies list into room, or elsewhere where there is not enough. Nobody can append to what it returns in place.
func copyInto[T any](room, list []T) []T {
	if len(list) == 0 || len(list) > len(room) {
		return slices.Clip(slices.Clone(list))
	}
	n := copy(room, list)
	return room[:n:n]
}

// joinTexts lets texts lie side by side.
func joinTexts(texts ...*string) {
	var all strings.Builder
	for _, text := range texts {
		all.WriteString(*text)
	}
	rest := all.String()
	for _, text := range texts {
		if n := len(*text); n > 0 {
			*text, rest = rest[:n], rest[n:]
		}
	}
}

// joinSealed copies what is sealed, side by side.
func joinSealed(ha1s []store.HA1) {
	var all []byte
	for i := range ha1s {
		all = append(all, ha1s[i].Sealed...)
	}
	for i := range ha1s {
		n := len(ha1s[i].Sealed)
		ha1s[i].Sealed, all = all[:n:n], all[n:]
	}
}
