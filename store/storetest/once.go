package storetest

import (
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func onceChecks() []Check {
	const rule = "Claim takes key until this time. Of any number of callers one gets nil; all others get ErrUsed, " +
		"until the key is forgotten after until."
	const ruleCount = "ClaimCount takes the number n of key. Each n is given once. Numbers may come in any order, as long as they are " +
		"greater than the highest one so far less CountWindow; what is below, and what was taken, is ErrUsed."
	return []Check{
		{"Claim gives a key once", rule, Once, in(claimOnce)},
		{"Claim tells keys apart by every byte", "Digests are compared byte by byte.", Once, in(claimApart)},
		{"Claim does not look at a clock", rule + " Stores do not look at a clock.", Once | Sweeper, in(claimPast)},
		{"ClaimCount gives each number once", ruleCount, Once, in(countOnce)},
		{"ClaimCount tells keys apart by every byte", "Digests are compared byte by byte.", Once, in(countApart)},
		{"ClaimCount takes numbers in any order within the window", ruleCount, Once, in(countAnyOrder)},
		{"ClaimCount refuses what is below the window", ruleCount, Once, in(countBelow)},
		{"ClaimCount jumps to the largest number and never wraps", ruleCount, Once, in(countLargest)},
		{"ClaimCount remembers across jumps of every width", ruleCount, Once, in(countJumps)},
		{"ClaimCount agrees with the rule on arbitrary numbers", ruleCount, Once, in(countArbitrary)},
	}
}

func claimOnce(w *world) {
	key := store.DigestOf("key")
	require.NoError(w, w.Once.Claim(w.ctx, key, w.now.Add(time.Hour)))
	for _, until := range []time.Duration{time.Hour, 2 * time.Hour, time.Minute, -time.Hour} {
		assert.ErrorIs(w, w.Once.Claim(w.ctx, key, w.now.Add(until)), store.ErrUsed, "again, until %v from now", until)
	}
	assert.ErrorIs(w, w.Once.Claim(w.ctx, key, time.Time{}), store.ErrUsed, "again, for ever")
}

// near are digests that differ from d in one bit each.
func near(d store.Digest) []store.Digest {
	var all []store.Digest
	for _, i := range []int{0, 7, 15, 16, 31} {
		other := d
		other[i] ^= 0x80
		all = append(all, other)
	}
	return all
}

func claimApart(w *world) {
	key := store.DigestOf("key")
	for _, d := range append(near(key), key, store.Digest{}) {
		assert.NoError(w, w.Once.Claim(w.ctx, d, w.now.Add(time.Hour)), "%x", d)
	}
}

func claimPast(w *world) {
	key := store.DigestOf("key")
	require.NoError(w, w.Once.Claim(w.ctx, key, w.now.Add(-time.Hour)))
	assert.ErrorIs(w, w.Once.Claim(w.ctx, key, w.now.Add(time.Hour)), store.ErrUsed, "before it was swept")
}

func (w *world) count(key string, n uint32) error {
	return w.Once.ClaimCount(w.ctx, store.DigestOf(key), n, w.now.Add(time.Hour))
}

// fresh and used report where these numbers of key are not given, or given.
func (w *world) fresh(key string, numbers ...uint32) {
	w.Helper()
	for _, n := range numbers {
		assert.NoError(w, w.count(key, n), "%d, for the first time", n)
	}
}

func (w *world) used(key string, numbers ...uint32) {
	w.Helper()
	for _, n := range numbers {
		assert.ErrorIs(w, w.count(key, n), store.ErrUsed, "%d", n)
	}
}

func countOnce(w *world) {
	w.fresh("key", 1)
	w.used("key", 1)
	w.fresh("key", 2, 3)
	w.used("key", 1, 2, 3)
	w.fresh("from 0", 0)
	w.used("from 0", 0)
	w.fresh("from 0", 1)
	w.used("from 0", 0, 1)
}

func countApart(w *world) {
	key := store.DigestOf("key")
	for _, d := range append(near(key), key, store.Digest{}) {
		assert.NoError(w, w.Once.ClaimCount(w.ctx, d, 1, w.now.Add(time.Hour)), "%x", d)
	}
}

func countAnyOrder(w *world) {
	w.fresh("key", 100, 2, 99, 1, 101, 50, 0)
	w.used("key", 100, 2, 99, 1, 101, 50, 0)
	w.fresh("key", 3, 98)
}

func countBelow(w *world) {
	w.fresh("key", 1000)
	w.used("key", 0, 1, 871, 1000-store.CountWindow)
	w.fresh("key", 1000-store.CountWindow+1)
	w.fresh("key", 1001)
	w.used("key", 1000-store.CountWindow+1)
	w.fresh("key", 1000-store.CountWindow+2)
	w.fresh("small", 5, 0, 4)
	w.fresh("edge", store.CountWindow-1, 0)
	w.fresh("over the edge", store.CountWindow)
	w.used("over the edge", 0)
	w.fresh("over the edge", 1)
}

func countLargest(w *world) {
	const largest = 0xffffffff
	w.fresh("key", 1, largest)
	w.used("key", largest, 0, 1, 2, 127, largest-store.CountWindow, 1<<31)
	w.fresh("key", largest-1, largest-store.CountWindow+1)
	w.used("key", largest-1, largest-store.CountWindow+1)
	w.fresh("sign", 1<<31-1, 1<<31, 1<<31+1)
	w.used("sign", 1<<31-1, 1<<31, 1<<31+1)
}

func countJumps(w *world) {
	for _, width := range []uint32{1, 2, 31, 32, 33, 63, 64, 65, 95, 126, 127, 128, 129, 191, 192, 255, 256, 257, 1 << 16} {
		key := "jump of " + string(rune(width))
		w.fresh(key, 1000, 998, 990)
		w.fresh(key, 1000+width)
		w.used(key, 1000+width, 1000, 998, 990)
		for _, n := range []uint32{999, 997, 991} {
			if n+store.CountWindow > 1000+width {
				w.fresh(key, n)
			}
			w.used(key, n)
		}
	}
}

// countArbitrary compares with the rule as it is written.
func countArbitrary(w *world) {
	random := rand.New(rand.NewPCG(7616, 3))
	taken, highest := map[uint32]bool{}, uint32(0)
	for range 600 {
		n := uint32(max(0, int(highest)+random.IntN(300)-260))
		err := w.count("key", n)
		if taken[n] || int64(n) <= int64(highest)-store.CountWindow {
			assert.ErrorIs(w, err, store.ErrUsed, "%d after %d", n, highest)
			continue
		}
		assert.NoError(w, err, "%d after %d", n, highest)
		taken[n], highest = true, max(highest, n)
	}
}
