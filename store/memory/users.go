package memory

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/seed-f67351ce/sesame/store"
)

// An account is everything that hangs on a user ID, whether or not the user itself is kept here.
type account struct {
	id   string
	user atomic.Pointer[store.User] // immutable; nil where there is no such user
}

// users finds accounts by ID, name and userhash. Its maps are read without a lock and written under the guard's.
type users struct {
	byID, byName, byHash sync.Map // string, string, userhash → *account
}

// A userhash is how Digest may name an account (RFC 7616 §3.4.4).
type userhash struct{ algorithm, realm, hash string }

func accountIn(m *sync.Map, key any) *account {
	a, _ := m.Load(key)
	found, _ := a.(*account)
	return found
}

// UserByName implements store.Users.
func (c *core) UserByName(ctx context.Context, name string) (store.User, error) {
	return c.findUser(ctx, &c.users.byName, name)
}

// UserByID implements store.Users.
func (c *core) UserByID(ctx context.Context, id string) (store.User, error) {
	return c.findUser(ctx, &c.users.byID, id)
}

// UserByHash implements store.UserHashes.
func (c *core) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	return c.findUser(ctx, &c.users.byHash, userhash{algorithm, realm, hash})
}

func (c *core) findUser(ctx context.Context, in *sync.Map, key any) (store.User, error) {
	if err := alive(ctx); err != nil {
		return store.User{}, err
	}
	var user *store.User
	c.read(func() {
		if a := accountIn(in, key); a != nil {
			user = a.user.Load()
		} else {
			user = nil
		}
	})
	if user == nil {
		return store.User{}, store.ErrNotFound
	}
	return *user, nil
}

// CreateUsers implements store.UserWriter.
func (c *core) CreateUsers(ctx context.Context, list ...store.User) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	ids, names := map[string]bool{}, map[string]bool{}
	for _, u := range list {
		if ids[u.ID] || names[u.Name] || c.users.get(u.ID) != nil || accountIn(&c.users.byName, u.Name) != nil {
			return store.ErrExists
		}
		ids[u.ID], names[u.Name] = true, true
	}
	for _, u := range list {
		c.users.put(c.account(u.ID), u)
	}
	return nil
}

// UpdateUser implements store.UserWriter.
func (c *core) UpdateUser(ctx context.Context, u store.User) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	a := c.users.get(u.ID)
	if a == nil {
		return store.ErrNotFound
	}
	if other := accountIn(&c.users.byName, u.Name); other != nil && other != a {
		return store.ErrExists
	}
	c.users.put(a, u)
	return nil
}

// ReplacePassword implements store.Passwords.
func (c *core) ReplacePassword(ctx context.Context, userID, oldHash string, next store.Password) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	a := c.users.get(userID)
	if a == nil {
		return store.ErrNotFound
	}
	u := *a.user.Load()
	if u.Password.Hash != oldHash {
		return store.ErrConflict
	}
	u.Password = next
	c.users.put(a, u)
	return nil
}

// get returns the account of a user that is kept here, else nil.
func (us *users) get(id string) *account {
	if a := accountIn(&us.byID, id); a != nil && a.user.Load() != nil {
		return a
	}
	return nil
}

// put makes u the user of a.
func (us *users) put(a *account, u store.User) {
	us.remove(a)
	u = copyUser(u)
	a.user.Store(&u)
	us.byName.Store(u.Name, a)
	for key := range userhashes(u) {
		us.byHash.Store(key, a)
	}
}

// remove takes a's user away. The account stays as long as something hangs on it.
func (us *users) remove(a *account) {
	u := a.user.Load()
	if u == nil {
		return
	}
	a.user.Store(nil)
	us.byName.Delete(u.Name)
	for key := range userhashes(*u) {
		us.byHash.CompareAndDelete(key, a)
	}
}

func userhashes(u store.User) map[userhash]bool {
	keys := map[userhash]bool{}
	for _, ha1 := range u.Password.HA1s {
		if sum := digestSum(ha1.Algorithm, u.Name+":"+ha1.Realm); sum != nil {
			keys[userhash{ha1.Algorithm, ha1.Realm, hex.EncodeToString(sum)}] = true
		}
	}
	return keys
}

// digestSum is H of RFC 7616 §3.3, and nil for an algorithm that Digest does not have.
func digestSum(algorithm, text string) []byte {
	switch algorithm {
	case "SHA-256":
		sum := sha256.Sum256([]byte(text))
		return sum[:]
	case "SHA-512-256":
		sum := sha512.Sum512_256([]byte(text))
		return sum[:]
	case "MD5":
		sum := md5.Sum([]byte(text))
		return sum[:]
	}
	return nil
}

func copyUser(u store.User) store.User {
	u.Scopes = slices.Clone(u.Scopes)
	u.Password.HA1s = slices.Clone(u.Password.HA1s)
	for i := range u.Password.HA1s {
		u.Password.HA1s[i].Sealed = slices.Clone(u.Password.HA1s[i].Sealed)
	}
	return u
}
