package memory

import (
	"context"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// PutHandle implements store.Handles.
func (c *core) PutHandle(ctx context.Context, h store.Handle) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	if c.handles[h.Digest] != nil {
		return store.ErrExists
	}
	h = copyHandle(h)
	h.Stage = 0
	c.handles[h.Digest] = &h
	return nil
}

// Handle implements store.Handles.
func (c *core) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	if err := alive(ctx); err != nil {
		return store.Handle{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if h := c.handles[d]; h != nil {
		return *h, nil
	}
	return store.Handle{}, store.ErrNotFound
}

// AdvanceHandle implements store.Handles.
func (c *core) AdvanceHandle(ctx context.Context, h store.Handle) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.lock()
	defer c.unlock()
	old := c.handles[h.Digest]
	switch {
	case old == nil:
		return store.ErrNotFound
	case c.grantEnded(old.Grant):
		return store.ErrRevoked
	case old.Used:
		return store.ErrUsed
	case old.Stage != h.Stage:
		return store.ErrConflict
	}
	h = copyHandle(h)
	h.Stage++
	c.handles[h.Digest] = &h
	return nil
}

func copyHandle(h store.Handle) store.Handle {
	h.Data = slices.Clone(h.Data)
	h.Created, h.Expires = utc(h.Created), utc(h.Expires)
	return h
}
