package memory

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Sweep implements store.Sweeper.
func (s *Store) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	over := func(until time.Time) bool { return !until.IsZero() && until.Before(now) }
	s.lock()
	n := sweepMap(s.tokens, limit, func(t *store.Token) bool { return over(t.Expires) }, func(t *store.Token) { delete(s.ids, t.ID) })
	n += sweepMap(s.handles, limit, func(h *store.Handle) bool { return over(h.Expires) }, nil)
	n += sweepMap(s.grants, limit, func(g *store.Grant) bool {
		for _, t := range s.tokens {
			if t.Grant == g.ID {
				return false
			}
		}
		return over(g.Expires)
	}, nil)
	n += sweepMap(s.events.byID, limit, func(e *store.Event) bool {
		return over(e.Expires) && e.Delivery.State != store.DeliveryPending
	}, nil)
	s.unlock()
	s.onceMu.Lock()
	n += sweepMap(s.claims, limit, over, nil)
	n += sweepMap(s.counts, limit, func(w *window) bool { return over(w.until) }, nil)
	s.onceMu.Unlock()
	s.countersMu.Lock()
	n += sweepMap(s.totals, limit, func(t total) bool { return over(t.until) }, nil)
	s.countersMu.Unlock()
	return n, nil
}

func sweepMap[K comparable, V any](m map[K]V, limit int, over func(V) bool, also func(V)) int {
	removed := 0
	for key, value := range m {
		if removed == limit {
			break
		}
		if over(value) {
			delete(m, key)
			removed++
			if also != nil {
				also(value)
			}
		}
	}
	return removed
}
