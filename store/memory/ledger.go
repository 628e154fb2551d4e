package memory

import (
	"hash/maphash"
	"iter"

	"github.com/seed-f67351ce/sesame/store"
)

// A ledger is a map from digests whose size is known: open addressing over its lines, so that a look-up costs one miss
// of the cache, and no pointers. (A Go map whose keys come and go grows to several times what it holds.)
type ledger[V ending] struct {
	seed  maphash.Seed
	lines []line[V]
	used  int
}

// A line is free where its value has no end; what never ends has one too.
type line[V ending] struct {
	key   store.Digest
	value V
}

func (l *line[V]) free() bool { return l.value.end() == 0 }

// find returns what is under key, nil where there is nothing. It stays there until the next add or remove.
func (l *ledger[V]) find(key *store.Digest) *V {
	if l.used == 0 {
		return nil
	}
	if found := &l.lines[l.place(key)]; !found.free() {
		return &found.value
	}
	return nil
}

// add puts a value under a key that is new.
func (l *ledger[V]) add(key store.Digest, value V) {
	if l.used++; l.used*5 > len(l.lines)*4 {
		l.grow()
	}
	l.lines[l.place(&key)] = line[V]{key, value}
}

// remove takes out what is under key, where there is something.
func (l *ledger[V]) remove(key *store.Digest) {
	if l.find(key) != nil {
		l.removeAt(l.place(key))
	}
}

// removeFunc takes out what over says yes to, at most limit of them, and returns how many.
func (l *ledger[V]) removeFunc(limit int, over func(V) bool) (removed int) {
	for at := 0; at < len(l.lines) && removed < limit; {
		if l.lines[at].free() || !over(l.lines[at].value) {
			at++
			continue
		}
		l.removeAt(at) // and look again, since another may have moved here
		removed++
	}
	return removed
}

// all are the lines that are not free.
func (l *ledger[V]) all() iter.Seq[*line[V]] {
	return func(yield func(*line[V]) bool) {
		for at := range l.lines {
			if !l.lines[at].free() && !yield(&l.lines[at]) {
				return
			}
		}
	}
}

// place is where key is, or else where it would be. There is always a free line.
func (l *ledger[V]) place(key *store.Digest) int {
	at := l.home(key)
	for !l.lines[at].free() && l.lines[at].key != *key {
		at = after(at, len(l.lines))
	}
	return at
}

func (l *ledger[V]) home(key *store.Digest) int {
	return home(uint32(maphash.Bytes(l.seed, key[:])), len(l.lines))
}

// removeAt makes a line free, and moves those behind it forward, each no further than to its home, so that no search
// ends early.
func (l *ledger[V]) removeAt(hole int) {
	l.used--
	for at := after(hole, len(l.lines)); !l.lines[at].free(); at = after(at, len(l.lines)) {
		if mayMove(l.home(&l.lines[at].key), at, hole) {
			l.lines[hole] = l.lines[at]
			hole = at
		}
	}
	l.lines[hole] = line[V]{}
}

func (l *ledger[V]) grow() {
	old := l.lines
	l.lines = make([]line[V], len(old)+len(old)/2+8)
	for i := range old {
		if !old[i].free() {
			l.lines[l.place(&old[i].key)] = old[i]
		}
	}
}
