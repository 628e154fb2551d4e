package oauth1_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// stamped is a call with this timestamp and nonce.
func stamped(at time.Time, nonce string) client.Call {
	return client.Call{URL: home, Extra: client.Pairs{{"oauth_timestamp", fmt.Sprint(at.Unix())}, {"oauth_nonce", nonce}}}
}

func TestReplay(t *testing.T) {
	t.Run("RFC5849-3.2-02 the same request again", func(t *testing.T) {
		w := newWorld(t)
		service := w.service(w.scheme())
		r := w.app().Request(client.Call{URL: home})
		assert.Equal(t, 200, service.status(r))
		assert.Equal(t, 401, service.status(r))
	})
	t.Run("RFC5849-3.2-02 the nonce belongs to timestamp, token and consumer", func(t *testing.T) {
		w := newWorld(t)
		w.putToken("t3", "third", "s", appKey, "u1")
		service := w.service(w.scheme())
		now := w.clock.Now()
		third, other := w.app(), client.Client{Key: otherKey, Secret: otherSecret, Token: otherToken, TokenSecret: otherSecond, Now: w.clock.Now}
		third.Token, third.TokenSecret = "third", "s"
		assert.Equal(t, 200, service.status(w.app().Request(stamped(now, "n"))))
		assert.Equal(t, 200, service.status(w.app().Request(stamped(now.Add(time.Second), "n"))), "another timestamp")
		assert.Equal(t, 200, service.status(third.Request(stamped(now, "n"))), "another token")
		assert.Equal(t, 200, service.status(other.Request(stamped(now, "n"))), "another consumer")
		call := stamped(now, "n")
		call.URL = "https://api.example.com/v2"
		assert.Equal(t, 401, service.status(w.app().Request(call)), "another URL is not enough")
	})
	t.Run("RFC5849-3.3-02 a nonce is kept for the window", func(t *testing.T) {
		w := newWorld(t)
		service := w.service(w.scheme())
		r := w.app().Request(client.Call{URL: home})
		assert.Equal(t, 200, service.status(r))
		w.clock.Advance(299 * time.Second)
		assert.Equal(t, 401, service.status(r))
	})
	t.Run("RFC5849-3.3-03 also of a timestamp in the future", func(t *testing.T) {
		w := newWorld(t)
		keys := &recordingOnce{Once: w.store}
		service := w.service(w.scheme(func(c *oauth1.Config) { c.Once = keys }))
		begin := w.clock.Now()
		r := w.app().Request(stamped(begin.Add(299*time.Second), "n"))
		require.Equal(t, 200, service.status(r))
		w.clock.Advance(500 * time.Second)
		_, err := w.store.Sweep(t.Context(), w.clock.Now(), 1000)
		require.NoError(t, err)
		assert.Equal(t, 401, service.status(r), "by the nonce, which is kept")
		assert.Equal(t, 2, keys.claims)
		w.clock.Advance(100 * time.Second)
		assert.Equal(t, 401, service.status(r), "by the window")
		assert.Equal(t, 2, keys.claims)
		assert.False(t, keys.until.Before(begin.Add(600*time.Second)), "it is kept as long as the timestamp is accepted")
	})
	t.Run("RFC5849-3.3-04 an attacker with the nonce but not the secret takes it from nobody", func(t *testing.T) {
		w := newWorld(t)
		service := w.service(w.scheme())
		forger := w.app()
		forger.Secret = "guessed"
		call := stamped(w.clock.Now(), "n")
		assert.Equal(t, 401, service.status(forger.Request(call)))
		assert.Equal(t, 200, service.status(w.app().Request(call)))
	})
	t.Run("RFC5849-3.3-04 of 1,000 copies at once over three nodes one passes", func(t *testing.T) {
		w := newWorld(t)
		var passed atomic.Int32
		var wait sync.WaitGroup
		r := w.app().Request(client.Call{URL: home})
		schemes := []*oauth1.Scheme{w.scheme(), w.scheme(), w.scheme()}
		for i := range 1000 {
			wait.Go(func() {
				if _, err := schemes[i%3].Verify(t.Context(), r.Clone(t.Context())); err == nil {
					passed.Add(1)
				}
			})
		}
		wait.Wait()
		assert.EqualValues(t, 1, passed.Load())
	})
	t.Run("RFC5849-3.3-06 a server whose nonces are gone refuses timestamps from before its start", func(t *testing.T) {
		w := newWorld(t)
		r := w.app().Request(client.Call{URL: home})
		require.Equal(t, 200, w.service(w.scheme()).status(r))
		w.clock.Advance(2 * time.Second)
		again := w.service(w.scheme(func(c *oauth1.Config) { c.Once, c.NotBefore = memory.New(), w.clock.Now() }))
		assert.Equal(t, 401, again.status(r))
		assert.Equal(t, 200, again.status(w.app().Request(client.Call{URL: home})))
	})
	t.Run("RFC5849-3.3-06 a server whose nonces are in a store that stays refuses what was used before its start", func(t *testing.T) {
		w := newWorld(t)
		r := w.app().Request(client.Call{URL: home})
		require.Equal(t, 200, w.service(w.scheme()).status(r))
		assert.Equal(t, 401, w.service(w.scheme()).status(r))
	})
}

// recordingOnce counts claims.
type recordingOnce struct {
	store.Once
	claims int
	until  time.Time
}

func (o *recordingOnce) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	o.claims++
	o.until = until
	return o.Once.Claim(ctx, key, until)
}

func TestNoncesOfOneConsumer(t *testing.T) {
	t.Run("RFC5849-3.3-05 one consumer's nonces are bounded and do not touch another's", func(t *testing.T) {
		most, asked := 1000, 1200
		var change []func(*oauth1.Config)
		if os.Getenv("SESAME_LONG") != "" {
			most, asked = 250_000, 1_000_000 // the default
		} else {
			change = append(change, func(c *oauth1.Config) { c.MaxNonces = most })
		}
		w := newWorld(t)
		scheme := w.scheme(change...)
		service := w.service(scheme)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		answers := map[int]int{}
		for range asked {
			answers[service.status(w.app().Request(client.Call{URL: home}))]++
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		assert.Equal(t, map[int]int{200: most, 429: asked - most}, answers)
		assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(64<<20))
		refused := service.do(w.app().Request(client.Call{URL: home}))
		assert.NotEmpty(t, refused.Header().Get("Retry-After"))

		other := client.Client{Key: otherKey, Secret: otherSecret, Token: otherToken, TokenSecret: otherSecond, Now: w.clock.Now}
		assert.Equal(t, 200, service.status(other.Request(client.Call{URL: home})))
		w.clock.Advance(20 * time.Minute)
		assert.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})), "later there is room again")
	})
	t.Run("replays and forgeries take nothing of the bound", func(t *testing.T) {
		w := newWorld(t)
		service := w.service(w.scheme(func(c *oauth1.Config) { c.MaxNonces = 3 }))
		r := w.app().Request(client.Call{URL: home})
		forger := w.app()
		forger.Secret = "guessed"
		require.Equal(t, 200, service.status(r))
		for range 10 {
			assert.Equal(t, 401, service.status(r))
			assert.Equal(t, 401, service.status(forger.Request(client.Call{URL: home})))
		}
		assert.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})))
	})
}
