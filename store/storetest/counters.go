package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func counterChecks() []Check {
	const rule = "Add makes the additions, each of them atomically, and sets the Total of each."
	return []Check{
		{"Add adds", rule, Counters, in(addAdds)},
		{"Add reads with 0 and gives back with less", rule + " Delta may be zero, to read, or negative, to give back.", Counters, in(addGivesBack)},
		{"Add makes many additions at once", rule, Counters, in(addMany)},
		{"Add makes two additions to one counter", rule, Counters, in(addTwice)},
		{"Add tells keys apart by every byte", "Digests are compared byte by byte.", Counters, in(addApart)},
		{"Add ignores the Total that it is given", rule, Counters, in(addIgnoresTotal)},
	}
}

// add adds delta to key and returns the total.
func (w *world) add(key string, delta int) int {
	w.Helper()
	counts := []store.Count{{Key: store.DigestOf(key), Delta: delta, Until: w.now.Add(time.Hour)}}
	require.NoError(w, w.Counters.Add(w.ctx, counts))
	return counts[0].Total
}

func addAdds(w *world) {
	assert.Equal(w, 1, w.add("key", 1))
	assert.Equal(w, 3, w.add("key", 2))
	assert.Equal(w, 1<<30+3, w.add("key", 1<<30))
	assert.Equal(w, 1, w.add("other", 1))
	assert.NoError(w, w.Counters.Add(w.ctx, nil), "no additions")
}

func addGivesBack(w *world) {
	assert.Equal(w, 0, w.add("key", 0), "a counter that nobody added to")
	assert.Equal(w, 5, w.add("key", 5))
	assert.Equal(w, 5, w.add("key", 0))
	assert.Equal(w, 3, w.add("key", -2))
	assert.Equal(w, 3, w.add("key", 0))
	assert.Equal(w, -1, w.add("below", -1), "a sum is a sum")
	assert.Equal(w, 0, w.add("below", 1))
}

func addMany(w *world) {
	w.add("b", 10)
	until := w.now.Add(time.Hour)
	counts := []store.Count{
		{Key: store.DigestOf("a"), Delta: 1, Until: until}, {Key: store.DigestOf("b"), Delta: 2, Until: until.Add(time.Hour)},
		{Key: store.DigestOf("c"), Delta: -3, Until: until}, {Key: store.DigestOf("d"), Until: until},
	}
	require.NoError(w, w.Counters.Add(w.ctx, counts))
	for i, want := range []int{1, 12, -3, 0} {
		assert.Equal(w, want, counts[i].Total, "total %d", i)
	}
	assert.Equal(w, store.DigestOf("b"), counts[1].Key, "keys stay where they are")
	assert.Equal(w, 2, counts[1].Delta)
	assert.Equal(w, 12, w.add("b", 0))
}

func addTwice(w *world) {
	until := w.now.Add(time.Hour)
	counts := []store.Count{
		{Key: store.DigestOf("a"), Delta: 1, Until: until}, {Key: store.DigestOf("b"), Delta: 1, Until: until},
		{Key: store.DigestOf("a"), Delta: 2, Until: until},
	}
	require.NoError(w, w.Counters.Add(w.ctx, counts))
	assert.Equal(w, 3, w.add("a", 0), "the sum")
	assert.ElementsMatch(w, []int{1, 3}, []int{counts[0].Total, counts[2].Total}, "the totals on the way, in one order or the other")
}

func addApart(w *world) {
	key := store.DigestOf("key")
	for i, d := range append(near(key), key, store.Digest{}) {
		counts := []store.Count{{Key: d, Delta: i + 1, Until: w.now.Add(time.Hour)}}
		require.NoError(w, w.Counters.Add(w.ctx, counts))
		assert.Equal(w, i+1, counts[0].Total, "%x", d)
	}
}

func addIgnoresTotal(w *world) {
	counts := []store.Count{{Key: store.DigestOf("key"), Delta: 1, Until: w.now.Add(time.Hour), Total: 70}}
	require.NoError(w, w.Counters.Add(w.ctx, counts))
	assert.Equal(w, 1, counts[0].Total)
	assert.Equal(w, 1, w.add("key", 0))
}
