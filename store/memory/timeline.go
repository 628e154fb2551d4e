package memory

import (
	"iter"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// A timeline is a sorted list of events to which most come at one end and from which most go at the other; both are
// cheap.
type timeline struct {
	list    []*store.Event
	compare func(a, b *store.Event) int
}

func (t *timeline) insert(e *store.Event) {
	at, _ := slices.BinarySearchFunc(t.list, e, t.compare)
	t.list = slices.Insert(t.list, at, e)
}

// remove takes out an event that is here.
func (t *timeline) remove(e *store.Event) {
	at, _ := slices.BinarySearchFunc(t.list, e, t.compare)
	if at > len(t.list)/2 {
		t.list = slices.Delete(t.list, at, at+1)
		return
	}
	copy(t.list[1:at+1], t.list[:at])
	t.list[0] = nil
	t.list = t.list[1:]
}

// newestBefore are the events with an ID smaller than before, or all where that is empty, from the greatest ID down.
func (t *timeline) newestBefore(before string) iter.Seq[*store.Event] {
	end := len(t.list)
	if before != "" {
		end, _ = slices.BinarySearchFunc(t.list, before, func(e *store.Event, id string) int { return strings.Compare(e.ID, id) })
	}
	return func(yield func(*store.Event) bool) {
		for at := end - 1; at >= 0 && yield(t.list[at]); at-- {
		}
	}
}
