package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func eventChecks() []Check {
	const rule = "Events returns those that f picks, the newest first, at most limit. Empty fields match all."
	return []Check{
		{"AppendEvents adds all or none", "AppendEvents adds the events, all or none.", Events, in(appendAllOrNone)},
		{"AppendEvents refuses an ID that is taken", "ErrExists where an ID is taken.", Events, in(appendTaken)},
		{"AppendEvents refuses two of one ID at once", "ErrExists where an ID is taken, within one call too.", Events, in(appendTwins)},
		{"Events lists the largest ID first, at most limit", rule + " IDs grow with time, as a string compares.", Events, in(eventsNewestFirst)},
		{"Events picks what the filter says", rule, Events, in(eventsPicks)},
		{"Events turns pages", rule + " Before picks those with a smaller ID.", Events, in(eventsPages)},
	}
}

func (w *world) eventIDs(f store.EventFilter, limit int) []string {
	w.Helper()
	events, err := w.Events.Events(w.ctx, f, limit)
	ids, err := many(events, err, func(e store.Event) string { return e.ID })
	require.NoError(w, err)
	return ids
}

func appendAllOrNone(w *world) {
	w.addEvents(store.Event{ID: "1"}, store.Event{ID: "2"}, store.Event{ID: "3"})
	assert.Equal(w, []string{"3", "2", "1"}, w.eventIDs(store.EventFilter{}, 10))
	err := w.Events.AppendEvents(w.ctx, store.Event{ID: "4"}, store.Event{ID: "2"}, store.Event{ID: "5"})
	assert.ErrorIs(w, err, store.ErrExists)
	assert.Equal(w, []string{"3", "2", "1"}, w.eventIDs(store.EventFilter{}, 10))
}

func appendTaken(w *world) {
	w.addEvents(store.Event{ID: "1", Type: "first"})
	assert.ErrorIs(w, w.Events.AppendEvents(w.ctx, store.Event{ID: "1", Type: "second"}), store.ErrExists)
	got, err := w.event("1")
	require.NoError(w, err)
	assert.Equal(w, "first", got.Type)
}

func appendTwins(w *world) {
	assert.ErrorIs(w, w.Events.AppendEvents(w.ctx, store.Event{ID: "1"}, store.Event{ID: "1"}), store.ErrExists)
	assert.Empty(w, w.eventIDs(store.EventFilter{}, 10))
}

func eventsNewestFirst(w *world) {
	for i, id := range []string{"b", "A", "_", "a", "Z", "10", "9", "-1", "aa", "\u00e4"} {
		w.addEvents(store.Event{ID: id, Time: w.now.Add(time.Duration(i) * time.Minute)})
	}
	want := []string{"\u00e4", "b", "aa", "a", "_", "Z", "A", "9", "10", "-1"}
	assert.Equal(w, want, w.eventIDs(store.EventFilter{}, 100))
	assert.Equal(w, want[:3], w.eventIDs(store.EventFilter{}, 3))
	assert.Empty(w, w.eventIDs(store.EventFilter{}, 0), "at most none")
}

func eventsPicks(w *world) {
	w.addEvents(
		store.Event{ID: "1", Actor: "anna", User: "anna", Type: "signin.ok"},
		store.Event{ID: "2", Actor: "anna", User: "berta", Type: "account.locked"},
		store.Event{ID: "3", Actor: "berta", User: "anna", Type: "account.locked"},
		store.Event{ID: "4", Actor: "berta", User: "berta", Type: "signin.ok"},
		store.Event{ID: "5", Client: "anna", Type: "signin"},
		store.Event{ID: "6", User: "anna", Type: "signin.ok"},
	)
	for _, row := range []struct {
		filter store.EventFilter
		want   []string
	}{
		{store.EventFilter{User: "anna"}, []string{"6", "3", "2", "1"}},
		{store.EventFilter{User: "berta"}, []string{"4", "3", "2"}},
		{store.EventFilter{User: "carl"}, nil},
		{store.EventFilter{Types: []string{"signin.ok"}}, []string{"6", "4", "1"}},
		{store.EventFilter{Types: []string{"signin", "account.locked"}}, []string{"5", "3", "2"}},
		{store.EventFilter{Types: []string{}}, []string{"6", "5", "4", "3", "2", "1"}},
		{store.EventFilter{User: "anna", Types: []string{"account.locked", "no.such"}}, []string{"3", "2"}},
		{store.EventFilter{User: "anna", Before: "3"}, []string{"2", "1"}},
		{store.EventFilter{Types: []string{"signin.ok"}, Before: "6"}, []string{"4", "1"}},
	} {
		assert.Equal(w, row.want, w.eventIDs(row.filter, 10), "%+v", row.filter)
	}
	assert.Equal(w, []string{"6", "3"}, w.eventIDs(store.EventFilter{User: "anna"}, 2), "the limit counts what is picked")
}

func eventsPages(w *world) {
	w.addEvents(store.Event{ID: "a", Time: w.now}, store.Event{ID: "B", Time: w.now}, store.Event{ID: "b", Time: w.now},
		store.Event{ID: "C", Time: w.now.Add(-time.Hour)}, store.Event{ID: "c", Time: w.now})
	assert.Equal(w, []string{"c", "b"}, w.eventIDs(store.EventFilter{}, 2))
	assert.Equal(w, []string{"a", "C"}, w.eventIDs(store.EventFilter{Before: "b"}, 2))
	assert.Equal(w, []string{"B"}, w.eventIDs(store.EventFilter{Before: "C"}, 2))
	assert.Empty(w, w.eventIDs(store.EventFilter{Before: "B"}, 2))
	assert.Equal(w, []string{"b", "a"}, w.eventIDs(store.EventFilter{Before: "bb"}, 2), "before an ID that is not there")
}
