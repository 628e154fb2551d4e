package sqlstore

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// Add implements [store.Counters]: one statement, and one that writes nothing where all counts are only read.
func (s *Store) Add(ctx context.Context, counts []store.Count) error {
	sums := summed(counts)
	if len(sums) == 0 {
		return nil
	}
	run, query := s.read, s.readCounters
	if slices.ContainsFunc(counts, func(c store.Count) bool { return c.Delta != 0 }) {
		run, query = s.single, s.addCounters
	}
	totals := map[store.Digest]int{}
	err := run(ctx, "add", func(ctx context.Context, q queries) error {
		text, args := query(sums)
		found, err := list(ctx, q, totalFields, text, args...)
		for _, c := range found {
			totals[c.Key] = c.Total
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, c := range slices.Backward(counts) { // a key may come several times: each shows its own addition, not the later ones
		counts[i].Total = totals[c.Key]
		totals[c.Key] -= c.Delta
	}
	return nil
}

func totalFields(c *store.Count) []any { return []any{digest{&c.Key}, &c.Total} }

// summed has each key once, in one order everywhere, so that transactions never wait for one another in a circle.
func summed(counts []store.Count) []store.Count {
	sums := slices.SortedStableFunc(slices.Values(counts), func(a, b store.Count) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	kept := sums[:0]
	for _, c := range sums {
		if last := len(kept) - 1; last >= 0 && kept[last].Key == c.Key {
			kept[last].Delta += c.Delta
			if c.Until.IsZero() || !kept[last].Until.IsZero() && c.Until.After(kept[last].Until) {
				kept[last].Until = c.Until
			}
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

func (s *Store) readCounters(sums []store.Count) (query string, args []any) {
	keys := make([][]byte, len(sums))
	for i := range sums {
		keys[i] = sums[i].Key[:]
	}
	c := among(s.condition(), "key", keys)
	return "SELECT key, total FROM sesame_counters WHERE " + c.text.String(), c.args
}

func (s *Store) addCounters(sums []store.Count) (query string, args []any) {
	for i := range sums {
		args = append(args, s.tenant, sums[i].Key[:], sums[i].Delta, micros(sums[i].Until))
	}
	rows := placeholders(4) + strings.Repeat(", "+placeholders(4), len(sums)-1)
	return `INSERT INTO sesame_counters (tenant, key, total, expires) VALUES ` + rows + `
		ON CONFLICT (tenant, key) DO UPDATE SET total = sesame_counters.total + excluded.total, expires = CASE
			WHEN sesame_counters.expires = 0 OR excluded.expires = 0 THEN 0
			WHEN sesame_counters.expires > excluded.expires THEN sesame_counters.expires
			ELSE excluded.expires END
		RETURNING key, total`, args
}
