package digest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// scale is how many times as much a test does under SESAME_LONG=1.
func scale(long int) int {
	if os.Getenv("SESAME_LONG") == "1" {
		return long
	}
	return 1
}

func TestCounts(t *testing.T) {
	// send sends a request with this count, and how it is answered.
	send := func(l *lab, c client, nc uint32) int {
		c.nc = nc
		w := l.get(c.params("GET", "/a", ""))
		if w.Code != http.StatusOK {
			require.True(t, isStale(t, w), w.Body.String())
		}
		return w.Code
	}
	t.Run("RFC7616-3.4-07 a repeated count is refused", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		assert.Equal(t, http.StatusOK, send(l, c, 1))
		assert.Equal(t, http.StatusUnauthorized, send(l, c, 1))
		assert.EqualValues(t, 1, l.called.Load())
		assert.Equal(t, "nonce_used", l.reason())
	})
	t.Run("RFC7616-3.4-08 counts may come in any order within the window, each once", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		for _, nc := range []uint32{1, 3, 2, 200, 100} {
			assert.Equal(t, http.StatusOK, send(l, c, nc), "count %d", nc)
		}
		for _, nc := range []uint32{2, 100, 200, 72, 4} {
			assert.Equal(t, http.StatusUnauthorized, send(l, c, nc), "count %d", nc)
		}
		assert.Equal(t, http.StatusOK, send(l, c, 73))
	})
	t.Run("RFC7616-3.4-09 a jump far ahead is taken with the right digest alone, and costs nothing", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		wrong := c
		wrong.password, wrong.nc = "wrong", 0xffffffff
		require.Equal(t, http.StatusUnauthorized, l.get(wrong.params("GET", "/a", "")).Code)
		assert.Zero(t, l.store.claims.Load(), "nothing changed")
		assert.Equal(t, http.StatusOK, send(l, c, 1))
		assert.Equal(t, http.StatusOK, send(l, c, 0xffffffff))
		assert.Equal(t, http.StatusUnauthorized, send(l, c, 2))
		assert.Equal(t, http.StatusUnauthorized, send(l, c, 0xffffffff))
	})
	t.Run("RFC7616-3.4-10 a wrong response uses up no count", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		attacker := c
		attacker.password, attacker.nc = "wrong", 5
		assert.Equal(t, http.StatusUnauthorized, l.get(attacker.params("GET", "/a", "")).Code)
		assert.Equal(t, http.StatusOK, send(l, c, 5))
	})
	t.Run("RFC7616-5.4-01 with OneTime a nonce is good for one unsafe request, and the answer has the next", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.OneTime = true })
		c := l.client("Mufasa")
		post := func() (int, string) {
			w := l.do("POST", "/a", "", c.params("POST", "/a", "").String())
			if w.Code != http.StatusOK {
				require.True(t, isStale(t, w))
			}
			return w.Code, readParams(t, w.Header().Get("Authentication-Info"))["nextnonce"]
		}
		require.Equal(t, http.StatusOK, send(l, c, 1), "safe ones do not count")
		c.nc = 2
		status, next := post()
		require.Equal(t, http.StatusOK, status)
		c.nc = 3
		status, _ = post()
		require.Equal(t, http.StatusUnauthorized, status)
		require.Equal(t, http.StatusOK, send(l, c, 4))
		c.nonce, c.nc = next, 1
		status, _ = post()
		assert.Equal(t, http.StatusOK, status)
	})
}

