package memory

import (
	"context"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type counters struct {
	countersMu sync.Mutex
	totals     map[store.Digest]total
}

type total struct {
	n     int
	until time.Time
}

func (c *counters) init(int) { c.totals = map[store.Digest]total{} }

// Add implements store.Counters.
func (c *counters) Add(ctx context.Context, counts []store.Count) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.countersMu.Lock()
	defer c.countersMu.Unlock()
	for i := range counts {
		count := &counts[i]
		t, known := c.totals[count.Key]
		t.n += count.Delta
		if count.Until.After(t.until) {
			t.until = count.Until
		}
		if known || count.Delta != 0 {
			c.totals[count.Key] = t
		}
		count.Total = t.n
	}
	return nil
}
