package memory

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Few parts, few tags: everything collides that can.
func TestADirectoryFindsWhatWasAddedAndNothingThatWasRemoved(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var d directory
	hashes := map[uint32]uint64{}
	for number := uint32(1); number < 20_000; number++ {
		hashes[number] = random.Uint64N(2)<<63 | random.Uint64N(200)<<24
		d.part(hashes[number]).add(hashes[number], number)
		if victim := random.Uint32N(number) + 1; number > 500 && hashes[victim] != 0 {
			d.part(hashes[victim]).remove(hashes[victim], victim)
			delete(hashes, victim)
		}
	}
	for number := uint32(1); number < 20_000; number++ {
		hash, there := hashes[number]
		found := d.part(hash).find(hash, func(n uint32) bool { return n == number })
		require.Equal(t, there, found == number && number != 0, "number %d", number)
	}
}

func TestAnIndexGivesBackWhatItDoesNotNeed(t *testing.T) {
	var d index
	hash := func(number uint32) uint64 { return uint64(number) * 0x9e3779b97f4a7c15 }
	for number := range uint32(100_000) {
		d.add(hash(number+1), number+1)
	}
	assert.Less(t, len(d.load()), 100_000*3/2)
	for number := range uint32(99_000) {
		d.remove(hash(number+1), number+1)
	}
	assert.Less(t, len(d.load()), 10_000)
	for number := uint32(99_000); number < 100_000; number++ {
		require.NotZero(t, d.find(hash(number+1), func(n uint32) bool { return n == number+1 }))
	}
}

func TestAnIndexFullOfOneTagStillEndsItsSearch(t *testing.T) {
	var d index
	for number := range uint32(100) {
		d.add(7, number+1)
	}
	assert.Zero(t, d.find(7, func(uint32) bool { return false }))
}
