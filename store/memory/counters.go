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
		strip, hash := c.tallies.lock(&count.Key)
		count.Total = add(strip, hash, count)
		strip.mu.Unlock()
	}
	return nil
}

func (c *counters) sweep(now moment, limit int) int { return c.tallies.sweep(now, limit) }

// add returns the new total.
func add(s *strip[tally], hash uint64, count *store.Count) int {
	t := s.kept.find(hash, &count.Key)
	end := endOf(count.Until)
	switch {
	case count.Delta == 0 && t == nil:
		return 0
	case count.Delta == 0:
		return t.total
	case t == nil:
		forgetLeast(s)
		s.arrivals++
		s.kept.add(hash, &count.Key, tally{count.Delta, end, s.arrivals})
		s.note(end)
		return count.Delta
	}
	t.total += count.Delta
	if t.total == 0 {
		s.kept.remove(&count.Key)
		return 0
	}
	t.until = max(t.until, end)
	s.note(end)
	return t.total
}

// forgetLeast makes room where the strip is full.
func forgetLeast(s *strip[tally]) {
	if !s.full() {
		return
	}
	eighth := s.capacity / 8
	candidates := make([]line[tally], 0, s.kept.used())
	for l := range s.kept.all() {
		if l.value.arrival <= s.arrivals-uint64(eighth) {
			candidates = append(candidates, *l)
		}
	}
	slices.SortFunc(candidates, func(a, b line[tally]) int {
		return cmp.Or(cmp.Compare(a.value.rank(s.latest), b.value.rank(s.latest)), cmp.Compare(a.value.until, b.value.until))
	})
	for _, c := range candidates[:max(eighth, 1)] {
		s.kept.remove(&c.key)
	}
}

// rank is how much a counter is worth keeping.
func (t tally) rank(latest moment) int {
	if t.until < latest-longestWindow {
		return math.MinInt
	}
	return t.total
}
