package password_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// users is a host's own table of accounts.
type users struct {
	mu       sync.Mutex
	byName   map[string]store.User
	lookUps  []string
	replaced int
	broken   error
}

func (u *users) UserByName(_ context.Context, name string) (store.User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.lookUps = append(u.lookUps, name)
	user, found := u.byName[name]
	switch {
	case u.broken != nil:
		return store.User{}, u.broken
	case !found:
		return store.User{}, store.ErrNotFound
	}
	return user, nil
}

func (u *users) UserByID(context.Context, string) (store.User, error) { panic("not asked for") }

func (u *users) ReplacePassword(_ context.Context, userID, oldHash string, next store.Password) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.broken != nil {
		return u.broken
	}
	for name, user := range u.byName {
		if user.ID == userID && user.Password.Hash == oldHash {
			user.Password = next
			u.byName[name] = user
			u.replaced++
			return nil
		}
	}
	return store.ErrConflict
}

func (u *users) set(name string, change func(*store.User)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	user := u.byName[name]
	change(&user)
	u.byName[name] = user
}

func (u *users) get(name string) store.User {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.byName[name]
}

// counters is a store.Counters that counts its calls.
type counters struct {
	mu     sync.Mutex
	totals map[store.Digest]int
	calls  int
	broken error
}

func (c *counters) Add(ctx context.Context, counts []store.Count) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if c.broken != nil {
		return c.broken
	}
	for i := range counts {
		c.totals[counts[i].Key] += counts[i].Delta
		counts[i].Total = c.totals[counts[i].Key]
	}
	return ctx.Err()
}

// A lab is a checker with everything around it: alice, whose password is "open sesame"; jasmine, locked, and jafar,
// disabled, with the same; and abu, who has none.
type lab struct {
	*password.Checker
	users    *users
	counters *counters
	hasher   *password.Hasher
	hashes   atomic.Int64
	work     atomic.Int64
	now      time.Time
	reports  []error
}

// stored is the hash of "open sesame" that the lab's accounts have, unless a test gives them another.
const stored = "open sesame"

func newLab(t testing.TB, change func(*password.Config)) *lab {
	t.Helper()
	l := &lab{
		counters: &counters{totals: map[store.Digest]int{}}, hasher: cheap(t),
		now: time.Date(2026, 5, 1, 12, 0, 10, 0, time.UTC),
	}
	account := func(id, name string, state store.State, hash string) store.User {
		return store.User{ID: id, Name: name, State: state, Password: store.Password{Hash: hash}}
	}
	l.users = &users{byName: map[string]store.User{
		"alice":   account("1", "alice", store.Active, hashOf(t, l.hasher, stored)),
		"jasmine": account("2", "jasmine", store.Locked, hashOf(t, l.hasher, stored)),
		"jafar":   account("3", "jafar", store.Disabled, hashOf(t, l.hasher, stored)),
		"abu":     account("4", "abu", store.Active, ""),
	}}
	l.hasher.Watch(func(memory, time uint32) { l.hashes.Add(1); l.work.Add(int64(memory * time)) })
	clock := func() time.Time { return l.now }
	limits, err := throttle.New(throttle.Config{Counters: l.counters, Clock: clock})
	require.NoError(t, err)
	cfg := password.Config{
		Users: l.users, Passwords: l.users, Hasher: l.hasher, Throttle: limits, Clock: clock,
		Report: func(_ context.Context, _ string, err error) { l.reports = append(l.reports, err) },
	}
	if change != nil {
		change(&cfg)
	}
	l.Checker, err = password.New(cfg)
	require.NoError(t, err)
	return l
}

// check checks from home.
func (l *lab) check(name, secret string) (store.User, error) {
	return l.Check(context.Background(), from("192.0.2.1:1000"), name, secret)
}

func from(address string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = address
	return r
}
