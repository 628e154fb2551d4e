package sqlstore

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Claim implements [store.Once].
func (s *Store) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	return s.single(ctx, "claim", func(ctx context.Context, q queries) error {
		return q.must(ctx, store.ErrUsed, insert("sesame_claims", "key, expires"), s.tenant, key[:], micros(until))
	})
}

// ClaimCount implements [store.Once].
func (s *Store) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	if s.claimCount != "" {
		return s.single(ctx, "claim count", func(ctx context.Context, q queries) error {
			return q.must(ctx, store.ErrUsed, q.claimCount, s.tenant, key[:], micros(until), n)
		})
	}
	return s.write(ctx, "claim count", func(ctx context.Context, q queries) error {
		w := window{highest: n, taken: [2]uint64{1, 0}}
		added, err := q.exec(ctx, insert("sesame_counts", "key, expires, highest, taken, taken_before"),
			append([]any{s.tenant, key[:], micros(until)}, w.values()...)...)
		if err != nil || added > 0 {
			return err
		}
		return s.claimNext(ctx, q, key, n)
	})
}

// claimNext takes the number n of a key that is known.
func (s *Store) claimNext(ctx context.Context, q queries, key store.Digest, n uint32) error {
	var highest, taken, before int64
	err := q.get(ctx, "SELECT highest, taken, taken_before FROM sesame_counts WHERE tenant = ? AND key = ?",
		[]any{s.tenant, key[:]}, &highest, &taken, &before)
	if err != nil {
		return err
	}
	w := window{uint32(highest), [2]uint64{uint64(taken), uint64(before)}}
	if !w.claim(n) {
		return store.ErrUsed
	}
	_, err = q.exec(ctx, update("sesame_counts", "highest, taken, taken_before")+"tenant = ? AND key = ?",
		append(w.values(), s.tenant, key[:])...)
	return err
}

// A window is the highest number that was taken, and which of the 128 up to it were: bit i of taken, whose second word goes
// on where the first ends, is highest - i.
type window struct {
	highest uint32
	taken   [store.CountWindow / 64]uint64
}

// values are the columns highest, taken and taken_before.
func (w *window) values() []any {
	return []any{int64(w.highest), int64(w.taken[0]), int64(w.taken[1])}
}

// claim takes n, where it was not taken and is not too far back.
func (w *window) claim(n uint32) bool {
	if n > w.highest {
		w.shift(n - w.highest)
		w.highest = n
	}
	back := w.highest - n
	if back >= store.CountWindow || w.taken[back/64]&(1<<(back%64)) != 0 {
		return false
	}
	w.taken[back/64] |= 1 << (back % 64)
	return true
}

// shift moves every number by further back; a shift by 64 or more leaves nothing of a word in Go.
func (w *window) shift(by uint32) {
	if by >= 64 {
		w.taken = [2]uint64{0, w.taken[0] << (by - 64)}
		return
	}
	w.taken = [2]uint64{w.taken[0] << by, w.taken[1]<<by | w.taken[0]>>(64-by)}
}
