package memory

import (
	"hash/maphash"
	"math"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// strips share keys out over locks, so that callers seldom meet at one.
type strips[V ending] struct {
	list []strip[V]
	seed maphash.Seed // of every ledger too: the upper bits of a key's hash choose the strip, the lower the line
}

// A strip is one lock's share of the keys.
type strip[V ending] struct {
	mu       sync.Mutex
	kept     ledger[V]
	capacity int
	earliest moment // nothing that is kept ends before this
	latest   moment // the latest end of anything that was ever kept here and has one
	// forgotten is the latest end of what was forgotten before it had ended, and arrivals counts what was ever kept.
	forgotten moment
	arrivals  uint64
}

// What is kept may be forgotten after its end.
type ending interface{ end() moment }

// forever is the end of what never ends.
const forever = moment(math.MaxInt64)

func endOf(until time.Time) moment {
	if until.IsZero() {
		return forever
	}
	return momentOf(until)
}

// newStrips keeps at most capacity keys, on so many strips that each is worth its lock.
func newStrips[V ending](capacity int) strips[V] {
	n := 1
	for n < 256 && capacity/n >= 4096 {
		n *= 2
	}
	s := strips[V]{seed: maphash.MakeSeed(), list: make([]strip[V], n)}
	for i := range s.list {
		s.list[i] = strip[V]{
			kept: ledger[V]{seed: s.seed}, capacity: capacity / n, earliest: forever, forgotten: math.MinInt64,
		}
	}
	return s
}

// lock returns the strip that has key, locked, and the key's hash.
func (s *strips[V]) lock(key *store.Digest) (*strip[V], uint64) {
	hash := maphash.Bytes(s.seed, key[:])
	at := hash >> 48 & uint64(len(s.list)-1)
	s.list[at].mu.Lock()
	return &s.list[at], hash
}

// sweep forgets at most limit keys that ended before now.
func (s *strips[V]) sweep(now moment, limit int) (removed int) {
	for i := range s.list {
		removed += s.list[i].sweep(now, limit-removed)
	}
	return removed
}

func (s *strip[V]) sweep(now moment, limit int) (removed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.earliest >= now {
		return 0
	}
	removed = s.kept.removeFunc(limit, func(v V) bool { return v.end() < now })
	s.earliest = forever
	for l := range s.kept.all() {
		s.earliest = min(s.earliest, l.value.end())
	}
	return removed
}

func (s *strip[V]) full() bool { return s.kept.used() >= s.capacity }

// note takes notice of the end of something that is kept.
func (s *strip[V]) note(end moment) {
	s.earliest = min(s.earliest, end)
	if end != forever {
		s.latest = max(s.latest, end)
	}
}
