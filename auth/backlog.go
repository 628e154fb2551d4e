package auth

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/seed-f67351ce/sesame/store"
)

// maxBacklog is how many events wait to be written. Those beyond are written before the answer, so that none is lost.
const maxBacklog = 1024

// perWrite is how many are written at a time.
const perWrite = 64

// A backlog has the events that wait for somebody who writes them, while there is somebody. The zero backlog has nobody.
type backlog struct {
	mu      sync.Mutex
	waiting []store.Event
	bell    chan struct{} // nil while nobody waits
}

// Run writes events beside the answers, until ctx is done; then it writes what still waits, and returns ctx's error. One
// at a time may run.
func (a *Audit) Run(ctx context.Context) error {
	bell, err := a.backlog.open()
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			a.writeAll(ctx, a.backlog.close())
			return ctx.Err()
		case <-bell:
			a.writeAll(ctx, a.backlog.empty())
		}
	}
}

// writeAll writes a few events at a time: what keeps some of them out takes no others along.
func (a *Audit) writeAll(ctx context.Context, events []store.Event) {
	for some := range slices.Chunk(events, perWrite) {
		a.write(ctx, some)
	}
}

// take lets an event wait, where somebody will write it and there is room.
func (b *backlog) take(e store.Event) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bell == nil || len(b.waiting) >= maxBacklog {
		return false
	}
	b.waiting = append(b.waiting, e)
	select {
	case b.bell <- struct{}{}:
	default: // it was rung
	}
	return true
}

func (b *backlog) open() (bell <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bell != nil {
		return nil, errors.New("auth: the audit runs already")
	}
	b.bell = make(chan struct{}, 1)
	return b.bell, nil
}

// empty returns what waits.
func (b *backlog) empty() []store.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := b.waiting
	b.waiting = nil
	return waiting
}

// close returns what waits, and lets nothing wait from then on.
func (b *backlog) close() []store.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := b.waiting
	b.waiting, b.bell = nil, nil
	return waiting
}
