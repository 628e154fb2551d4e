package memory

import "sync/atomic"

// A directory finds records by hash: open addressing over words that hold a tag, which is the hash's lower half, and a
// record's number, so that a probe reads a record only where the tag agrees. A part grows by half when it is three
// quarters full; its entries are placed by their tags alone, so that growing reads no record either.
//
// Anybody may look while one writer writes. What is found meanwhile may be wrong, but is found in bounded time.
type directory struct {
	parts [64]part
}

type part struct {
	slots atomic.Pointer[[]atomic.Uint64] // tag<<32 | number, zero where there is nothing
	used  int
}

// find returns the number under hash that is says yes to, else zero.
func (d *directory) find(hash uint64, is func(number uint32) bool) uint32 {
	slots := d.part(hash).load()
	tag := uint32(hash)
	at := home(tag, len(slots))
	for range slots {
		entry := slots[at].Load()
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

func (d *directory) add(hash uint64, number uint32) {
	p := d.part(hash)
	if (p.used+1)*4 > len(p.load())*3 {
		p.resize(p.used + p.used/2 + 6)
	}
	p.used++
	place(p.load(), hash<<32|uint64(number))
}

func (d *directory) remove(hash uint64, number uint32) {
	p := d.part(hash)
	slots := p.load()
	hole := home(uint32(hash), len(slots))
	for slots[hole].Load() != hash<<32|uint64(number) {
		hole = after(hole, len(slots))
	}
	p.used--
	closeGap(slots, hole)
	if p.used*4 < len(slots) && len(slots) > 64 {
		p.resize(p.used + p.used/2 + 6)
	}
}

func (d *directory) part(hash uint64) *part { return &d.parts[hash>>58] }

func (p *part) load() []atomic.Uint64 {
	if slots := p.slots.Load(); slots != nil {
		return *slots
	}
	return nil
}

// resize makes room for entries, and a quarter of air.
func (p *part) resize(entries int) {
	next := make([]atomic.Uint64, entries*4/3)
	old := p.load()
	for i := range old {
		if entry := old[i].Load(); entry != 0 {
			place(next, entry)
		}
	}
	p.slots.Store(&next)
}

func place(slots []atomic.Uint64, entry uint64) {
	at := home(uint32(entry>>32), len(slots))
	for slots[at].Load() != 0 {
		at = after(at, len(slots))
	}
	slots[at].Store(entry)
}

// closeGap moves the entries behind hole forward, each no further than to its home, so that no probe ends early.
func closeGap(slots []atomic.Uint64, hole int) {
	for at := after(hole, len(slots)); slots[at].Load() != 0; at = after(at, len(slots)) {
		entry := slots[at].Load()
		from := home(uint32(entry>>32), len(slots))
		if stays := hole < from && from <= at || at < hole && (hole < from || from <= at); !stays {
			slots[hole].Store(entry)
			hole = at
		}
	}
	slots[hole].Store(0)
}

// home is where a tag belongs among n slots: tags keep their order, whatever n is.
func home(tag uint32, n int) int { return int(uint64(tag) * uint64(n) >> 32) }

func after(at, n int) int {
	if at++; at == n {
		return 0
	}
	return at
}
