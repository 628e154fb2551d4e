package tokens

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const (
	useResolution = time.Minute // how exact LastUsed is
	useInterval   = 10 * time.Second
	maxUses       = 1 << 16
)

// Uses records when tokens were last used, to the minute, without a write per request: it collects them in memory, and
// Run hands them to the store many at a time. What was not handed over when the process ends is lost.
type Uses struct {
	store store.TokenUses
	mu    sync.Mutex
	used  map[store.Digest]time.Time
}

// NewUses collects for a store.
func NewUses(s store.TokenUses) (*Uses, error) {
	if s == nil {
		return nil, errors.New("tokens: Uses needs a store")
	}
	return &Uses{store: s, used: make(map[store.Digest]time.Time)}, nil
}

// note remembers that t was used. Between two flushes at most maxUses tokens are remembered.
func (u *Uses) note(t *store.Token, now time.Time) {
	if now.Sub(t.LastUsed) < useResolution {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.used[t.Digest]; known || len(u.used) < maxUses {
		u.used[t.Digest] = now
	}
}

// Run flushes every ten seconds until ctx is done, and once more then. The host starts it. It returns the context's
// error; onError is told of what could not be written, which is tried again, and may be nil.
func (u *Uses) Run(ctx context.Context, onError func(error)) error {
	ticker := time.NewTicker(useInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := u.Flush(ctx); err != nil && onError != nil {
				onError(err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), useInterval)
			defer cancel()
			if err := u.Flush(last); err != nil && onError != nil {
				onError(err)
			}
			return ctx.Err()
		}
	}
}

// Flush writes what was collected. On an error it is collected again.
func (u *Uses) Flush(ctx context.Context) error {
	u.mu.Lock()
	used := u.used
	u.used = make(map[store.Digest]time.Time)
	u.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	err := u.store.RecordUses(ctx, used)
	if err != nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		for digest, at := range used {
			if _, newer := u.used[digest]; !newer && len(u.used) < maxUses {
				u.used[digest] = at
			}
		}
	}
	return err
}
