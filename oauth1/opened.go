package oauth1

import (
	"bytes"
	"math"
)

// Opened are secrets by key: one list of bytes and a hash table of places in it (open addressing), which the collector
// need not look into and a reader finds after two misses of the cache. What was added stays.
type opened struct {
	bytes []byte
	slots []slot // a power of two of them, at most three quarters full
	used  int
}

// maxOpened is how long the list may be before one more is added: places are of 32 bits, lengths of 16.
const maxOpened = math.MaxUint32 - 2*math.MaxUint16

// A slot says where a key is, and behind it its text. The zero slot is free.
type slot struct {
	hash      uint64
	end       uint32
	key, text uint16 // lengths
}

// find returns what is under key, which has this hash.
func (o *opened) find(hash uint64, key []byte) (text []byte, known bool) {
	if o.used == 0 {
		return nil, false
	}
	for at := o.home(hash); o.slots[at].end > 0; at = o.after(at) {
		s := o.slots[at]
		middle := s.end - uint32(s.text)
		if s.hash == hash && bytes.Equal(o.bytes[middle-uint32(s.key):middle], key) {
			return o.bytes[middle:s.end:s.end], true
		}
	}
	return nil, false
}

// add puts a text under a key.
func (o *opened) add(hash uint64, key, text []byte) {
	if 4*o.used >= 3*len(o.slots) {
		o.grow()
	}
	o.bytes = append(append(o.bytes, key...), text...)
	o.place(slot{hash, uint32(len(o.bytes)), uint16(len(key)), uint16(len(text))})
	o.used++
}

func (o *opened) grow() {
	old := o.slots
	o.slots = make([]slot, max(8, 2*len(old)))
	for _, s := range old {
		if s.end > 0 {
			o.place(s)
		}
	}
}

// place puts a slot at the first free place.
func (o *opened) place(s slot) {
	at := o.home(s.hash)
	for o.slots[at].end > 0 {
		at = o.after(at)
	}
	o.slots[at] = s
}

// home is where a hash belongs. Its lower bits chose the part.
func (o *opened) home(hash uint64) uint64 { return hash >> 8 & uint64(len(o.slots)-1) }

func (o *opened) after(at uint64) uint64 { return (at + 1) & uint64(len(o.slots)-1) }
