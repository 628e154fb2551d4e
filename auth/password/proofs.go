package password

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const (
	// ways is how many proofs share a row: those of two cache lines, which processors fetch together. Most look-ups touch
	// nothing else, where a map would wait for memory three times.
	ways = 6
	// maxShards is over how many locks the rows are shared out at most, and minRows how many each has at least.
	maxShards = 64
	minRows   = 16
)

// proofs are a bounded set of digests, each of which counts until a time, to the second. A digest may be in either of two
// rows; where both are full, the one in them that ends first has to go. Up to half the limit that happens to one in a
// thousand, at the limit to one in ten. Looking one up allocates nothing and waits for nobody but a writer of the same shard.
type proofs struct {
	shards []shard
}

type shard struct {
	mu   sync.RWMutex
	rows []row
	_    [16]byte // fills a cache line, so that neighbours' locks do not share one
}

// A row has the first 128 bits of each digest, and when it ends in seconds of Unix time; zero where there is none.
type row struct {
	digests [ways][16]byte
	ends    [ways]uint32
	_       [8]byte
}

// newProofs returns a set of at most limit digests, or of six if that is more; each takes 21 bytes, held or not.
func newProofs(limit int) *proofs {
	if limit <= 0 {
		return new(proofs)
	}
	n := max(limit/ways, 1)
	s := &proofs{shards: make([]shard, min(max(n/minRows, 1), maxShards))}
	for i := range s.shards {
		s.shards[i].rows = make([]row, n/len(s.shards))
	}
	return s
}

// has reports whether d was put with a time after now.
func (s *proofs) has(d store.Digest, now time.Time) bool {
	if len(s.shards) == 0 {
		return false
	}
	shard := s.shard(d)
	shard.mu.RLock()
	defer shard.mu.RUnlock()
	place := shard.find(d)
	return place != nil && int64(*place) > now.Unix()
}

// put adds d until this time, in place of an earlier one.
func (s *proofs) put(d store.Digest, until time.Time) {
	if len(s.shards) == 0 {
		return
	}
	shard := s.shard(d)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	end := shard.find(d)
	if end == nil {
		end = shard.place(d)
	}
	*end = uint32(until.Unix())
}

// len is how many digests are held, ended ones too.
func (s *proofs) len() (n int) {
	for i := range s.shards {
		for _, row := range s.shards[i].rows {
			for _, end := range row.ends {
				if end != 0 {
					n++
				}
			}
		}
	}
	return n
}

// Bits of a digest that are not compared say where it belongs.
func (s *proofs) shard(d store.Digest) *shard { return &s.shards[int(d[16])%len(s.shards)] }

// rowsOf are the two rows of d; they may be one and the same.
func (s *shard) rowsOf(d store.Digest) [2]*row {
	at := func(bits []byte) int {
		return int(uint64(binary.LittleEndian.Uint32(bits)) * uint64(len(s.rows)) >> 32)
	}
	return [2]*row{&s.rows[at(d[17:])], &s.rows[at(d[21:])]}
}

// find is where the end of d is, and nil where d is not held. The comparison need not take constant time: who cannot read
// the key of this process does not know what is compared.
func (s *shard) find(d store.Digest) *uint32 {
	for _, row := range s.rowsOf(d) {
		for i := range row.digests {
			if row.digests[i] == [16]byte(d[:]) {
				return &row.ends[i]
			}
		}
	}
	return nil
}

// place makes room for d, preferably in its first row, and returns where its end goes.
func (s *shard) place(d store.Digest) *uint32 {
	rows := s.rowsOf(d)
	to, at := rows[0], 0
	for _, row := range rows {
		for i := range row.ends {
			if row.ends[i] < to.ends[at] {
				to, at = row, i
			}
		}
	}
	to.digests[at] = [16]byte(d[:])
	return &to.ends[at]
}
