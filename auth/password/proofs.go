package password

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// ways is how many proofs share a row: those of two cache lines, of which most look-ups touch the first alone.
const ways = 8

// proofs are a bounded set of digests, each of which counts until a time, to the second. An account's may be in either of
// two rows; where both are full, the one in them that ends first has to go. Up to half the limit that happens to one in a
// thousand, at the limit to one in ten. Looking one up allocates nothing and waits for nobody.
type proofs struct {
	writing sync.Mutex // for what follows a hash, and so is rare
	rows    []row
}

type row [ways]entry

// An entry has the first 96 bits of a digest, which is more than can be guessed, and its end in seconds of Unix time, which
// is zero where there is none. Whoever reads while it is written may see half of each digest, which is nobody's.
type entry struct {
	head atomic.Uint64
	tail atomic.Uint64 // 32 bits of the digest and then the end
}

// A home is where the digests of one account are: two rows, which may be one and the same, or nil for a set without room.
type home [2]*row

// newProofs returns a set of at most limit digests, or of eight if that is more; each takes 16 bytes, held or not.
func newProofs(limit int) *proofs {
	if limit <= 0 {
		return new(proofs)
	}
	return &proofs{rows: make([]row, max(limit/ways, 1))}
}

// home finds the home of the account that has this hash. The processor begins to fetch its first row, so that whoever has
// something to compute before looking there need not wait for memory afterwards.
func (s *proofs) home(account uint64) home {
	if len(s.rows) == 0 {
		return home{}
	}
	at := func(bits uint32) *row { return &s.rows[uint64(bits)*uint64(len(s.rows))>>32] }
	h := home{at(uint32(account)), at(uint32(account >> 32))}
	h[0][0].head.Load()
	return h
}

// has reports whether d was put with a time after now. The comparison need not take constant time: who cannot read the key
// of this process does not know what is compared.
func (h home) has(d store.Digest, now time.Time) bool {
	_, end := h.find(d)
	return int64(end) > now.Unix()
}

// put adds d until this time, in place of an earlier one.
func (s *proofs) put(h home, d store.Digest, until time.Time) {
	if h[0] == nil {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	to, _ := h.find(d)
	if to == nil {
		to = h.place()
	}
	head, tail := halves(d)
	to.tail.Store(0) // nobody's, until both are there
	to.head.Store(head)
	to.tail.Store(tail | uint64(uint32(until.Unix())))
}

// halves are the 96 bits of d as they are in an entry, without an end.
func halves(d store.Digest) (head, tail uint64) {
	return binary.LittleEndian.Uint64(d[:]), uint64(binary.LittleEndian.Uint32(d[8:])) << 32
}

// find is the entry of d and its end, read together: a moment later the entry may be another's. It is nil where d is not held.
func (h home) find(d store.Digest) (found *entry, end uint32) {
	head, tail := halves(d)
	for _, row := range h {
		if row == nil {
			return nil, 0
		}
		for i := range row {
			if row[i].head.Load() != head {
				continue
			}
			if t := row[i].tail.Load(); t>>32 == tail>>32 {
				return &row[i], uint32(t)
			}
		}
	}
	return nil, 0
}

// place is the entry that has to go for another: a free one, if possible in the first row, else the one that ends first.
func (h home) place() *entry {
	first := &h[0][0]
	for _, row := range h {
		for i := range row {
			if row[i].end() < first.end() {
				first = &row[i]
			}
		}
	}
	return first
}

func (e *entry) end() uint32 { return uint32(e.tail.Load()) }

// len is how many digests are held, ended ones too.
func (s *proofs) len() (n int) {
	for i := range s.rows {
		for j := range s.rows[i] {
			if s.rows[i][j].end() != 0 {
				n++
			}
		}
	}
	return n
}
