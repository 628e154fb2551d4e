package storetest_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenHandles() map[string][]sabotage {
	return map[string][]sabotage{
		"Handle finds by the whole digest":         {func(s everything) everything { return nearDigests{s} }},
		"PutHandle begins at stage 0":              {func(s everything) everything { return putsAtStage{s} }},
		"PutHandle refuses a digest that is taken": {shrugs("PutHandle", store.ErrExists), func(s everything) everything { return putsOverUsed{s} }},
		"PutHandle takes a handle whose grant is yet to come": {
			func(s everything) everything { return grantsFirst{s} }, shrugs("AdvanceHandle", store.ErrRevoked),
		},
		"AdvanceHandle goes from stage to stage": {finds("Handle", func(h *store.Handle) { h.Stage = min(h.Stage, 1) }), finds("Handle", func(h *store.Handle) { h.Used = false })},
		"AdvanceHandle refuses another stage":    {func(s everything) everything { return anyStage{s} }},
		"AdvanceHandle refuses what was used":    {shrugs("AdvanceHandle", store.ErrUsed), turns("AdvanceHandle", store.ErrUsed, store.ErrConflict)},
	}
}

func brokenEvents() map[string][]sabotage {
	return map[string][]sabotage{
		"AppendEvents adds all or none":                    {func(s everything) everything { return appendsOneByOne{s} }},
		"AppendEvents refuses an ID that is taken":         {shrugs("AppendEvents", store.ErrExists)},
		"AppendEvents refuses two of one ID at once":       {shrugs("AppendEvents", store.ErrExists), func(s everything) everything { return appendsOneByOne{s} }},
		"Events lists the largest ID first, at most limit": {func(s everything) everything { return latestFirst{s} }, func(s everything) everything { return oneMore{s} }},
		"Events picks what the filter says": {
			eventFilter(func(f *store.EventFilter) { f.Types = nil }), eventFilter(func(f *store.EventFilter) { f.Before = "" }),
			func(s everything) everything { return doneTo{s} },
		},
		"Events turns pages": {eventFilter(func(f *store.EventFilter) { f.Before = "" })},
		"Events picks what is due": {
			eventFilter(func(f *store.EventFilter) { f.DueBy = f.DueBy.Add(time.Microsecond) }),
			eventFilter(func(f *store.EventFilter) { f.DueBy = f.DueBy.Add(-time.Microsecond) }),
		},
		"Events lists the longest due first": {func(s everything) everything { return oldestFirst{s} }, func(s everything) everything { return oneMore{s} }},
		"Events picks what is due among what the filter says": {
			eventFilter(func(f *store.EventFilter) { f.User = "" }), eventFilter(func(f *store.EventFilter) { f.Types = nil }),
			eventFilter(func(f *store.EventFilter) { f.Before = "" }),
		},
		"Events keeps a claimed delivery back until it is due again": {func(s everything) everything { return keepsDue{s} }},
		"MarkDelivery changes the delivery alone": {finds("Events", func(e *store.Event) {
			if e.Delivery.State == store.DeliveryDone {
				e.Details = nil
			}
		})},
		"MarkDelivery refuses where the delivery is another": {func(s everything) everything { return marksAny{s} }, shrugs("MarkDelivery", store.ErrConflict)},
		"MarkDelivery knows a moment in any zone":            {func(s everything) everything { return zoned{s} }},
	}
}

// putsAtStage begins at the stage that it is given.
type putsAtStage struct{ everything }

func (s putsAtStage) PutHandle(ctx context.Context, h store.Handle) error {
	if err := s.everything.PutHandle(ctx, h); err != nil {
		return err
	}
	for stage := range h.Stage {
		h.Stage = stage
		if err := s.AdvanceHandle(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// grantsFirst takes no handle whose grant is not there.
type grantsFirst struct{ everything }

func (s grantsFirst) PutHandle(ctx context.Context, h store.Handle) error {
	if _, err := s.Grant(ctx, h.Grant); h.Grant != "" && err != nil {
		return err
	}
	return s.everything.PutHandle(ctx, h)
}

type putsOverUsed struct{ everything }

func (s putsOverUsed) PutHandle(ctx context.Context, h store.Handle) error {
	if old, err := s.Handle(ctx, h.Digest); err == nil && old.Used {
		return nil
	}
	return s.everything.PutHandle(ctx, h)
}

type anyStage struct{ everything }

func (s anyStage) AdvanceHandle(ctx context.Context, h store.Handle) error {
	now, err := s.Handle(ctx, h.Digest)
	if err != nil {
		return err
	}
	h.Stage = now.Stage
	return s.everything.AdvanceHandle(ctx, h)
}

type appendsOneByOne struct{ everything }

func (s appendsOneByOne) AppendEvents(ctx context.Context, events ...store.Event) error {
	for _, e := range events {
		if err := s.everything.AppendEvents(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// latestFirst goes by the time of events and not by their IDs.
type latestFirst struct{ everything }

func (s latestFirst) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	all, err := s.everything.Events(ctx, f, 1000)
	all = slices.SortedFunc(slices.Values(all), func(a, b store.Event) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.ID, a.ID))
	})
	return all[:min(limit, len(all))], err
}

// doneTo picks the events that were done to a user and not those that the user did.
type doneTo struct{ everything }

func (s doneTo) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	list, err := s.everything.Events(ctx, f, limit)
	return slices.DeleteFunc(slices.Clone(list), func(e store.Event) bool { return f.User != "" && e.User != f.User }), err
}

type changedEventFilter struct {
	everything
	change func(*store.EventFilter)
}

func eventFilter(change func(*store.EventFilter)) sabotage {
	return func(s everything) everything { return changedEventFilter{s, change} }
}

func (s changedEventFilter) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	s.change(&f)
	return s.everything.Events(ctx, f, limit)
}

type keepsDue struct{ everything }

func (s keepsDue) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	to.Due = from.Due
	return s.everything.MarkDelivery(ctx, id, from, to)
}

// marksAny looks at nothing but the state.
type marksAny struct{ everything }

func (s marksAny) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	err := s.everything.MarkDelivery(ctx, id, from, to)
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	events, _ := s.Events(ctx, store.EventFilter{}, 1000)
	for _, e := range events {
		if e.ID == id && e.Delivery.State == from.State {
			return s.everything.MarkDelivery(ctx, id, e.Delivery, to)
		}
	}
	return err
}

// zoned compares times as they are written.
type zoned struct{ everything }

func (s zoned) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	if from.Due.Location() != time.UTC {
		return store.ErrConflict
	}
	return s.everything.MarkDelivery(ctx, id, from, to)
}
