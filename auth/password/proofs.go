package password

import (
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const (
	shards = 64
	// sampled is how many digests of a full shard are looked at to find one that can go.
	sampled = 8
)

// proofs are a bounded set of digests, each of which counts until a time. When it is full, those that have ended go first,
// and then others. Looking one up allocates nothing and waits for nobody but a writer of the same shard.
type proofs struct {
	limit  int // of one shard
	shards [shards]shard
}

type shard struct {
	mu    sync.RWMutex
	until map[store.Digest]int64
	_     [32]byte // fills a cache line, so that neighbours' locks do not share one
}

// newProofs returns a set of at most limit digests, give or take the rounding to its 64 shards; each takes some 80 bytes.
func newProofs(limit int) *proofs {
	s := &proofs{limit: (limit + shards - 1) / shards}
	for i := range s.shards {
		s.shards[i].until = make(map[store.Digest]int64)
	}
	return s
}

// has reports whether d was put with a time after now.
func (s *proofs) has(d store.Digest, now time.Time) bool {
	shard := s.shard(d)
	shard.mu.RLock()
	until := shard.until[d]
	shard.mu.RUnlock()
	return until > now.UnixNano()
}

// put adds d until this time, in place of an earlier one.
func (s *proofs) put(d store.Digest, until, now time.Time) {
	if s.limit <= 0 {
		return
	}
	shard := s.shard(d)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if _, known := shard.until[d]; !known && len(shard.until) >= s.limit {
		shard.evict(now.UnixNano())
	}
	shard.until[d] = until.UnixNano()
}

// len is how many digests are held, ended ones too.
func (s *proofs) len() int {
	n := 0
	for i := range s.shards {
		s.shards[i].mu.RLock()
		n += len(s.shards[i].until)
		s.shards[i].mu.RUnlock()
	}
	return n
}

func (s *proofs) shard(d store.Digest) *shard { return &s.shards[d[0]%shards] }

// evict makes room: it drops those of a sample that have ended, and where there are none the one that ends first.
func (s *shard) evict(now int64) {
	var first store.Digest
	seen, dropped := 0, false
	for d, until := range s.until {
		if seen == 0 || until < s.until[first] {
			first = d
		}
		if until <= now {
			delete(s.until, d)
			dropped = true
		}
		if seen++; seen == sampled {
			break
		}
	}
	if !dropped {
		delete(s.until, first)
	}
}
