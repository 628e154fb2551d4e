package sqlstore

import (
	"context"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

const eventColumns = "id, time, type, outcome, reason, actor, user_id, client_id, token_id, grant_id, " +
	"scheme, address, request, details, expires, delivery, attempts, due"

func eventFields(e *store.Event) []any {
	return []any{
		&e.ID, moment{&e.Time}, &e.Type, &e.Outcome, &e.Reason, &e.Actor, &e.User, &e.Client, &e.Token, &e.Grant,
		&e.Scheme, &e.Address, &e.Request, document[map[string]string]{&e.Details}, moment{&e.Expires},
		&e.Delivery.State, &e.Delivery.Attempts, moment{&e.Delivery.Due},
	}
}

// AppendEvents implements [store.Events].
func (s *Store) AppendEvents(ctx context.Context, events ...store.Event) error {
	run := s.write
	if len(events) == 1 {
		run = s.single
	}
	return run(ctx, "append events", func(ctx context.Context, q queries) error { return s.appendEvents(ctx, q, events) })
}

// appendEvents adds the events to what a transaction does.
func (s *Store) appendEvents(ctx context.Context, q queries, events []store.Event) error {
	for _, e := range events {
		err := q.must(ctx, store.ErrExists, insert("sesame_events", eventColumns), append([]any{s.tenant}, eventFields(&e)...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Events implements [store.Events].
func (s *Store) Events(ctx context.Context, f store.EventFilter, limit int) (events []store.Event, err error) {
	query, args := s.eventsQuery(f, max(limit, 0))
	err = s.read(ctx, "events", func(ctx context.Context, q queries) (err error) {
		events, err = list(ctx, q, eventFields, query, args...)
		return err
	})
	return events, err
}

// eventsQuery asks for the first few in order of each of some sets, each in the order of an index, and for the first of
// these: however long the stream is, it reads no more than limit rows of each set, and those that other conditions leave out.
func (s *Store) eventsQuery(f store.EventFilter, limit int) (query string, args []any) {
	order := " ORDER BY id DESC LIMIT ?"
	if !f.DueBy.IsZero() {
		order = " ORDER BY due, id LIMIT ?"
	}
	var parts []string
	for _, c := range s.eventsThat(f) {
		parts = append(parts, "SELECT * FROM (SELECT "+eventColumns+" FROM sesame_events WHERE "+c.text.String()+order+") AS part")
		args = append(append(args, c.args...), limit)
	}
	return "SELECT * FROM (" + strings.Join(parts, " UNION ") + ") AS parts" + order, append(args, limit)
}

// eventsThat is what f picks, as sets that may overlap.
func (s *Store) eventsThat(f store.EventFilter) []*condition {
	var sets []*condition
	switch {
	case !f.DueBy.IsZero():
		due := s.condition().and("delivery = 1 AND due <= ?", micros(f.DueBy))
		if f.User != "" {
			due.and("(actor = ? OR user_id = ?)", f.User, f.User)
		}
		sets = append(sets, among(due, "type", f.Types))
	case f.User != "":
		for _, column := range []string{"actor", "user_id"} {
			sets = append(sets, among(s.condition().equal(column, f.User), "type", f.Types))
		}
	case len(f.Types) > 0:
		for _, t := range f.Types {
			sets = append(sets, s.condition().and("type = ?", t))
		}
	default:
		sets = append(sets, s.condition())
	}
	if f.Before != "" {
		for _, c := range sets {
			c.and("id < ?", f.Before)
		}
	}
	return sets
}

// MarkDelivery implements [store.Events].
func (s *Store) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	return s.single(ctx, "mark delivery", func(ctx context.Context, q queries) error {
		changed, err := q.exec(ctx, update("sesame_events", "delivery, attempts, due")+
			"tenant = ? AND id = ? AND delivery = ? AND attempts = ? AND due = ?",
			to.State, to.Attempts, micros(to.Due), s.tenant, id, from.State, from.Attempts, micros(from.Due))
		if err != nil || changed > 0 {
			return err
		}
		return s.conflict(ctx, q, "sesame_events", id)
	})
}
