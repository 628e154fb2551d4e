package redisstore

import (
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// recent is what this process itself remembers of its last look-ups, at most so many: when half of them have come since the
// last time, what came before is dropped. Where most is 0 it remembers nothing.
type recent struct {
	most        int
	mu          sync.RWMutex
	now, before map[store.Digest]sighting
}

// A sighting is what was found, and when it ends to count.
type sighting struct {
	found store.FoundToken
	ends  time.Time
}

func (r *recent) init(most int) {
	r.most, r.now = most, map[store.Digest]sighting{}
}

// find returns what is remembered and still counts for a look-up that began at this time.
func (r *recent) find(d *store.Digest, begin time.Time) (found store.FoundToken, ok bool) {
	if r.most == 0 {
		return found, false
	}
	r.mu.RLock()
	s, ok := r.now[*d]
	if !ok {
		s, ok = r.before[*d]
	}
	r.mu.RUnlock()
	if !ok || !begin.Before(s.ends) {
		return found, false
	}
	return s.found, true
}

func (r *recent) add(found *store.FoundToken, ends time.Time) {
	if r.most == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.now) >= max(1, r.most/2) {
		r.before, r.now = r.now, make(map[store.Digest]sighting, len(r.now))
	}
	r.now[found.Token.Digest] = sighting{*found, ends}
}
