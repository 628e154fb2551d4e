package memory

import (
	"context"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type once struct {
	onceMu sync.Mutex
	claims map[store.Digest]time.Time
	counts map[store.Digest]*window
}

type window struct {
	until   time.Time
	highest uint32
	taken   map[uint32]bool
}

func (o *once) init(int) {
	o.claims, o.counts = map[store.Digest]time.Time{}, map[store.Digest]*window{}
}

// Claim implements store.Once.
func (o *once) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	o.onceMu.Lock()
	defer o.onceMu.Unlock()
	if _, taken := o.claims[key]; taken {
		return store.ErrUsed
	}
	o.claims[key] = until
	return nil
}

// ClaimCount implements store.Once.
func (o *once) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	o.onceMu.Lock()
	defer o.onceMu.Unlock()
	w := o.counts[key]
	if w == nil {
		w = &window{until: until, taken: map[uint32]bool{}}
		o.counts[key] = w
	}
	if w.taken[n] || int64(n) <= int64(w.highest)-store.CountWindow {
		return store.ErrUsed
	}
	w.taken[n] = true
	w.highest = max(w.highest, n)
	return nil
}
