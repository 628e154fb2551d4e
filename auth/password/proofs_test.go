package password

import (
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func digest(n int) store.Digest {
	return store.DigestOf(string(binary.BigEndian.AppendUint64(nil, uint64(n))))
}

func TestADigestCountsUntilItsTime(t *testing.T) {
	set := newProofs(100)
	set.put(digest(1), noon.Add(time.Minute))
	assert.True(t, set.has(digest(1), noon))
	assert.True(t, set.has(digest(1), noon.Add(time.Minute-1)))
	assert.False(t, set.has(digest(1), noon.Add(time.Minute)))
	assert.False(t, set.has(digest(2), noon))
}

func TestASetStaysWithinItsLimit(t *testing.T) {
	set := newProofs(640)
	for n := range 20_000 {
		set.put(digest(n), noon.Add(time.Hour))
		assert.True(t, set.has(digest(n), noon), "the newest is held")
	}
	assert.LessOrEqual(t, set.len(), 640)
}

func TestWhatHasEndedGoesFirst(t *testing.T) {
	set := newProofs(640)
	for n := range 5000 {
		set.put(digest(n), noon.Add(time.Second))
	}
	later := noon.Add(time.Minute)
	for n := range 100 { // no more than six of them in one row
		set.put(digest(1_000_000+n), later.Add(time.Hour))
	}
	for n := range 100 {
		assert.True(t, set.has(digest(1_000_000+n), later), "digest %d", n)
	}
}

func TestASetWithoutALimitHoldsNothing(t *testing.T) {
	set := newProofs(0)
	set.put(digest(1), noon.Add(time.Hour))
	assert.False(t, set.has(digest(1), noon))
	assert.Zero(t, set.len())
}

func TestASetServesManyAtOnce(t *testing.T) {
	set := newProofs(1000)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for n := range 2000 {
				set.put(digest(worker*2000+n), noon.Add(time.Hour))
				set.has(digest(n), noon)
			}
		})
	}
	wait.Wait()
	assert.LessOrEqual(t, set.len(), 1024)
}

func TestLookingUpAllocatesNothing(t *testing.T) {
	set := newProofs(100)
	d := digest(1)
	assert.Zero(t, testing.AllocsPerRun(100, func() { set.has(d, noon) }))
}

func TestHardlyAnyHasToGoBeforeHalfThePlacesAreTaken(t *testing.T) {
	set := newProofs(60_000)
	for n := range 30_000 {
		set.put(digest(n), noon.Add(time.Hour))
	}
	assert.GreaterOrEqual(t, set.len(), 29_900)
}
