package sqlstore

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// RecordUses implements [store.TokenUses].
func (s *Store) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	// In one order everywhere: transactions that lock rows then wait for one another and never in a circle.
	digests := slices.SortedFunc(maps.Keys(lastUsed), func(a, b store.Digest) int { return slices.Compare(a[:], b[:]) })
	if s.recordUses != "" {
		return s.recordUsesAtOnce(ctx, digests, lastUsed)
	}
	return s.write(ctx, "record uses", func(ctx context.Context, q queries) error {
		for _, d := range digests {
			at := micros(lastUsed[d])
			_, err := q.exec(ctx, "UPDATE sesame_tokens SET last_used = ? WHERE tenant = ? AND digest = ? AND last_used < ?",
				at, s.tenant, d[:], at)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) recordUsesAtOnce(ctx context.Context, digests []store.Digest, lastUsed map[store.Digest]time.Time) error {
	keys, times := make([][]byte, len(digests)), make([]int64, len(digests))
	for i, d := range digests {
		keys[i], times[i] = digests[i][:], micros(lastUsed[d])
	}
	return s.single(ctx, "record uses", func(ctx context.Context, q queries) error {
		_, err := q.exec(ctx, q.recordUses, keys, times, s.tenant)
		return err
	})
}
