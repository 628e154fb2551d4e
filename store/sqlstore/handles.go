package sqlstore

import (
	"context"

	"github.com/seed-f67351ce/sesame/store"
)

const handleColumns = "digest, kind, stage, used, client_id, user_id, grant_id, data, created, expires"

func handleFields(h *store.Handle) []any {
	return []any{
		digest{&h.Digest}, &h.Kind, &h.Stage, &h.Used, &h.Client, &h.User, &h.Grant, &h.Data, moment{&h.Created}, moment{&h.Expires},
	}
}

// PutHandle implements [store.Handles].
func (s *Store) PutHandle(ctx context.Context, h store.Handle) error {
	h.Stage = 0
	return s.single(ctx, "put handle", func(ctx context.Context, q queries) error {
		return q.must(ctx, store.ErrExists, insert("sesame_handles", handleColumns), append([]any{s.tenant}, handleFields(&h)...)...)
	})
}

// Handle implements [store.Handles].
func (s *Store) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	var h store.Handle
	err := s.read(ctx, "handle", func(ctx context.Context, q queries) error {
		return q.get(ctx, "SELECT "+handleColumns+" FROM sesame_handles WHERE tenant = ? AND digest = ?",
			[]any{s.tenant, d[:]}, handleFields(&h)...)
	})
	if err != nil {
		return store.Handle{}, err
	}
	return h, nil
}

// AdvanceHandle implements [store.Handles].
func (s *Store) AdvanceHandle(ctx context.Context, h store.Handle) error {
	return s.write(ctx, "advance handle", func(ctx context.Context, q queries) error {
		if err := s.checkStage(ctx, q, h); err != nil {
			return err
		}
		next := h
		next.Stage++
		_, err := q.exec(ctx, update("sesame_handles", handleColumns)+"tenant = ? AND digest = ?",
			append(handleFields(&next), s.tenant, h.Digest[:])...)
		return err
	})
}

// checkStage sees to it that the handle is where the caller read it to be, and keeps it there until the transaction ends.
func (s *Store) checkStage(ctx context.Context, q queries, h store.Handle) error {
	var stage int
	var used bool
	var grant string
	err := q.get(ctx, "SELECT stage, used, grant_id FROM sesame_handles WHERE tenant = ? AND digest = ?"+q.locks.change,
		[]any{s.tenant, h.Digest[:]}, &stage, &used, &grant)
	if err != nil {
		return err
	}
	if err := s.checkGrants(ctx, q, []string{grant}); err != nil && err != store.ErrNotFound { // a handle may outlive its grant's record
		return err
	}
	switch {
	case used:
		return store.ErrUsed
	case stage != h.Stage:
		return store.ErrConflict
	}
	return nil
}
