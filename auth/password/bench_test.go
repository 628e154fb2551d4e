package password_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// table is a store.Users that only reads.
type table map[string]store.User

func (u table) UserByName(_ context.Context, name string) (store.User, error) {
	user, found := u[name]
	if !found {
		return store.User{}, store.ErrNotFound
	}
	return user, nil
}

func (u table) UserByID(context.Context, string) (store.User, error) { panic("not asked for") }

// remembering is a checker that remembers the passwords of n users.
func remembering(tb testing.TB, n int, throttled bool) (*password.Checker, []string) {
	h, users, names := cheap(tb), table{}, make([]string, n)
	encoded := hashOf(tb, h, stored)
	for i := range names {
		names[i] = fmt.Sprintf("user%d@agrabah.example", i)
		users[names[i]] = store.User{ID: fmt.Sprintf("01JX4E5Z3T6Y7V8W9X0A%06d", i), Name: names[i], Password: store.Password{Hash: encoded}}
	}
	cfg := password.Config{Users: users, Hasher: h, InsecureUnthrottled: true, Remembered: 4 * n}
	if throttled {
		var err error
		cfg.Throttle, err = throttle.New(throttle.Config{
			Counters: &counters{totals: map[store.Digest]int{}}, Window: time.Hour, Notes: 4 * n,
		})
		require.NoError(tb, err)
	}
	c, err := password.New(cfg)
	require.NoError(tb, err)
	r := from("192.0.2.1:1000")
	for _, name := range names {
		_, err := c.Check(context.Background(), r, name, stored)
		require.NoError(tb, err)
	}
	return c, names
}

func BenchmarkRemembered(b *testing.B) {
	for _, throttled := range []bool{false, true} {
		b.Run(fmt.Sprintf("throttled=%t", throttled), func(b *testing.B) {
			c, names := remembering(b, 10_000, throttled)
			ctx, r := context.Background(), from("192.0.2.1:1000")
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if _, err := c.Check(ctx, r, names[n%len(names)], stored); err != nil {
					b.Fatal(err)
				}
				n++
			}
		})
	}
}

// BenchmarkFloor is what nobody can avoid: an HMAC of user, stored hash and password, and two look-ups.
func BenchmarkFloor(b *testing.B) {
	_, names := remembering(b, 10_000, false)
	users, proofs := map[string]string{}, map[[32]byte]bool{}
	mac := hmac.New(sha256.New, []byte("key"))
	encoded := hashOf(b, cheap(b), stored)
	var buffer [512]byte
	proof := func(name string) (sum [32]byte) {
		text := append(append(append(buffer[:0], name...), encoded...), stored...)
		mac.Reset()
		_, _ = mac.Write(text)
		mac.Sum(sum[:0])
		return sum
	}
	for _, name := range names {
		users[name] = name
		proofs[proof(name)] = true
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if name := names[n%len(names)]; !proofs[proof(users[name])] {
			b.Fatal("not remembered")
		}
		n++
	}
}

func BenchmarkHash(b *testing.B) {
	h, err := password.NewHasher(password.HasherConfig{})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = h.Hash(stored)
	}
}
