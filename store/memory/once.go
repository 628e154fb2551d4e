package memory

import (
	"context"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// once remembers what happened. Keys that are forgotten early are the next to end, an eighth of a strip at a time. From
// then on the strip takes every key that it does not know and that ends no later for one of them.
type once struct {
	claims strips[claim]
	counts strips[window]
}

// A claim is one key's end.
type claim moment

// A window is what is known of the numbers of one key: which of the last 128 up to the highest were taken.
type window struct {
	until     moment
	highest   uint32
	low, high uint64 // bit i of high:low is the number highest - i
}

func (c claim) end() moment  { return moment(c) }
func (w window) end() moment { return w.until }

func (o *once) init(capacity int) {
	o.claims, o.counts = newStrips[claim](capacity), newStrips[window](capacity)
}

// Claim implements store.Once.
func (o *once) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	strip, hash := o.claims.lock(&key)
	defer strip.mu.Unlock()
	if strip.kept.find(hash, &key) != nil {
		return store.ErrUsed
	}
	return strip.claim(hash, &key, claim(endOf(until)))
}

// ClaimCount implements store.Once.
func (o *once) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	strip, hash := o.counts.lock(&key)
	defer strip.mu.Unlock()
	w := strip.kept.find(hash, &key)
	if w == nil {
		return strip.claim(hash, &key, window{until: endOf(until), highest: n, low: 1})
	}
	if !w.take(n) {
		return store.ErrUsed
	}
	return nil
}

// claim keeps what was not known, unless it may have been forgotten.
func (s *strip[V]) claim(hash uint64, key *store.Digest, v V) error {
	if v.end() <= s.forgotten {
		return store.ErrUsed
	}
	s.makeRoom()
	s.kept.add(hash, key, v)
	s.note(v.end())
	return nil
}

func (o *once) sweep(now moment, limit int) int {
	return o.claims.sweep(now, limit) + o.counts.sweep(now, limit)
}

// take says whether n was free, and takes it.
func (w *window) take(n uint32) bool {
	if n > w.highest {
		w.shift(n - w.highest)
		w.highest = n
	}
	age := w.highest - n
	if age >= store.CountWindow {
		return false
	}
	word := &w.low
	if age >= 64 {
		word = &w.high
	}
	bit := uint64(1) << (age % 64)
	free := *word&bit == 0
	*word |= bit
	return free
}

// shift moves the bits up by n. (In Go a shift by 64 or more gives zero, and 64-n and n-64 are huge where they would
// be negative.)
func (w *window) shift(n uint32) {
	w.high = w.high<<n | w.low>>(64-n) | w.low<<(n-64)
	w.low <<= n
}

// makeRoom forgets the keys that end first, where the strip is full.
func (s *strip[V]) makeRoom() {
	if !s.full() {
		return
	}
	ends := make([]moment, 0, s.kept.used())
	for l := range s.kept.all() {
		ends = append(ends, l.value.end())
	}
	slices.Sort(ends)
	s.forgotten = max(s.forgotten, ends[len(ends)/8])
	s.kept.removeFunc(len(ends), func(v V) bool { return v.end() <= s.forgotten })
}
