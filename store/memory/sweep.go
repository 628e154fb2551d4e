package memory

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// Sweep implements store.Sweeper. Readers go on while it looks for what has expired.
func (s *Store) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	at, limit := momentOf(now), max(limit, 0)
	removed := s.sweepTokens(at, limit) + s.sweepHandles(at, limit) + s.sweepGrants(at, limit) + s.sweepEvents(at, limit)
	removed += s.once.sweep(at, limit) + s.counters.sweep(at, limit)
	return removed, nil
}

func (s *Store) sweepTokens(now moment, limit int) int {
	s.mu.Lock()
	expired := s.tokens.expired(now, limit)
	s.begin()
	defer s.unlock()
	for _, number := range expired {
		s.deleteToken(number)
	}
	return len(expired)
}

func (s *Store) sweepHandles(now moment, limit int) (removed int) {
	s.lock()
	defer s.unlock()
	for removed < limit {
		d, ok := s.handleEnds.take(now)
		if !ok {
			break
		}
		if t := s.tickets.get(d); t != nil && momentOf(t.Expires).over(now) {
			s.dropHandle(t)
			removed++
		}
	}
	return removed
}

func (s *Store) sweepGrants(now moment, limit int) (removed int) {
	s.lock()
	defer s.unlock()
	for removed < limit {
		k, ok := s.grantEnds.take(now)
		if !ok {
			break
		}
		k.filed = false
		if k.load() == nil || k.inUse() {
			continue // gone, or filed again when the last token or handle of it goes
		}
		s.dropGrant(k)
		removed++
	}
	return removed
}

func (s *Store) sweepEvents(now moment, limit int) int {
	s.mu.Lock()
	var expired []*store.Event
	for _, event := range s.events.all.list {
		if len(expired) < limit && !waits(event) && momentOf(event.Expires).over(now) {
			expired = append(expired, event)
		}
	}
	s.begin()
	defer s.unlock()
	for _, event := range expired {
		s.events.drop(event)
	}
	return len(expired)
}
