//go:build unix

package redisstore_test

import (
	"context"
	"encoding/binary"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// A tally says how often each key was given.
type tally struct {
	mu    sync.Mutex
	given map[uint64]int
	until map[uint64]time.Time
}

// claim claims a key at every node at once.
func (c *tally) claim(nodes []*redisstore.Store, n uint64, until time.Time) {
	var key store.Digest
	binary.BigEndian.PutUint64(key[:], n*0x9e3779b97f4a7c15)
	var wait sync.WaitGroup
	for _, node := range nodes {
		wait.Go(func() {
			if node.Claim(context.Background(), key, until) == nil {
				c.mu.Lock()
				c.given[n]++
				c.mu.Unlock()
			}
		})
	}
	wait.Wait()
	c.mu.Lock()
	c.until[n] = until
	c.mu.Unlock()
}

func TestNoKeyIsGivenTwiceWhileMastersFail(t *testing.T) {
	for name, failure := range map[string]failure{
		"killed":                {(*redistest.Server).Kill, (*redistest.Server).Restart},
		"stopped in its tracks": {(*redistest.Server).Pause, (*redistest.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := redistest.NewCluster(t)
			options := []redisstore.Option{redisstore.Window(window), redisstore.Wait{Replicas: 1, Timeout: 200 * time.Millisecond}}
			nodes := []*redisstore.Store{
				newStore(t, open(t, cluster.Addrs()...), options...), newStore(t, open(t, cluster.Addrs()...), options...),
			}
			keys := &tally{given: map[uint64]int{}, until: map[uint64]time.Time{}}
			var next atomic.Uint64
			stop := make(chan struct{})
			var callers sync.WaitGroup
			for range 8 {
				callers.Go(func() { storm(keys, nodes, &next, stop) })
			}
			for i := range rounds() {
				master := cluster.Servers[i%3]
				if !master.IsMaster() {
					continue
				}
				require.NoError(t, failure.of(cluster, master))
			}
			close(stop)
			callers.Wait()
			given := 0
			for n, times := range keys.given {
				assert.LessOrEqual(t, times, 1, "key %d", n)
				given += times
			}
			assert.Positive(t, given)
		})
	}
}

func rounds() int {
	if os.Getenv("SESAME_LONG") == "1" {
		return 12
	}
	return 1
}

// storm claims new keys, and each time an old one again.
func storm(keys *tally, nodes []*redisstore.Store, next *atomic.Uint64, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		n := next.Add(1)
		keys.claim(nodes, n, time.Now().Add(window-time.Second))
		old := n - min(n-1, n*7919%500)
		keys.mu.Lock()
		until, ok := keys.until[old]
		keys.mu.Unlock()
		if ok {
			keys.claim(nodes, old, until)
		}
	}
}

// A failure is what happens to a master, and how it comes back.
type failure struct{ fail, back func(*redistest.Server) error }

// of has a master fail, its replica take its place, and the master come back, with claims before, between and after.
func (f failure) of(cluster *redistest.Cluster, master *redistest.Server) error {
	const while = 300 * time.Millisecond
	replica, err := cluster.Replica(master)
	if err != nil {
		return err
	}
	time.Sleep(while)
	for _, step := range []func() error{
		func() error { return f.fail(master) }, func() error { return cluster.Promoted(replica) },
		func() error { return f.back(master) }, cluster.Await,
	} {
		if err := step(); err != nil {
			return err
		}
		time.Sleep(while)
	}
	return nil
}
