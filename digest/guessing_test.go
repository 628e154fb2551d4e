package digest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
)

func TestGuessing(t *testing.T) {
	guess := func(l *lab, c client, password string) int {
		c.password = password
		return l.get(c.params("GET", "/a", "")).Code
	}
	t.Run("SEC-RATE-01 after 10 failures from an address it is a 429, for the right password too, until the window ends", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		for n := range 10 {
			require.Equal(t, http.StatusUnauthorized, guess(l, c, fmt.Sprint("guess ", n)))
		}
		assert.Equal(t, http.StatusTooManyRequests, guess(l, c, "another"))
		assert.Equal(t, http.StatusTooManyRequests, guess(l, c, passwords["Mufasa"]))
		assert.Zero(t, l.store.claims.Load(), "and its count is not used up")

		r := httptest.NewRequest("GET", "/a", nil)
		r.RemoteAddr = "127.0.0.2:40000"
		r.Header.Set("Authorization", c.params("GET", "/a", "").String())
		assert.Equal(t, http.StatusOK, l.serve(r).Code, "from elsewhere")

		l.pass(time.Minute)
		c.nc++
		assert.Equal(t, http.StatusOK, guess(l, c, passwords["Mufasa"]))
	})
	for _, signedIn := range []bool{false, true} {
		t.Run(fmt.Sprintf("SEC-RATE-03 of 500 parallel guesses at most 10 are answered (somebody signed in before: %v)", signedIn), func(t *testing.T) {
			l := newLab(t, nil)
			c := l.client("Mufasa")
			if signedIn {
				require.Equal(t, http.StatusOK, guess(l, c, passwords["Mufasa"]))
			}
			var wrong, limited atomic.Int64
			var wait sync.WaitGroup
			for n := range 500 {
				wait.Go(func() {
					switch guess(l, c, fmt.Sprint("guess ", n)) {
					case http.StatusUnauthorized:
						wrong.Add(1)
					case http.StatusTooManyRequests:
						limited.Add(1)
					}
				})
			}
			wait.Wait()
			assert.EqualValues(t, 10, wrong.Load())
			assert.EqualValues(t, 490, limited.Load())
			c.nc++
			assert.Equal(t, http.StatusTooManyRequests, guess(l, c, passwords["Mufasa"]), "the right one learns no more")
		})
	}
	t.Run("a client that goes on with a nonce costs a look-up and a claim, and no count", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		for n := range uint32(100) {
			c.nc = n + 1
			require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
		}
		assert.EqualValues(t, 100, l.store.lookUps.Load())
		assert.EqualValues(t, 100, l.store.claims.Load())
		assert.EqualValues(t, 2, l.store.counts.Load(), "the first was judged, and noted")
	})
	t.Run("RFC7616-3.4-08 100 requests at once of a client who was not there before are all let in", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		var wait sync.WaitGroup
		for n := range uint32(100) {
			c := c
			c.nc = n + 1
			wait.Go(func() { assert.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code) })
		}
		wait.Wait()
	})
	t.Run("a replay is neither a failure nor a success", func(t *testing.T) {
		l := newLab(t, nil)
		list := l.client("Mufasa").params("GET", "/a", "")
		require.Equal(t, http.StatusOK, l.get(list).Code)
		for range 30 {
			r := httptest.NewRequest("GET", "/a", nil)
			r.RemoteAddr = "127.0.0.3:40000" // where nobody signed in
			r.Header.Set("Authorization", list.String())
			require.True(t, isStale(t, l.serve(r)))
		}
		before := l.store.counts.Load()
		r := httptest.NewRequest("GET", "/a", nil)
		r.RemoteAddr = "127.0.0.3:40000"
		r.Header.Set("Authorization", list.String())
		l.serve(r)
		assert.EqualValues(t, before+1, l.store.counts.Load(), "still judged: no trust was gained")
	})
	t.Run("names that fold to one share a limit", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) {
			cfg.Fold = func(name string) string { return strings.ToUpper(name[:1]) + strings.ToLower(name[1:]) }
		})
		for n, name := range []string{"Mufasa", "mufasa", "MUFASA", "mUFASA", "muFASA", "mufAsa", "mufaSa", "mufasA", "MUfasa", "MUFasa"} {
			c := l.client("Mufasa")
			c.name = name
			require.Equal(t, http.StatusUnauthorized, guess(l, c, "wrong"), "failure %d", n)
		}
		assert.Equal(t, http.StatusTooManyRequests, guess(l, l.client("Mufasa"), passwords["Mufasa"]))
	})
	t.Run("a success that cannot be noted does not fail the request, and is told", func(t *testing.T) {
		l := newLab(t, nil)
		l = l.node(func(cfg *digest.Config) { cfg.Once = cutter{cfg.Once, l.store} })
		assert.Equal(t, http.StatusOK, l.get(l.client("Mufasa").params("GET", "/a", "")).Code)
		require.Len(t, l.reports, 1)
		assert.ErrorContains(t, l.reports[0], "down")
	})
}

