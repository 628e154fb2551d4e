package password

import (
	"context"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A bound is how many hashes may run at once, and how many may wait for how long.
type bound struct {
	running, waiting chan struct{}
	patience         time.Duration
}

func newBound(concurrent, queue int, patience time.Duration) *bound {
	return &bound{running: make(chan struct{}, concurrent), waiting: make(chan struct{}, queue), patience: patience}
}

// enter waits for a place. The caller leaves it again where there is no error.
func (b *bound) enter(ctx context.Context) error {
	select {
	case b.running <- struct{}{}:
		return nil
	default:
	}
	select {
	case b.waiting <- struct{}{}:
		defer func() { <-b.waiting }()
	default:
		return b.busy()
	}
	timer := time.NewTimer(b.patience)
	defer timer.Stop()
	select {
	case b.running <- struct{}{}:
		return nil
	case <-timer.C:
		return b.busy()
	case <-ctx.Done():
		return autherr.NewUnavailable(ctx.Err())
	}
}

func (b *bound) leave() { <-b.running }

func (b *bound) busy() error {
	return &autherr.Error{
		Kind: autherr.Unavailable, Reason: "hashes_wait",
		Message:    "Service unavailable: too many passwords wait to be checked; this is a problem on our side, not with your request",
		RetryAfter: b.patience,
	}
}
