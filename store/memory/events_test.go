package memory_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func eventID(n int) string { return fmt.Sprintf("%04d", n) }

func eventIDs(t *testing.T, s *memory.Store, f store.EventFilter) []string {
	t.Helper()
	events, err := s.Events(context.Background(), f, 1000)
	require.NoError(t, err)
	list := []string{}
	for _, e := range events {
		list = append(list, e.ID)
	}
	return list
}

func TestTheOldestEventsMakeWay(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.EventCapacity(3))
	for i := range 10 {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: eventID(i), User: "anna", Actor: fmt.Sprint("actor", i%2)}))
	}
	assert.Equal(t, []string{"0009", "0008", "0007"}, eventIDs(t, s, store.EventFilter{}))
	assert.Equal(t, []string{"0009", "0008", "0007"}, eventIDs(t, s, store.EventFilter{User: "anna"}))
	assert.Equal(t, []string{"0009", "0007"}, eventIDs(t, s, store.EventFilter{User: "actor1"}))
	assert.NoError(t, s.AppendEvents(ctx, store.Event{ID: eventID(0)}), "an ID that was forgotten is free")
	assert.Equal(t, []string{"0009", "0008", "0007"}, eventIDs(t, s, store.EventFilter{}), "and the oldest again")
}

func TestAnEventThatWaitsForItsDeliveryDoesNotMakeWay(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.EventCapacity(2))
	waiting := store.Delivery{State: store.DeliveryPending, Due: noon}
	for i := range 10 {
		e := store.Event{ID: eventID(i)}
		if i%3 == 0 {
			e.Delivery = waiting
		}
		require.NoError(t, s.AppendEvents(ctx, e))
	}
	assert.Equal(t, []string{"0009", "0008", "0007", "0006", "0003", "0000"}, eventIDs(t, s, store.EventFilter{}))
	assert.Equal(t, []string{"0000", "0003", "0006", "0009"}, eventIDs(t, s, store.EventFilter{DueBy: noon}))

	require.NoError(t, s.MarkDelivery(ctx, "0003", waiting, store.Delivery{State: store.DeliveryDone}))
	assert.Equal(t, []string{"0009", "0008", "0007", "0006", "0000"}, eventIDs(t, s, store.EventFilter{}), "until it was made")
	later := store.Delivery{State: store.DeliveryPending, Attempts: 1, Due: noon.Add(time.Hour)}
	require.NoError(t, s.MarkDelivery(ctx, "0000", waiting, later))
	assert.Equal(t, []string{"0006", "0009"}, eventIDs(t, s, store.EventFilter{DueBy: noon}))
	assert.Equal(t, []string{"0006", "0009", "0000"}, eventIDs(t, s, store.EventFilter{DueBy: noon.Add(time.Hour)}))
}

func TestEventsMayComeInAnyOrder(t *testing.T) {
	ctx := context.Background()
	s := memory.New()
	for _, i := range []int{5, 1, 9, 3, 7, 0, 8, 2, 6, 4} {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: eventID(i), User: "anna", Expires: noon.Add(time.Duration(i) * time.Hour)}))
	}
	n, err := s.Sweep(ctx, noon.Add(3*time.Hour), 2)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	assert.Equal(t, []string{"0007", "0006", "0005", "0004", "0003", "0002"}, eventIDs(t, s, store.EventFilter{User: "anna", Before: "0008"}))
}

func TestWhatWasDeliveredCountsAgain(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.EventsPerAccount(2))
	waiting := store.Delivery{State: store.DeliveryPending, Due: noon}
	for i := range 20 {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: eventID(i), User: "anna", Delivery: waiting}))
	}
	assert.Len(t, eventIDs(t, s, store.EventFilter{User: "anna"}), 20, "all of them wait")
	for i := range 20 {
		require.NoError(t, s.MarkDelivery(ctx, eventID(i), waiting, store.Delivery{State: store.DeliveryDone}))
	}
	assert.Equal(t, []string{eventID(19), eventID(18)}, eventIDs(t, s, store.EventFilter{User: "anna"}))
}

func TestOneAccountPushesOutNobodyElse(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.EventCapacity(8), memory.EventsPerAccount(3))
	waiting := store.Delivery{State: store.DeliveryPending, Due: noon}
	for _, e := range []store.Event{{ID: "0", User: "bert"}, {ID: "1", User: "anna", Delivery: waiting}, {ID: "2", Actor: "anna", User: "bert"}} {
		require.NoError(t, s.AppendEvents(ctx, e))
	}
	for i := range 100 {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: "5" + eventID(i), User: "anna"}))
	}
	assert.Equal(t, []string{"50099", "50098", "2", "1"}, eventIDs(t, s, store.EventFilter{User: "anna"}), "with the one that waits, and that of another")
	assert.Equal(t, []string{"2", "0"}, eventIDs(t, s, store.EventFilter{User: "bert"}))
	for i := range 100 {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: "6" + eventID(i), Actor: "anna"}))
	}
	assert.Equal(t, []string{"60099", "60098", "2", "1"}, eventIDs(t, s, store.EventFilter{User: "anna"}), "what it did is its own too")
	n, err := s.Sweep(ctx, noon, 100)
	require.NoError(t, err)
	assert.Zero(t, n)
	for i := range 100 {
		require.NoError(t, s.AppendEvents(ctx, store.Event{ID: "7" + eventID(i), Actor: "bert", User: "anna"}))
	}
	assert.Equal(t, []string{"70099", "70098", "2", "0"}, eventIDs(t, s, store.EventFilter{User: "bert"}), "and who did it to another has room for its own")
}
