package memory

import "sync/atomic"

// A directory finds records by hash. It is an index in parts, so that growing never takes long.
type directory struct {
	parts [64]index
}

func (d *directory) part(hash uint64) *index { return &d.parts[hash>>58] }

// An index is open addressing over words that hold a tag, which is the hash's lower half, and a record's number, so
// that a probe reads a record only where the tag agrees. When it is four fifths full it grows by an eighth; its entries
// are placed by their tags alone, so that growing reads no record either.
//
// Anybody may look while one writer writes. What is found meanwhile may be wrong, but is found in bounded time.
type index struct {
	slots atomic.Pointer[[]uint64] // tag<<32 | number, zero where there is nothing; words that readers see are atomic
	used  int
}

// find returns the number under hash that is says yes to, else zero.
func (x *index) find(hash uint64, is func(number uint32) bool) uint32 {
	slots := x.load()
	tag := uint32(hash)
	at := home(tag, len(slots))
	for range slots {
		entry := atomic.LoadUint64(&slots[at])
		if entry == 0 {
			return 0
		}
		if uint32(entry>>32) == tag && is(uint32(entry)) {
			return uint32(entry)
		}
		at = after(at, len(slots))
	}
	return 0
}

// add puts a number, which is not zero, under hash.
func (x *index) add(hash uint64, number uint32) {
	x.used++
	if x.used*5 > len(x.load())*4 {
		x.resize(x.used + x.used/8 + 4)
	}
	slots := x.load()
	atomic.StoreUint64(&slots[vacancy(slots, uint32(hash))], hash<<32|uint64(number))
}

// remove takes away a number that is under hash.
func (x *index) remove(hash uint64, number uint32) {
	slots := x.load()
	x.used--
	closeGap(slots, place(slots, hash, number))
	if x.used*2 < len(slots) && len(slots) > 64 {
		x.resize(x.used + x.used/8 + 4)
	}
}

func (x *index) load() []uint64 {
	if slots := x.slots.Load(); slots != nil {
		return *slots
	}
	return nil
}

// resize makes room for so many entries, and a quarter as much air.
func (x *index) resize(entries int) {
	next := make([]uint64, entries*5/4)
	for _, entry := range x.load() {
		if entry != 0 {
			next[vacancy(next, uint32(entry>>32))] = entry
		}
	}
	x.slots.Store(&next)
}

// place is where a number is that is under hash.
func place(slots []uint64, hash uint64, number uint32) int {
	at := home(uint32(hash), len(slots))
	for slots[at] != hash<<32|uint64(number) {
		at = after(at, len(slots))
	}
	return at
}

// vacancy is the place for a new entry with this tag.
func vacancy(slots []uint64, tag uint32) int {
	at := home(tag, len(slots))
	for slots[at] != 0 {
		at = after(at, len(slots))
	}
	return at
}

// closeGap moves the entries behind hole forward, each no further than to its home, so that no probe ends early.
func closeGap(slots []uint64, hole int) {
	for at := after(hole, len(slots)); slots[at] != 0; at = after(at, len(slots)) {
		if mayMove(home(uint32(slots[at]>>32), len(slots)), at, hole) {
			atomic.StoreUint64(&slots[hole], slots[at])
			hole = at
		}
	}
	atomic.StoreUint64(&slots[hole], 0)
}

// mayMove reports whether what is at a place and belongs to from may fill a hole before it: hole is not before from.
func mayMove(from, at, hole int) bool {
	stays := hole < from && from <= at || at < hole && (hole < from || from <= at)
	return !stays
}

// home is where a tag belongs among n slots: tags keep their order, whatever n is.
func home(tag uint32, n int) int { return int(uint64(tag) * uint64(n) >> 32) }

func after(at, n int) int {
	if at++; at == n {
		return 0
	}
	return at
}
