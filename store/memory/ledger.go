package memory

import (
	"hash/maphash"

	"github.com/seed-f67351ce/sesame/store"
)

// A ledger is a map from digests whose size is known: one list, and an index of it. (A Go map whose keys come and go
// grows to several times what it holds.)
type ledger[V any] struct {
	seed  maphash.Seed
	lines []line[V]
	index index // of lines, from 1 on
}

type line[V any] struct {
	key   store.Digest
	value V
}

func (l *ledger[V]) hash(key *store.Digest) uint64 { return maphash.Bytes(l.seed, key[:]) }

// find returns what is under key, nil where there is nothing. It stays there until the next add or remove.
func (l *ledger[V]) find(key *store.Digest) *V {
	number := l.index.find(l.hash(key), func(number uint32) bool { return l.lines[number-1].key == *key })
	if number == 0 {
		return nil
	}
	return &l.lines[number-1].value
}

// add puts a value under a key that is new.
func (l *ledger[V]) add(key store.Digest, value V) {
	l.lines = append(l.lines, line[V]{key, value})
	l.index.reserve()
	l.index.add(l.hash(&key), uint32(len(l.lines)))
}

// removeAt takes out the line at i, and puts the last in its place.
func (l *ledger[V]) removeAt(i int) {
	last := len(l.lines) - 1
	l.index.remove(l.hash(&l.lines[i].key), uint32(i+1))
	if i != last {
		l.index.renumber(l.hash(&l.lines[last].key), uint32(last+1), uint32(i+1))
		l.lines[i] = l.lines[last]
	}
	l.lines = l.lines[:last]
}

// remove takes out what is under key, where there is something.
func (l *ledger[V]) remove(key *store.Digest) {
	number := l.index.find(l.hash(key), func(number uint32) bool { return l.lines[number-1].key == *key })
	if number != 0 {
		l.removeAt(int(number - 1))
	}
}
