package memory

import (
	"context"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// A ticket is a handle and the grant that it belongs to. It is immutable.
type ticket struct {
	store.Handle
	consent *consent // nil where it belongs to none
}

// PutHandle implements store.Handles.
func (s *Store) PutHandle(ctx context.Context, h store.Handle) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	if s.tickets.get(h.Digest) != nil {
		return store.ErrExists
	}
	h.Stage = 0
	s.setHandle(h)
	return nil
}

// Handle implements store.Handles.
func (s *Store) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	if err := alive(ctx); err != nil {
		return store.Handle{}, err
	}
	var t *ticket
	s.read(func() { t = s.tickets.get(d) })
	if t != nil {
		return t.Handle, nil
	}
	return store.Handle{}, store.ErrNotFound
}

// AdvanceHandle implements store.Handles.
func (s *Store) AdvanceHandle(ctx context.Context, h store.Handle) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	switch old := s.tickets.get(h.Digest); {
	case old == nil:
		return store.ErrNotFound
	case old.consent.revoked():
		return store.ErrRevoked
	case old.Used:
		return store.ErrUsed
	case old.Stage != h.Stage:
		return store.ErrConflict
	}
	h.Stage++
	s.setHandle(h)
	return nil
}

// setHandle puts h in the place of what has its digest.
func (s *Store) setHandle(h store.Handle) {
	h.Data = slices.Clone(h.Data)
	h.Created, h.Expires = utc(h.Created), utc(h.Expires)
	t := &ticket{Handle: h, consent: s.consent(h.Grant)}
	if t.consent != nil {
		t.consent.handles++
	}
	old := s.tickets.get(h.Digest)
	s.tickets.delete(h.Digest)
	s.tickets.put(h.Digest, t)
	if old == nil || !old.Expires.Equal(h.Expires) {
		s.handleEnds.file(h.Expires, h.Digest)
	}
	s.letGo(old)
}

func (s *Store) dropHandle(t *ticket) {
	s.tickets.delete(t.Digest)
	s.letGo(t)
}

// letGo takes a handle that is not kept any more off its grant.
func (s *Store) letGo(t *ticket) {
	if t != nil && t.consent != nil {
		t.consent.handles--
		s.tidyConsent(t.consent)
	}
}
