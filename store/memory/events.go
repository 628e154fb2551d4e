package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// events keep the stream in the order of its IDs, whole and for each user, and what is to be delivered in the order in
// which it is due.
type events struct {
	capacity, perAccount int
	byID                 map[string]*store.Event
	all                  timeline
	byUser               map[string]*annals
	due                  timeline
}

// Annals are the events in whose lists an account stands.
type annals struct {
	timeline
	own int // how many of them count as the account's own
}

func (e *events) init(capacity, perAccount int) {
	e.capacity, e.perAccount = capacity, perAccount
	e.byID = map[string]*store.Event{}
	e.all.compare = byEventID
	e.byUser = map[string]*annals{}
	e.due.compare = byDue
}

// AppendEvents implements store.Events.
func (s *Store) AppendEvents(ctx context.Context, list ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	if err := s.events.admit(list); err != nil {
		return err
	}
	s.events.add(list)
	return nil
}

// Events implements store.Events.
func (s *Store) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var picked []store.Event
	for event := range s.events.candidates(f) {
		if len(picked) >= limit || !f.DueBy.IsZero() && event.Delivery.Due.After(f.DueBy) {
			break
		}
		if eventMatches(f, event) {
			picked = append(picked, *event)
		}
	}
	return picked, nil
}

// MarkDelivery implements store.Events.
func (s *Store) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	event := s.events.byID[id]
	if event == nil {
		return store.ErrNotFound
	}
	if is := event.Delivery; is.State != from.State || is.Attempts != from.Attempts || !is.Due.Equal(from.Due) {
		return store.ErrConflict
	}
	s.events.setDelivery(event, to)
	s.events.thin(ownerOf(event))
	s.events.shrink()
	return nil
}

// admit says whether all of the events may be added.
func (e *events) admit(list []store.Event) error {
	if len(list) == 0 {
		return nil
	}
	ids := make(map[string]bool, len(list))
	for i := range list {
		id := list[i].ID
		if ids[id] || e.byID[id] != nil {
			return store.ErrExists
		}
		ids[id] = true
	}
	return nil
}

// add adds events that were admitted.
func (e *events) add(list []store.Event) {
	for _, event := range list {
		event.Details = maps.Clone(event.Details)
		event.Time, event.Expires = utc(event.Time), utc(event.Expires)
		delivery := event.Delivery
		event.Delivery = store.Delivery{}
		e.byID[event.ID] = &event
		e.all.insert(&event)
		for _, user := range whose(&event) {
			if e.byUser[user] == nil {
				e.byUser[user] = &annals{timeline: timeline{compare: byEventID}}
			}
			e.byUser[user].insert(&event)
		}
		e.setDelivery(&event, delivery)
		if owner := ownerOf(&event); owner != "" {
			e.byUser[owner].own++
			e.thin(owner)
		}
	}
	e.shrink()
}

func (e *events) setDelivery(event *store.Event, to store.Delivery) {
	if waits(event) {
		e.due.remove(event)
	}
	event.Delivery = to
	event.Delivery.Due = utc(to.Due)
	if waits(event) {
		e.due.insert(event)
	}
}

// thin forgets the oldest of an account's own events that are too many and wait for nothing: however much happens to one
// account, the others' events stay.
func (e *events) thin(owner string) {
	if owner == "" {
		return
	}
	of := e.byUser[owner]
	for at := 0; of.own > e.perAccount && at < len(of.list); {
		if event := of.list[at]; waits(event) || ownerOf(event) != owner {
			at++
		} else {
			e.drop(event)
		}
	}
}

// shrink forgets the oldest events that are too many and wait for nothing.
func (e *events) shrink() {
	for at := 0; len(e.all.list)-len(e.due.list) > e.capacity; {
		if event := e.all.list[at]; waits(event) {
			at++
		} else {
			e.drop(event)
		}
	}
}

func (e *events) drop(event *store.Event) {
	delete(e.byID, event.ID)
	e.all.remove(event)
	if owner := ownerOf(event); owner != "" {
		e.byUser[owner].own--
	}
	for _, user := range whose(event) {
		if e.byUser[user].remove(event); len(e.byUser[user].list) == 0 {
			delete(e.byUser, user)
		}
	}
}

// candidates are the fewest events that we know to hold all that f picks, in the order in which it wants them.
func (e *events) candidates(f store.EventFilter) func(yield func(*store.Event) bool) {
	switch {
	case !f.DueBy.IsZero():
		return slices.Values(e.due.list)
	case f.User == "":
		return e.all.newestBefore(f.Before)
	case e.byUser[f.User] == nil:
		return slices.Values[[]*store.Event](nil)
	}
	return e.byUser[f.User].newestBefore(f.Before)
}

func eventMatches(f store.EventFilter, e *store.Event) bool {
	return (f.User == "" || f.User == e.User || f.User == e.Actor) &&
		(len(f.Types) == 0 || slices.Contains(f.Types, e.Type)) &&
		(f.Before == "" || e.ID < f.Before)
}

// waits says whether an event waits for its delivery.
func waits(e *store.Event) bool { return e.Delivery.State == store.DeliveryPending }

// whose are the accounts in whose lists an event stands.
func whose(e *store.Event) []string {
	switch {
	case e.User == e.Actor || e.Actor == "":
		return slices.DeleteFunc([]string{e.User}, func(id string) bool { return id == "" })
	case e.User == "":
		return []string{e.Actor}
	}
	return []string{e.User, e.Actor}
}

// ownerOf is the account whose own an event is: it happened to it, or else it did it. It is empty for what concerns none.
func ownerOf(e *store.Event) string { return cmp.Or(e.User, e.Actor) }

func byEventID(a, b *store.Event) int { return cmp.Compare(a.ID, b.ID) }

func byDue(a, b *store.Event) int {
	return cmp.Or(a.Delivery.Due.Compare(b.Delivery.Due), cmp.Compare(a.ID, b.ID))
}
