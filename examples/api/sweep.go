package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const (
	sweepEvery = time.Minute
	sweepLimit = 1000
)

// sweep has the store forget what has expired, until ctx is done.
func sweep(ctx context.Context, s store.Sweeper, log *slog.Logger) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if err := sweepAll(ctx, s, now); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "sweep", "error", err)
			}
		}
	}
}

// sweepAll sweeps in short steps, between which others may write.
func sweepAll(ctx context.Context, s store.Sweeper, now time.Time) error {
	for {
		if removed, err := s.Sweep(ctx, now, sweepLimit); err != nil || removed == 0 {
			return err
		}
	}
}
