package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func deliveryChecks() []Check {
	const rule = "MarkDelivery changes the delivery of the event with this ID from one to the next."
	const ruleDue = "DueBy picks those whose delivery is pending and due at this time, the longest due first."
	return []Check{
		{"MarkDelivery changes the delivery alone", rule, Events, in(markAlone)},
		{"MarkDelivery refuses where the delivery is another", rule + " The others get ErrConflict.", Events, in(markStale)},
		{"MarkDelivery knows a moment in any zone", rule, Events, in(markAnyZone)},
		{"MarkDelivery leaves earlier records alone", ruleReturned, Events, in(markLeavesEvents)},
		{"Events picks what is due", ruleDue, Events, in(dueNow)},
		{"Events lists the longest due first", ruleDue, Events, in(dueLongest)},
		{"Events picks what is due among what the filter says", ruleDue, Events, in(dueAmong)},
		{"Events keeps a claimed delivery back until it is due again", "A claim that nobody finished is free again then.", Events, in(dueAgain)},
	}
}

func pendingFrom(due time.Time) store.Delivery {
	return store.Delivery{State: store.DeliveryPending, Due: due}
}

func markAlone(w *world) {
	e, other := fullEvent(w, 1), fullEvent(w, 2)
	require.NoError(w, w.Events.AppendEvents(w.ctx, e, other))
	to := store.Delivery{State: store.DeliveryDone, Attempts: e.Delivery.Attempts + 1}
	require.NoError(w, w.Events.MarkDelivery(w.ctx, e.ID, e.Delivery, to))
	e.Delivery = to
	for _, want := range []store.Event{e, other} {
		got, err := w.event(want.ID)
		require.NoError(w, err)
		same(w, want, got, "the event")
	}
}

func markStale(w *world) {
	is := store.Delivery{State: store.DeliveryPending, Attempts: 1, Due: w.now}
	w.addEvents(store.Event{ID: "1", Delivery: is})
	for _, from := range []store.Delivery{
		{},
		{State: store.DeliveryDone, Attempts: 1, Due: w.now},
		{State: store.DeliveryPending, Attempts: 0, Due: w.now},
		{State: store.DeliveryPending, Attempts: 2, Due: w.now},
		{State: store.DeliveryPending, Attempts: 1},
		{State: store.DeliveryPending, Attempts: 1, Due: w.now.Add(time.Microsecond)},
	} {
		assert.ErrorIs(w, w.Events.MarkDelivery(w.ctx, "1", from, store.Delivery{State: store.DeliveryDone}), store.ErrConflict, "%+v", from)
	}
	got, err := w.event("1")
	require.NoError(w, err)
	same(w, is, got.Delivery, "the delivery")
}

func markAnyZone(w *world) {
	w.addEvents(store.Event{ID: "1", Delivery: pendingFrom(w.now)})
	from := pendingFrom(w.now.In(time.FixedZone("ahead", 3600)))
	next := store.Delivery{State: store.DeliveryPending, Attempts: 1}
	require.NoError(w, w.Events.MarkDelivery(w.ctx, "1", from, next), "the same moment in another zone")
	require.NoError(w, w.Events.MarkDelivery(w.ctx, "1", next, store.Delivery{State: store.DeliveryDone}), "no moment")
}

func markLeavesEvents(w *world) {
	e := fullEvent(w, 1)
	w.addEvents(e)
	before, err := w.Events.Events(w.ctx, store.EventFilter{}, 1)
	require.NoError(w, err)
	require.NoError(w, w.Events.MarkDelivery(w.ctx, e.ID, e.Delivery, store.Delivery{State: store.DeliveryDone}))
	same(w, []store.Event{e}, before, "the list that was read before")
}

func dueNow(w *world) {
	soon, past := w.now.Add(time.Microsecond), w.now.Add(-time.Hour)
	w.addEvents(
		store.Event{ID: "past", Delivery: pendingFrom(past)},
		store.Event{ID: "now", Delivery: pendingFrom(w.now)},
		store.Event{ID: "soon", Delivery: pendingFrom(soon)},
		store.Event{ID: "at any time", Delivery: pendingFrom(time.Time{})},
		store.Event{ID: "nobody", Delivery: store.Delivery{Due: past}},
		store.Event{ID: "done", Delivery: store.Delivery{State: store.DeliveryDone, Due: past}},
		store.Event{ID: "abandoned", Delivery: store.Delivery{State: store.DeliveryAbandoned, Due: past}},
	)
	assert.ElementsMatch(w, []string{"past", "now", "at any time"}, w.eventIDs(store.EventFilter{DueBy: w.now}, 10))
	assert.ElementsMatch(w, []string{"past", "now", "at any time", "soon"}, w.eventIDs(store.EventFilter{DueBy: soon}, 10))
}

func dueLongest(w *world) {
	for id, minutes := range map[string]int{"b": 3, "d": 1, "a": 2, "c": 4} {
		w.addEvents(store.Event{ID: id, Delivery: pendingFrom(w.now.Add(-time.Duration(minutes) * time.Minute))})
	}
	assert.Equal(w, []string{"c", "b", "a", "d"}, w.eventIDs(store.EventFilter{DueBy: w.now}, 10))
	assert.Equal(w, []string{"c", "b"}, w.eventIDs(store.EventFilter{DueBy: w.now}, 2))
}

func dueAmong(w *world) {
	due := pendingFrom(w.now)
	w.addEvents(
		store.Event{ID: "1", User: "anna", Type: "token.created", Delivery: due},
		store.Event{ID: "2", User: "berta", Type: "token.created", Delivery: due},
		store.Event{ID: "3", User: "anna", Type: "app.created", Delivery: due},
		store.Event{ID: "4", User: "anna", Type: "token.created"},
	)
	assert.Equal(w, []string{"1"}, w.eventIDs(store.EventFilter{User: "anna", Types: []string{"token.created"}, DueBy: w.now}, 10))
	assert.Equal(w, []string{"2"}, w.eventIDs(store.EventFilter{User: "berta", DueBy: w.now}, 10))
	assert.Empty(w, w.eventIDs(store.EventFilter{DueBy: w.now, Before: "1"}, 10))
}

func dueAgain(w *world) {
	w.addEvents(store.Event{ID: "1", Delivery: pendingFrom(w.now)})
	claimed := store.Delivery{State: store.DeliveryPending, Attempts: 1, Due: w.now.Add(time.Minute)}
	require.NoError(w, w.Events.MarkDelivery(w.ctx, "1", pendingFrom(w.now), claimed))
	assert.Empty(w, w.eventIDs(store.EventFilter{DueBy: w.now}, 10), "while somebody delivers it")
	assert.Equal(w, []string{"1"}, w.eventIDs(store.EventFilter{DueBy: w.now.Add(time.Minute)}, 10), "when that took too long")
}
