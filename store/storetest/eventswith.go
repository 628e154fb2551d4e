package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// eventsWithChecks hold every method that takes events to append them with what it does, or not at all.
func eventsWithChecks() []Check {
	const rule = "The events are appended with it or not at all."
	var checks []Check
	for _, d := range eventfulDeeds() {
		needs := d.needs | Events
		checks = append(checks,
			Check{d.method + " appends its events", rule, needs, in(d.appends)},
			Check{d.method + " appends no event when it does nothing", rule, needs, in(d.appendsNone)},
			Check{d.method + " does nothing when its events cannot be appended", rule, needs, in(d.needsEvents)},
			Check{d.method + " is done with its events or not at all when it is cut short", rule, needs, in(d.cutShort)},
		)
	}
	return checks
}

func (d deed) appends(w *world) {
	d.prepare(w)
	events := []store.Event{fullEvent(w, 1), fullEvent(w, 2)}
	require.NoError(w, d.do(w.ctx, w, copied(events)...))
	for _, want := range events {
		got, err := w.event(want.ID)
		require.NoError(w, err)
		same(w, want, got, "the event")
	}
}

func (d deed) appendsNone(w *world) {
	d.prepare(w)
	require.NoError(w, d.do(w.ctx, w))
	assert.Error(w, d.do(w.ctx, w, store.Event{ID: "1"}))
	assert.False(w, w.hasEvent("1"), "the event of what was refused")
}

func (d deed) needsEvents(w *world) {
	d.prepare(w)
	w.addEvents(store.Event{ID: "taken", Type: "first"})
	err := d.do(w.ctx, w, store.Event{ID: "fresh"}, store.Event{ID: "taken", Type: "second"})
	require.Error(w, err, "an event whose ID is taken")
	assert.NotErrorIs(w, err, errDone)
	assert.False(w, w.hasEvent("fresh"), "the other event")
	d.once(w)
}

// cutShort cancels the deed while it is done and reports where half of it happened: the deed without its event, or the
// event without the deed.
func (d deed) cutShort(w *world) {
	d.prepare(w)
	for try := range 8 {
		ctx, cancel := context.WithTimeout(w.ctx, time.Duration(1<<(2*try))*time.Microsecond) // 1 µs to 16 ms
		err := d.do(ctx, w, store.Event{ID: fmt.Sprintf("event %d", try)})
		cancel()
		if err == nil || isFact(err) || errors.Is(err, errDone) {
			break // done by this call, or by one before it that could not say so
		}
		assert.ErrorIs(w, err, context.DeadlineExceeded)
	}
	again := d.do(w.ctx, w) // first: a commit whose answer was lost may still be under way, and this waits for it
	events := w.eventIDs(store.EventFilter{}, 10)
	if again == nil {
		assert.Empty(w, events, "the events of what was not done")
	} else {
		assert.Len(w, events, 1, "the events of what was done: %v", again)
	}
}
