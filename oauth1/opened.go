package oauth1

import (
	"bytes"
	"encoding/binary"
	"math"
	"sync/atomic"
)

// Opened are secrets that were opened: one list of bytes, and a hash table of places in it (open addressing), which the
// collector need not look into. Anybody may find while one adds. What was added stays.
type opened struct {
	slots  []atomic.Uint64 // a power of two of them; tag<<32 | place + 1, zero where there is nothing
	bytes  []byte
	filled int // how many of the bytes are in use
	used   int // and how many of the slots, at most three quarters
}

// An entry is four lengths of 16 bits, then what they are of: the secret's kind, its ID, the sealed text, the opened one.
const entryHead = 8

// fits reports whether an entry can be made.
func fits(secret *sealedSecret, text []byte) bool {
	return max(len(secret.kind), len(secret.id), len(secret.sealed), len(text)) <= math.MaxUint16
}

func entrySize(secret *sealedSecret, text []byte) int {
	return entryHead + len(secret.kind) + len(secret.id) + len(secret.sealed) + len(text)
}

// find returns what the secret was opened to. Its tag is a hash of it.
func (o *opened) find(tag uint32, secret *sealedSecret) (text []byte, known bool) {
	if len(o.slots) == 0 {
		return nil, false
	}
	for at := o.home(tag); ; at = o.after(at) {
		slot := o.slots[at].Load()
		if slot == 0 {
			return nil, false
		}
		if uint32(slot>>32) == tag {
			if text, known = o.at(uint32(slot)-1, secret); known {
				return text, true
			}
		}
	}
}

// at returns the opened text of the entry at a place, where it is the secret's.
func (o *opened) at(place uint32, secret *sealedSecret) (text []byte, is bool) {
	head, rest := o.bytes[place:place+entryHead], o.bytes[place+entryHead:]
	length := func(i int) int { return int(binary.LittleEndian.Uint16(head[2*i:])) }
	if length(0) != len(secret.kind) || length(1) != len(secret.id) || length(2) != len(secret.sealed) {
		return nil, false
	}
	kind, rest := rest[:length(0)], rest[length(0):]
	id, rest := rest[:length(1)], rest[length(1):]
	sealed, rest := rest[:length(2)], rest[length(2):]
	is = string(kind) == secret.kind && string(id) == secret.id && bytes.Equal(sealed, secret.sealed)
	return rest[:length(3):length(3)], is
}

// hasRoom reports whether an entry of this size can be added.
func (o *opened) hasRoom(size int) bool {
	return 4*o.used < 3*len(o.slots) && size <= len(o.bytes)-o.filled
}

// grown is o with room for one more entry, of this size. Who has o may still find in it: bytes are never new without new
// slots, which would lead it to places that its own bytes do not have.
func (o *opened) grown(size int) *opened {
	next := &opened{bytes: o.bytes, filled: o.filled, used: o.used}
	if size > len(o.bytes)-o.filled {
		next.bytes = make([]byte, 2*(o.filled+size))
		copy(next.bytes, o.bytes[:o.filled])
	}
	places := len(o.slots)
	if 4*o.used >= 3*places {
		places = max(8, 2*places)
	}
	next.slots = make([]atomic.Uint64, places)
	for i := range o.slots {
		if slot := o.slots[i].Load(); slot != 0 {
			next.place(slot)
		}
	}
	return next
}

// add puts in what a secret was opened to, where there is room.
func (o *opened) add(tag uint32, secret *sealedSecret, text []byte) {
	place := o.filled
	entry := o.bytes[place:place]
	for _, n := range [...]int{len(secret.kind), len(secret.id), len(secret.sealed), len(text)} {
		entry = binary.LittleEndian.AppendUint16(entry, uint16(n))
	}
	entry = append(append(entry, secret.kind...), secret.id...)
	entry = append(append(entry, secret.sealed...), text...)
	o.filled += len(entry)
	o.used++
	o.place(uint64(tag)<<32 | uint64(place+1))
}

// place puts a slot at the first free place.
func (o *opened) place(slot uint64) {
	at := o.home(uint32(slot >> 32))
	for o.slots[at].Load() != 0 {
		at = o.after(at)
	}
	o.slots[at].Store(slot)
}

// home is where a tag belongs.
func (o *opened) home(tag uint32) int { return int(tag) & (len(o.slots) - 1) }

func (o *opened) after(at int) int { return (at + 1) & (len(o.slots) - 1) }
