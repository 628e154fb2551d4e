package password_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// blocked is a lab whose hashes wait until release is closed.
func blocked(t *testing.T, change func(*password.Config)) (l *lab, release chan struct{}) {
	l, release = newLab(t, change), make(chan struct{})
	l.hasher.Watch(func(_, _ uint32) { <-release })
	return l, release
}

func TestRequestsShareOneCheck(t *testing.T) {
	t.Run("500 first requests with one right password cost one hash and one count", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, release := blocked(t, nil)
			var right atomic.Int64
			var wait sync.WaitGroup
			for range 500 {
				wait.Go(func() {
					if user, err := l.check("alice", stored); err == nil && user.ID == "1" {
						right.Add(1)
					}
				})
			}
			synctest.Wait()
			close(release)
			wait.Wait()
			assert.EqualValues(t, 500, right.Load())
			assert.EqualValues(t, 1, l.hashes.Load())
			assert.Equal(t, 2, l.counters.calls)
		})
	})
	t.Run("requests from two addresses do not", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, release := blocked(t, nil)
			var wait sync.WaitGroup
			for _, address := range []string{"192.0.2.1:1", "192.0.2.2:1"} {
				wait.Go(func() { _, _ = l.Check(context.Background(), from(address), "alice", "wrong") })
			}
			synctest.Wait()
			close(release)
			wait.Wait()
			assert.Equal(t, 2, l.counters.calls)
		})
	})
	t.Run("who hangs up leaves, and the others get their answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, release := blocked(t, nil)
			first, hangUp := context.WithCancel(context.Background())
			second, hangUpToo := context.WithCancel(context.Background())
			var errs [3]error
			var wait sync.WaitGroup
			for n, ctx := range []context.Context{first, second, context.Background()} {
				wait.Go(func() { _, errs[n] = l.Check(ctx, from("192.0.2.1:1"), "alice", stored) })
				synctest.Wait()
			}
			hangUp()
			hangUpToo()
			synctest.Wait()
			require.ErrorIs(t, errs[1], context.Canceled, "the second does not wait")
			require.ErrorIs(t, errs[1], autherr.Unavailable)
			close(release)
			wait.Wait()
			assert.NoError(t, errs[0], "the first made the check for the third too")
			assert.NoError(t, errs[2])
			assert.EqualValues(t, 1, l.hashes.Load())
		})
	})
	t.Run("a check that panics leaves nobody waiting", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, release := blocked(t, func(cfg *password.Config) {
				cfg.HA1s = func(store.User, string) ([]store.HA1, error) { panic("broken") }
			})
			var err error
			var wait sync.WaitGroup
			wait.Go(func() { assert.Panics(t, func() { _, _ = l.check("alice", stored) }) })
			synctest.Wait()
			wait.Go(func() { _, err = l.check("alice", stored) })
			synctest.Wait()
			close(release)
			wait.Wait()
			assert.ErrorIs(t, err, autherr.Unavailable)
			_, err = l.check("alice", stored)
			assert.NoError(t, err, "it was verified before it broke")
		})
	})
}
