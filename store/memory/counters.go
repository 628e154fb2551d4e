package memory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// counters count. A full strip forgets an eighth of what it keeps: first the counters that have ended, then those with
// the smallest totals, of equal ones those that end first. The eighth that came last is spared, so that in a crowd of
// large totals a new one has time to become large as well.
//
// Nobody tells a store the time but Sweep. Without it a counter has ended for certain when another ends a day later,
// as long as nobody counts over more than a day; longer windows work, but are forgotten with the ended ones.
type counters struct {
	tallies strips[tally]
}

const longestWindow = moment(24 * time.Hour / time.Microsecond)

// A tally is one counter. Its arrival is its place among all that its strip ever kept.
type tally struct {
	total   int
	until   moment
	arrival uint64
}

func (t tally) end() moment { return t.until }

func (c *counters) init(capacity int) { c.tallies = newStrips[tally](capacity) }

// Add implements store.Counters. A counter whose total is zero is not kept.
func (c *counters) Add(ctx context.Context, counts []store.Count) error {
	if err := alive(ctx); err != nil {
		return err
	}
	for i := range counts {
		count := &counts[i]
		strip := c.tallies.lock(&count.Key)
		count.Total = add(strip, count)
		strip.mu.Unlock()
	}
	return nil
}

func (c *counters) sweep(now moment, limit int) int { return c.tallies.sweep(now, limit) }

// add returns the new total.
func add(s *strip[tally], count *store.Count) int {
	t, known := s.kept[count.Key]
	t.total += count.Delta
	t.until = max(t.until, endOf(count.Until))
	switch {
	case t.total == 0:
		delete(s.kept, count.Key)
		return 0
	case !known:
		forgetLeast(s)
		s.arrivals++
		t.arrival = s.arrivals
	}
	s.keep(count.Key, t)
	return t.total
}

// forgetLeast makes room where the strip is full.
func forgetLeast(s *strip[tally]) {
	if !s.full() {
		return
	}
	eighth := s.capacity / 8
	type candidate struct {
		key   store.Digest
		rank  int
		until moment
	}
	candidates := make([]candidate, 0, len(s.kept))
	for key, t := range s.kept {
		if t.arrival <= s.arrivals-uint64(eighth) {
			candidates = append(candidates, candidate{key, t.rank(s.latest), t.until})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.until, b.until))
	})
	for _, c := range candidates[:max(eighth, 1)] {
		delete(s.kept, c.key)
	}
}

// rank is how much a counter is worth keeping.
func (t tally) rank(latest moment) int {
	if t.until < latest-longestWindow {
		return math.MinInt
	}
	return t.total
}
