package redisstore

import (
	"context"
	"math"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Add implements [store.Counters]. A counter that is to be kept for ever is kept for a century.
func (s *Store) Add(ctx context.Context, counts []store.Count) error {
	if len(counts) == 0 {
		return ctx.Err()
	}
	keys, args := make([][]string, len(counts)), make([][]any, len(counts))
	for i := range counts {
		keys[i] = []string{s.keys.of("counter", &counts[i].Key)}
		args[i] = []any{counts[i].Delta, counterEnd(counts[i].Until)}
	}
	return s.call(ctx, "add", func(ctx context.Context) error {
		results, err := s.runAll(ctx, s.scripts.add, keys, args)
		if err != nil {
			return err
		}
		for i, r := range results {
			total, err := r.Int64()
			if err != nil {
				return err
			}
			counts[i].Total = int(min(total, math.MaxInt))
		}
		return nil
	})
}

// counterEnd is a time in milliseconds, rounded up.
func counterEnd(until time.Time) int64 {
	if until.IsZero() {
		until = time.Now().AddDate(100, 0, 0)
	}
	return until.Add(time.Millisecond - 1).UnixMilli()
}
