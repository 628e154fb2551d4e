package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

type events struct {
	byID map[string]*store.Event
}

func (e *events) init(int) { e.byID = map[string]*store.Event{} }

func (e *events) admit(list []store.Event) error {
	for i, event := range list {
		if e.byID[event.ID] != nil || slices.ContainsFunc(list[:i], func(o store.Event) bool { return o.ID == event.ID }) {
			return store.ErrExists
		}
	}
	return nil
}

func (e *events) add(list []store.Event) {
	for _, event := range list {
		event.Details = maps.Clone(event.Details)
		event.Time, event.Expires, event.Delivery.Due = utc(event.Time), utc(event.Expires), utc(event.Delivery.Due)
		e.byID[event.ID] = &event
	}
}

// AppendEvents implements store.Events.
func (c *core) AppendEvents(ctx context.Context, list ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	if err := c.events.admit(list); err != nil {
		return err
	}
	c.events.add(list)
	return nil
}

// Events implements store.Events.
func (c *core) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var picked []store.Event
	for _, event := range c.events.byID {
		if eventMatches(f, event) {
			picked = append(picked, *event)
		}
	}
	slices.SortFunc(picked, func(a, b store.Event) int {
		if !f.DueBy.IsZero() {
			return cmp.Or(a.Delivery.Due.Compare(b.Delivery.Due), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Compare(b.ID, a.ID)
	})
	return picked[:min(len(picked), max(limit, 0))], nil
}

func eventMatches(f store.EventFilter, e *store.Event) bool {
	return (f.User == "" || f.User == e.User || f.User == e.Actor) &&
		(len(f.Types) == 0 || slices.Contains(f.Types, e.Type)) &&
		(f.Before == "" || e.ID < f.Before) &&
		(f.DueBy.IsZero() || e.Delivery.State == store.DeliveryPending && !e.Delivery.Due.After(f.DueBy))
}

// MarkDelivery implements store.Events.
func (c *core) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	event := c.events.byID[id]
	if event == nil {
		return store.ErrNotFound
	}
	if d := event.Delivery; d.State != from.State || d.Attempts != from.Attempts || !d.Due.Equal(from.Due) {
		return store.ErrConflict
	}
	next := *event
	next.Delivery = to
	next.Delivery.Due = utc(to.Due)
	c.events.byID[id] = &next
	return nil
}
