package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func handleChecks() []Check {
	const rule = "AdvanceHandle replaces the handle with h.Digest, where it is at h.Stage and not used, by h at the next stage."
	return []Check{
		{"Handle finds by the whole digest", "Digests are compared byte by byte.", Handles, in(handleDigest)},
		{"PutHandle begins at stage 0", "PutHandle adds h at stage 0, whatever its Stage says.", Handles, in(putAtStage0)},
		{"PutHandle refuses a digest that is taken", "ErrExists where the digest is taken.", Handles, in(putTakenHandle)},
		{"PutHandle takes a handle whose grant is yet to come", "Its grant may be yet to come.", Grants | Handles, in(putHandleFirst)},
		{"AdvanceHandle goes from stage to stage", rule, Handles, in(advanceStages)},
		{"AdvanceHandle refuses another stage", rule + " ErrConflict otherwise.", Handles, in(advanceStale)},
		{"AdvanceHandle refuses what was used", rule + " ErrUsed where it is used by now.", Handles, in(advanceUsed)},
		{"AdvanceHandle leaves earlier records alone", ruleReturned, Handles, in(advanceLeavesHandles)},
	}
}

// stays reports where the handle is not as it was.
func (w *world) stays(h store.Handle) {
	w.Helper()
	got, err := w.Handles.Handle(w.ctx, h.Digest)
	require.NoError(w, err)
	same(w, h, got, "the handle that was there")
}

func handleDigest(w *world) {
	h := w.addHandle("1", store.Handle{Data: []byte("one")})
	for _, i := range []int{0, 15, 31} {
		near := h
		near.Digest[i] ^= 1
		near.Data = []byte{byte(i)}
		_, err := w.Handles.Handle(w.ctx, near.Digest)
		assert.ErrorIs(w, err, store.ErrNotFound, "another byte %d", i)
		require.NoError(w, w.Handles.PutHandle(w.ctx, near))
	}
	w.stays(h)
}

func putAtStage0(w *world) {
	h := w.addHandle("1", store.Handle{Stage: 3})
	h.Stage = 0
	w.stays(h)
}

func putTakenHandle(w *world) {
	h := w.addHandle("1", store.Handle{Data: []byte("first")})
	for _, kind := range []store.HandleKind{store.AuthorizationCode, store.DeviceCode} {
		second := w.handle("1", store.Handle{Kind: kind, Data: []byte("second")})
		assert.ErrorIs(w, w.Handles.PutHandle(w.ctx, second), store.ErrExists, "of kind %d", kind)
	}
	w.stays(h)
	h.Used = true
	require.NoError(w, w.Handles.AdvanceHandle(w.ctx, h))
	assert.ErrorIs(w, w.Handles.PutHandle(w.ctx, w.handle("1", store.Handle{})), store.ErrExists, "where it was used")
}

func putHandleFirst(w *world) {
	used := w.addHandle("used", store.Handle{Client: "app", User: "anna", Grant: "g"})
	ended := w.addHandle("ended", store.Handle{Client: "app", User: "anna", Grant: "g"})
	w.addConsent("g")
	w.stays(used)
	used.Used, ended.Used = true, true
	require.NoError(w, w.Handles.AdvanceHandle(w.ctx, used))
	w.revoke("g", w.now)
	assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, ended), store.ErrRevoked)
}

func advanceStages(w *world) {
	h := w.addHandle("1", store.Handle{Kind: store.Interaction})
	other := w.addHandle("2", store.Handle{Kind: store.Interaction})
	for stage := range 4 {
		h.Data, h.Used = []byte{byte(stage)}, stage == 3
		require.NoError(w, w.Handles.AdvanceHandle(w.ctx, h), "from stage %d", stage)
		h.Stage++
		w.stays(h)
	}
	w.stays(other)
}

func advanceStale(w *world) {
	h := w.addHandle("1", store.Handle{})
	require.NoError(w, w.Handles.AdvanceHandle(w.ctx, h))
	h.Stage++
	for _, stage := range []int{0, 2, -1, 100} {
		other := h
		other.Stage, other.Data, other.Used = stage, []byte("other"), true
		assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, other), store.ErrConflict, "stage %d at 1", stage)
	}
	w.stays(h)
}

func advanceUsed(w *world) {
	h := w.addHandle("1", store.Handle{})
	h.Used = true
	require.NoError(w, w.Handles.AdvanceHandle(w.ctx, h))
	h.Stage++
	for _, stage := range []int{0, 1, 2} {
		for _, used := range []bool{true, false} {
			again := h
			again.Stage, again.Used, again.Expires = stage, used, w.now.Add(time.Hour)
			assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, again), store.ErrUsed, "stage %d of a used handle at 1", stage)
		}
	}
	w.stays(h)
}

func advanceLeavesHandles(w *world) {
	h := w.addHandle("1", store.Handle{Data: []byte("first")})
	before, err := w.Handles.Handle(w.ctx, h.Digest)
	require.NoError(w, err)
	next := h
	next.Data = []byte("other")
	require.NoError(w, w.Handles.AdvanceHandle(w.ctx, next))
	same(w, h, before, "the record that was read before")
}
