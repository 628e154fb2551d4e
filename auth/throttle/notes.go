package throttle

import (
	"hash/maphash"
	"math/bits"
	"net/netip"
	"sync/atomic"
	"time"
)

// row is how many notes share a place: those of a cache line.
const row = 8

// notes say until when something holds of an account at an address. There is a fixed number of them; when a row is full,
// the one that ends first is forgotten, which costs a question to the store. Reading waits for nobody and allocates nothing.
//
// A row is found, and an owner known, by 45 bits of a hash under a seed of this process. Who happens on the note of
// another is refused for a moment, or makes one guess uncounted; nobody can bring that about without the seed.
type notes struct {
	seed maphash.Seed
	rows [][row]atomic.Uint64
}

// newNotes makes room for about size notes.
func newNotes(size int) *notes {
	return &notes{seed: maphash.MakeSeed(), rows: make([][row]atomic.Uint64, 1<<bits.Len(uint((size-1)/row)))}
}

// A note is 32 bits of its owner's hash, and until when it holds, in seconds of Unix time.
type note uint64

func newNote(owner uint32, until time.Time) note { return note(owner)<<32 | note(uint32(until.Unix())) }

func read(place *atomic.Uint64) note { return note(place.Load()) }

func (n note) owner() uint32 { return uint32(n >> 32) }

func (n note) until() int64 { return int64(uint32(n)) }

func (n *notes) hold(of purpose, who Account, from netip.Addr, now time.Time) bool {
	places, owner := n.find(of, who, from)
	for i := range places {
		if note := read(&places[i]); note.owner() == owner && note.until() > now.Unix() {
			return true
		}
	}
	return false
}

// put notes it in its owner's place, or in that of the note that ends first.
func (n *notes) put(of purpose, who Account, from netip.Addr, until time.Time) {
	places, owner := n.find(of, who, from)
	first := &places[0]
	for i := range places {
		place := &places[i]
		note := read(place)
		if note.owner() == owner {
			first = place
			break
		}
		if note.until() < read(first).until() {
			first = place
		}
	}
	first.Store(uint64(newNote(owner, until)))
}

func (n *notes) drop(of purpose, who Account, from netip.Addr) {
	places, owner := n.find(of, who, from)
	for i := range places {
		if place := &places[i]; read(place).owner() == owner {
			place.Store(0) // what somebody put there in between is forgotten, which it may be
		}
	}
}

func (n *notes) find(of purpose, who Account, from netip.Addr) (places *[row]atomic.Uint64, owner uint32) {
	var buffer [256]byte
	hash := maphash.Bytes(n.seed, encode(buffer[:0], of, 0, who, from))
	return &n.rows[hash&uint64(len(n.rows)-1)], uint32(hash >> 32)
}
