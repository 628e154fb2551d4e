package throttle_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// counters is a store.Counters that counts its calls too, and breaks when it is told.
type counters struct {
	mu     sync.Mutex
	totals map[store.Digest]int
	untils map[store.Digest]time.Time
	calls  int
	broken error
	during func() // runs before the counts are made
}

func (c *counters) Add(ctx context.Context, counts []store.Count) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if c.broken != nil {
		return c.broken
	}
	if c.during != nil {
		c.during()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range counts {
		key := counts[i].Key
		if counts[i].Delta != 0 {
			c.totals[key] += counts[i].Delta
			c.untils[key] = counts[i].Until
		}
		counts[i].Total = c.totals[key]
	}
	return nil
}

// sum is what all counters add up to.
func (c *counters) sum() (sum int) {
	for _, total := range c.totals {
		sum += total
	}
	return sum
}

// A lab is a throttle with its store and its time.
type lab struct {
	*throttle.Throttle
	counters *counters
	now      time.Time
}

func newLab(t *testing.T, cfg throttle.Config) *lab {
	t.Helper()
	l := &lab{
		counters: &counters{totals: map[store.Digest]int{}, untils: map[store.Digest]time.Time{}},
		now:      time.Date(2026, 5, 1, 12, 0, 10, 0, time.UTC),
	}
	if cfg.Counters == nil {
		cfg.Counters = l.counters
	}
	cfg.Clock = func() time.Time { return l.now }
	limits, err := throttle.New(cfg)
	require.NoError(t, err)
	l.Throttle = limits
	return l
}

func (l *lab) pass(d time.Duration) { l.now = l.now.Add(d) }

// fail makes one attempt that does not succeed.
func (l *lab) fail(who throttle.Account, address string) error {
	_, err := l.Reserve(context.Background(), from(address), who)
	return err
}

// succeed makes one attempt that does.
func (l *lab) succeed(who throttle.Account, address string) error {
	attempt, err := l.Reserve(context.Background(), from(address), who)
	if err != nil {
		return err
	}
	return attempt.Succeeded(context.Background())
}

func from(address string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = address
	return r
}

func user(id string) throttle.Account { return throttle.Account{Kind: throttle.Password, ID: id} }
