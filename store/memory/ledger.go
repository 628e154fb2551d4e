package memory

import (
	"hash/maphash"
	"iter"

	"github.com/seed-f67351ce/sesame/store"
)

// A ledger is a map from digests whose size is known: open addressing over its lines, without pointers. (A Go map whose
// keys come and go grows to several times what it holds.) Whether a key is there is nearly always answered by the tags,
// which are so few bytes that they stay in the cache; a line is read where its tag agrees.
//
// What is added waits in a few lines that stay in the cache too, and is entered with the others that wait: writes to many
// places that are not in the cache take as long at once as one of them alone.
type ledger[V ending] struct {
	seed    maphash.Seed
	tags    []tag // beside the lines
	lines   []line[V]
	entered int // how many lines are in use

	freshTags [maxFresh]tag // beside the fresh lines
	fresh     []line[V]
}

// maxFresh is how many lines wait at most.
const maxFresh = 16

type line[V ending] struct {
	key   store.Digest
	value V
}

// A tag is a piece of a key's hash that is not zero. The zero tag is that of a free line.
type tag uint8

func tagOf(hash uint64) tag { return tag(hash>>32) | 1 }

// hash is what the functions below take beside a key.
func (l *ledger[V]) hash(key *store.Digest) uint64 { return maphash.Bytes(l.seed, key[:]) }

// used is how many keys there are.
func (l *ledger[V]) used() int { return l.entered + len(l.fresh) }

// find returns what is under key, nil where there is nothing. It stays there until the ledger is next written or walked.
func (l *ledger[V]) find(hash uint64, key *store.Digest) *V {
	for i := range l.fresh {
		if l.freshTags[i] == tagOf(hash) && l.fresh[i].key == *key {
			return &l.fresh[i].value
		}
	}
	if l.entered == 0 {
		return nil
	}
	if at := l.place(hash, key); l.tags[at] != 0 {
		return &l.lines[at].value
	}
	return nil
}

// add puts a value under a key that is new.
func (l *ledger[V]) add(hash uint64, key *store.Digest, value V) {
	if len(l.fresh) == maxFresh {
		l.enter()
	}
	l.freshTags[len(l.fresh)] = tagOf(hash)
	l.fresh = append(l.fresh, line[V]{*key, value})
}

// enter enters the lines that wait.
func (l *ledger[V]) enter() {
	for 5*l.used() > 4*len(l.lines) {
		l.grow()
	}
	l.entered = l.used()
	for i := range l.fresh {
		l.put(&l.fresh[i])
	}
	l.fresh = l.fresh[:0]
}

// put puts a line to its place, which is free.
func (l *ledger[V]) put(line *line[V]) {
	hash := l.hash(&line.key)
	at := l.place(hash, &line.key)
	l.tags[at], l.lines[at] = tagOf(hash), *line
}

// remove takes out what is under key, where there is something.
func (l *ledger[V]) remove(key *store.Digest) {
	l.enter()
	if hash := l.hash(key); l.find(hash, key) != nil {
		l.removeAt(l.place(hash, key))
	}
}

// removeFunc takes out what over says yes to, at most limit of them, and returns how many.
func (l *ledger[V]) removeFunc(limit int, over func(V) bool) (removed int) {
	l.enter()
	for at := 0; at < len(l.lines) && removed < limit; {
		if l.tags[at] == 0 || !over(l.lines[at].value) {
			at++
			continue
		}
		l.removeAt(at) // and look again, since another may have moved here
		removed++
	}
	return removed
}

// all are the lines that are in use.
func (l *ledger[V]) all() iter.Seq[*line[V]] {
	l.enter()
	return func(yield func(*line[V]) bool) {
		for at, tag := range l.tags {
			if tag != 0 && !yield(&l.lines[at]) {
				return
			}
		}
	}
}

// place is where key is, or else where it would be. There is always a free line.
func (l *ledger[V]) place(hash uint64, key *store.Digest) int {
	at, tag := home(uint32(hash), len(l.tags)), tagOf(hash)
	for l.tags[at] != 0 && (l.tags[at] != tag || l.lines[at].key != *key) {
		at = after(at, len(l.tags))
	}
	return at
}

// removeAt makes a line free, and moves those behind it forward, each no further than to its home, so that no search
// ends early.
func (l *ledger[V]) removeAt(hole int) {
	l.entered--
	for at := after(hole, len(l.tags)); l.tags[at] != 0; at = after(at, len(l.tags)) {
		if mayMove(home(uint32(l.hash(&l.lines[at].key)), len(l.tags)), at, hole) {
			l.tags[hole], l.lines[hole] = l.tags[at], l.lines[at]
			hole = at
		}
	}
	l.tags[hole], l.lines[hole] = 0, line[V]{}
}

// grow makes room for half as much again.
func (l *ledger[V]) grow() {
	tags, lines := l.tags, l.lines
	n := len(lines) + len(lines)/2 + 8
	l.tags, l.lines = make([]tag, n), make([]line[V], n)
	for at := range lines {
		if tags[at] != 0 {
			l.put(&lines[at])
		}
	}
}
