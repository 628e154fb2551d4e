package memory_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func add(t *testing.T, s *memory.Store, key store.Digest, delta int, until time.Time) int {
	t.Helper()
	counts := []store.Count{{Key: key, Delta: delta, Until: until}}
	require.NoError(t, s.Add(context.Background(), counts))
	return counts[0].Total
}

func total(t *testing.T, s *memory.Store, key store.Digest) int {
	return add(t, s, key, 0, time.Time{})
}

func TestCountersUnderAFlood(t *testing.T) {
	t.Run("SEC-RATE-04 a flood of random names costs the memory of the capacity and evicts no entry under attack", func(t *testing.T) {
		const capacity, attacked = 1 << 13, 500
		before, _ := heap()
		s := memory.New(memory.CounterCapacity(capacity))
		for i := range attacked {
			add(t, s, key(-i-1), 3+i%7, noon)
		}
		counts := make([]store.Count, 2)
		for range many(20_000, 500_000) {
			counts[0] = store.Count{Key: randomKey(), Delta: 1, Until: noon}
			counts[1] = store.Count{Key: randomKey(), Delta: 1, Until: noon}
			require.NoError(t, s.Add(context.Background(), counts))
		}
		after, _ := heap()
		assert.Less(t, after-before, uint64(capacity*120), "bytes")
		for i := range attacked {
			require.Equal(t, 3+i%7, total(t, s, key(-i-1)), "an entry under attack")
		}
	})
}

func randomKey() (d store.Digest) {
	for i := range d {
		d[i] = byte(rand.Uint32())
	}
	return d
}

func TestSmallTotalsAreForgottenBeforeLargeOnes(t *testing.T) {
	s := memory.New(memory.CounterCapacity(80))
	for _, i := range rand.Perm(70) {
		add(t, s, key(i), i+1, noon)
	}
	for i := range 11 { // the eighty-first finds it full
		add(t, s, key(100+i), 1000, noon)
	}
	for i := range 70 {
		assert.Equal(t, i >= 10, total(t, s, key(i)) != 0, "a total of %d", i+1)
	}
}

func TestOfEqualTotalsThoseThatEndFirstAreForgottenFirst(t *testing.T) {
	s := memory.New(memory.CounterCapacity(80))
	for _, i := range rand.Perm(70) {
		add(t, s, key(i), 5, until(i))
	}
	for i := range 11 {
		add(t, s, key(100+i), 1000, noon)
	}
	for i := range 70 {
		assert.Equal(t, i >= 10, total(t, s, key(i)) != 0, "one that ends at %d", i)
	}
}

func TestWhatEndedADayAgoIsForgottenBeforeAnythingElse(t *testing.T) {
	s := memory.New(memory.CounterCapacity(80))
	for i := range 10 {
		add(t, s, key(i), 1_000_000, noon)
	}
	for i := 10; i < 80; i++ {
		add(t, s, key(i), 2, noon.Add(24*time.Hour+time.Second))
	}
	add(t, s, key(80), 1, noon.Add(24*time.Hour+time.Second))
	for i := range 81 {
		assert.Equal(t, i >= 10, total(t, s, key(i)) != 0, "number %d", i)
	}
}

func TestANewcomerIsSparedUntilAnEighthCameAfterIt(t *testing.T) {
	s := memory.New(memory.CounterCapacity(800))
	for i := range 800 {
		add(t, s, key(i), 1000, noon)
	}
	for i := range 100 { // the first makes room for all
		add(t, s, key(1000+i), 1, noon)
	}
	add(t, s, key(2000), 1, noon)
	for i := range 100 {
		assert.Equal(t, 1, total(t, s, key(1000+i)), "the last hundred before it")
	}
	for i := range 100 {
		add(t, s, key(2001+i), 1, noon)
	}
	assert.Zero(t, total(t, s, key(1000)), "a small one that was no newcomer any more")
}

func TestACounterWithoutAnEndIsNoClock(t *testing.T) {
	s := memory.New(memory.CounterCapacity(8))
	add(t, s, key(0), 9, noon)
	add(t, s, key(1), 1, time.Time{})
	for i := range 100 {
		add(t, s, key(2+i), 2, noon)
	}
	assert.Equal(t, 9, total(t, s, key(0)))
}

func TestWhatIsGivenBackIsNotKept(t *testing.T) {
	s := memory.New(memory.CounterCapacity(8))
	for i := range 1000 {
		add(t, s, key(-1), 1, noon)
		add(t, s, key(i), 1, noon)
		add(t, s, key(i), -1, noon)
	}
	assert.Equal(t, 1000, total(t, s, key(-1)))
	n, err := s.Sweep(context.Background(), noon.Add(time.Hour), 1000)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}
