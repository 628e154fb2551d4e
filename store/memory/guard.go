package memory

import (
	"sync"
	"sync/atomic"
)

// A guard lets one writer at a time change what readers look at without a lock. It is a sequence lock: readers compare
// the version before and after, so that they write to no cache line that they share.
type guard struct {
	mu      sync.RWMutex
	version atomic.Uint64 // odd while a writer is at work
}

func (g *guard) lock() {
	g.mu.Lock()
	g.begin()
}

// begin comes before the first change of a writer that holds mu already.
func (g *guard) begin() { g.version.Add(1) }

func (g *guard) unlock() {
	g.version.Add(1)
	g.mu.Unlock()
}

// read calls look until no writer was at work meanwhile; the last call's findings count. What look reads must be
// atomic or immutable, and whatever mixture of old and new it meets it must come to an end.
func (g *guard) read(look func()) {
	for range 4 {
		before := g.version.Load()
		if before&1 == 0 {
			if look(); g.version.Load() == before {
				return
			}
		}
	}
	g.mu.RLock() // writers are too many to wait for a gap between them
	defer g.mu.RUnlock()
	look()
}
