package password_test

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// unthrottled is for tests of what is behind the throttle.
func unthrottled(cfg *password.Config) { cfg.Throttle, cfg.InsecureUnthrottled = nil, true }

func TestHashesAreBounded(t *testing.T) {
	t.Run("SEC-HASH-03 of 2000 parallel checks some run, some wait, and the rest is 503 with Retry-After", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t, func(cfg *password.Config) { unthrottled(cfg); cfg.Concurrent, cfg.Queue = 4, 20 })
			var running, most, wrong, busy atomic.Int64
			release := make(chan struct{})
			l.hasher.Watch(func(_, _ uint32) {
				most.Store(max(most.Load(), running.Add(1)))
				<-release
				running.Add(-1)
			})
			var wait sync.WaitGroup
			for n := range 2000 {
				wait.Go(func() {
					_, err := l.check("alice", fmt.Sprint("guess ", n))
					switch {
					case errors.Is(err, autherr.Unauthenticated):
						wrong.Add(1)
					case errors.Is(err, autherr.Unavailable) && autherr.From(err).RetryAfter > 0:
						busy.Add(1)
					}
				})
			}
			synctest.Wait()
			assert.EqualValues(t, 4, running.Load())
			assert.EqualValues(t, 2000-24, busy.Load())
			close(release)
			wait.Wait()
			assert.EqualValues(t, 24, wrong.Load())
			assert.EqualValues(t, 4, most.Load())
		})
	})
	t.Run("who waits too long is 503", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t, func(cfg *password.Config) { cfg.Concurrent, cfg.MaxWait = 1, 3*time.Second })
			release := make(chan struct{})
			l.hasher.Watch(func(_, _ uint32) { <-release })
			var wait sync.WaitGroup
			wait.Go(func() { _, _ = l.check("alice", "one") })
			synctest.Wait()
			began := time.Now()
			_, err := l.check("alice", "other")
			require.ErrorIs(t, err, autherr.Unavailable)
			assert.Equal(t, "hashes_wait", autherr.From(err).Reason)
			assert.Equal(t, 3*time.Second, time.Since(began))
			calls := l.counters.calls
			assert.Equal(t, 3, calls, "and is no failure: two were counted, one of them given back")
			_, err = l.NewPassword(context.Background(), store.User{}, "new")
			assert.ErrorIs(t, err, autherr.Unavailable, "new passwords wait in the same queue")
			close(release)
			wait.Wait()
		})
	})
}

// TestHashesUnderLoad measures what TestHashesAreBounded shows the cause of.
func TestHashesUnderLoad(t *testing.T) {
	const concurrent = 2
	requests, hasher := 50, cheap(t)
	if judges() {
		requests, hasher = 2000, nil
	}
	l := newLab(t, func(cfg *password.Config) { unthrottled(cfg); cfg.Concurrent, cfg.Hasher = concurrent, hasher })
	_, err := l.check("alice", stored)
	require.NoError(t, err, "alice is remembered: her checks are cheap")
	before, peak := heap(), uint64(0)
	var wait sync.WaitGroup
	var wrong, busy atomic.Int64
	for n := range requests {
		wait.Go(func() {
			switch _, err := l.check("jasmine", fmt.Sprint("guess ", n)); {
			case errors.Is(err, autherr.Unauthenticated):
				wrong.Add(1)
			case errors.Is(err, autherr.Unavailable):
				busy.Add(1)
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	var times []time.Duration
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(time.Millisecond):
		}
		began := time.Now()
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		times, peak = append(times, time.Since(began)), max(peak, heap())
	}
	assert.EqualValues(t, requests, wrong.Load()+busy.Load())
	slices.Sort(times)
	p99 := times[len(times)*99/100]
	t.Logf("%d wrong, %d busy; %d MiB above %d; p99 of %d cheap checks %s",
		wrong.Load(), busy.Load(), int64(peak-before)>>20, before>>20, len(times), p99)
	if judges() {
		assert.Positive(t, busy.Load())
		assert.Less(t, peak-before, uint64(2*concurrent*19<<20+32<<20), "what runs, as much that waits for the collector, and a constant")
		assert.Less(t, p99, 100*time.Millisecond)
	}
}

// heap is what live and not yet collected objects take.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
