package faulty

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type counters struct {
	of    store.Counters
	calls *Calls
}

func (s counters) Add(ctx context.Context, counts []store.Count) error {
	return s.calls.do(ctx, "Add", func() error { return s.of.Add(ctx, counts) })
}

type events struct {
	of    store.Events
	calls *Calls
}

func (s events) AppendEvents(ctx context.Context, events ...store.Event) error {
	return s.calls.do(ctx, "AppendEvents", func() error { return s.of.AppendEvents(ctx, events...) })
}

func (s events) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	return ask(ctx, s.calls, "Events", func() ([]store.Event, error) { return s.of.Events(ctx, f, limit) })
}

func (s events) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	return s.calls.do(ctx, "MarkDelivery", func() error { return s.of.MarkDelivery(ctx, id, from, to) })
}

type sweeper struct {
	of    store.Sweeper
	calls *Calls
}

func (s sweeper) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	return ask(ctx, s.calls, "Sweep", func() (int, error) { return s.of.Sweep(ctx, now, limit) })
}