func TestReplays(t *testing.T) {
	t.Run("RFC7616-5.5-01 of 1,000 parallel copies over 3 nodes one is taken", func(t *testing.T) {
		first := newLab(t, nil)
		nodes := []*lab{first, first.node(nil), first.node(nil)}
		for round := range scale(100) {
			text := first.client("Mufasa").params("GET", "/a", "").String()
			var taken, stale atomic.Int64
			var wait sync.WaitGroup
			for n := range 1000 {
				wait.Go(func() {
					switch w := nodes[n%3].do("GET", "/a", "", text); {
					case w.Code == http.StatusOK:
						taken.Add(1)
					case isStale(t, w):
						stale.Add(1)
					}
				})
			}
			wait.Wait()
			require.EqualValues(t, 1, taken.Load(), "round %d", round)
			require.EqualValues(t, 999, stale.Load(), "round %d", round)
		}
	})
	for name, change := range map[string]func(*digest.Config){
		"the counts are kept":           nil,
		"a new nonce key with new ones": func(cfg *digest.Config) { cfg.NonceKeys, cfg.Once = nil, memory.New() },
	} {
		t.Run("RFC7616-5.5-02 after a restart what was used is refused: "+name, func(t *testing.T) {
			before := newLab(t, change)
			list := before.client("Mufasa").params("GET", "/a", "")
			require.Equal(t, http.StatusOK, before.get(list).Code)
			after := before.node(change)
			assert.True(t, isStale(t, after.get(list)))
			assert.Zero(t, after.called.Load())
		})
	}
	t.Run("SEC-DIGEST-02 a challenge of one node is answered at another", func(t *testing.T) {
		first := newLab(t, nil)
		second := first.node(nil)
		assert.Equal(t, http.StatusOK, second.get(first.client("Mufasa").params("GET", "/a", "")).Code)
	})
	t.Run("SEC-DIGEST-02 a nonce outlives one rotation of the keys, and not two", func(t *testing.T) {
		a, b, c := seal.NewKey(), seal.NewKey(), seal.NewKey()
		with := func(keys ...seal.Key) func(*digest.Config) {
			ring, err := seal.New(keys...)
			require.NoError(t, err)
			return func(cfg *digest.Config) { cfg.NonceKeys = ring }
		}
		before := newLab(t, with(a))
		nonceOf := before.client("Mufasa")
		waiting := before.node(with(a, b))
		assert.Equal(t, http.StatusOK, waiting.get(nonceOf.params("GET", "/a", "")).Code, "the next key waits")
		assert.Equal(t, http.StatusOK, waiting.get(before.node(with(b, a)).client("Mufasa").params("GET", "/a", "")).Code,
			"a node that uses it already")
		nonceOf.nc++
		assert.Equal(t, http.StatusOK, before.node(with(b, a)).get(nonceOf.params("GET", "/a", "")).Code, "rotated once")
		nonceOf.nc++
		twice := before.node(with(c, b, a))
		assert.True(t, isStale(t, twice.get(nonceOf.params("GET", "/a", ""))), "rotated twice")
	})
}

func TestMemoryIsBounded(t *testing.T) {
	t.Run("SEC-DIGEST-01 challenges and wrong answers leave nothing behind", func(t *testing.T) {
		l := newLab(t, nil)
		for n := range 1000 * scale(1000) {
			w := l.do("GET", "/a", "", "")
			if n%1000 == 0 {
				c := client{name: "Mufasa", realm: realm, algorithm: "SHA-256", nonce: challenges(t, w)[0]["nonce"], qop: "auth", cnonce: "c", nc: 1}
				l.get(c.params("GET", "/a", ""))
			}
		}
		assert.Zero(t, l.store.claims.Load())
	})
	t.Run("SEC-DIGEST-01 verified nonces stay under the store's cap, and those that were forgotten are stale", func(t *testing.T) {
		const most = 512
		once := memory.New(memory.OnceCapacity(most))
		l := newLab(t, func(cfg *digest.Config) { cfg.Once = once })
		oldest := l.client("Mufasa")
		require.Equal(t, http.StatusOK, l.get(oldest.params("GET", "/a", "")).Code)
		for range 5000 * scale(20) {
			l.pass(time.Millisecond)
			require.Equal(t, http.StatusOK, l.get(l.client("Mufasa").params("GET", "/a", "")).Code)
		}
		kept, err := once.Sweep(context.Background(), l.clock().Add(hour), 1<<30)
		require.NoError(t, err)
		assert.LessOrEqual(t, kept, most)
		for _, nc := range []uint32{1, 2} {
			oldest.nc = nc
			assert.True(t, isStale(t, l.get(oldest.params("GET", "/a", ""))), fmt.Sprint("count ", nc))
		}
	})
}