// A cutter breaks the counters while a count is claimed.
type cutter struct {
	store.Once
	backend *backend
}

func (c cutter) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	c.backend.uncounted.Store(true)
	return c.Once.ClaimCount(ctx, key, n, until)
}

// guessers are clients whose guess is wrong, each for another reason.
var guessers = map[string]func(l *lab) client{
	"a wrong password": func(l *lab) client { c := l.client("Mufasa"); c.password = "wrong"; return c },
	"a wrong password while the right one is in use": func(l *lab) client {
		c := l.client("Mufasa")
		require.Equal(l.t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
		c.password = "wrong"
		return c
	},
	"an unknown name":                   func(l *lab) client { return l.client("Scar00") },
	"an account without H(A1)s":         func(l *lab) client { return l.client("Nala00") },
	"an account with them of elsewhere": func(l *lab) client { return l.client("Zazu00") },
}

// newGuessed is a lab with an account for each of the guessers.
func newGuessed(t *testing.T) *lab {
	l := newLab(t, nil)
	elsewhere, err := digest.NewHA1s(digest.HA1Config{Realm: "elsewhere", Keys: l.ring})
	require.NoError(t, err)
	zazu := store.User{ID: "id of Zazu00", Name: "Zazu00"}
	zazu.Password.HA1s, err = elsewhere.Derive(zazu, "")
	require.NoError(t, err)
	require.NoError(t, l.store.CreateUsers(context.Background(), store.User{ID: "id of Nala00", Name: "Nala00"}, zazu))
	return l
}

// TestUnknownNames asserts the cause of equal times: what is done.
func TestUnknownNames(t *testing.T) {
	type cost struct{ lookUps, claims, counts int64 }
	for name, who := range guessers {
		t.Run("SEC-DIGEST-03 "+name+" costs what a wrong password does", func(t *testing.T) {
			l := newGuessed(t)
			c := who(l)
			l.store.lookUps.Store(0)
			l.store.claims.Store(0)
			l.store.counts.Store(0)
			w := l.get(c.params("GET", "/a", ""))
			require.Equal(t, http.StatusUnauthorized, w.Code, name)
			assert.NotContains(t, challenges(t, w)[0], "stale")
			assert.Equal(t, `{"status":401,"message":"Could not authenticate: `+c.name+`","additional":"","reference":""}`+"\n", w.Body.String())
			assert.Equal(t, cost{lookUps: 1, counts: 1}, cost{l.store.lookUps.Load(), l.store.claims.Load(), l.store.counts.Load()})
		})
	}
	t.Run("SEC-DIGEST-03 nobody's H(A1) is opened for names without one", func(t *testing.T) {
		l := newLab(t, nil)
		unknown := l.client("Scar00")
		l.scheme.DamageNobody()
		assert.Equal(t, http.StatusServiceUnavailable, l.get(unknown.params("GET", "/a", "")).Code)
		assert.Equal(t, http.StatusOK, l.get(l.client("Mufasa").params("GET", "/a", "")).Code)
	})
	t.Run("SEC-DIGEST-03 the median times of 10,000 each are within 5 % (asserted under SESAME_LONG=1)", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.Throttle, cfg.InsecureUnthrottled = nil, true })
		known, unknown := l.client("Mufasa"), l.client("Scar00")
		known.password = "wrong"
		var times [2][]time.Duration
		for range 10 * scale(1000) {
			for i, c := range []client{known, unknown} {
				r := httptest.NewRequest("GET", "/a", nil)
				r.Header.Set("Authorization", c.params("GET", "/a", "").String())
				begin := time.Now()
				_, err := l.scheme.Verify(r.Context(), r)
				times[i] = append(times[i], time.Since(begin))
				require.Error(t, err)
			}
		}
		slices.Sort(times[0])
		slices.Sort(times[1])
		ratio := float64(times[0][len(times[0])/2]) / float64(times[1][len(times[1])/2])
		t.Logf("known %v, unknown %v, ratio %.3f", times[0][len(times[0])/2], times[1][len(times[1])/2], ratio)
		if scale(2) == 2 {
			assert.InDelta(t, 1, ratio, 0.05)
		}
	})
}
