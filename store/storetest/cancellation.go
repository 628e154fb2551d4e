package storetest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

const ruleCancellation = "A call whose context is done returns an error that wraps the context's; one whose context was done before it began " +
	"changes nothing. Breakage is never one of the facts."

func cancellationChecks() []Check {
	var checks []Check
	for _, r := range reads() {
		checks = append(checks, Check{r.method + " does not read when its context is done", ruleCancellation, r.needs, in(r.cancelled)})
	}
	for _, d := range deeds() {
		checks = append(checks, Check{d.method + " changes nothing when its context is done", ruleCancellation, d.needs, in(d.cancelled)})
	}
	return checks
}

// refusedBy reports where err is not that of a context that ended so.
func refusedBy(w *world, ended, err error) {
	w.Helper()
	assert.ErrorIs(w, err, ended)
	assert.False(w, isFact(err), "breakage as a fact: %v", err)
}

// isFact says whether err is what a store that works reports.
func isFact(err error) bool {
	for _, fact := range []error{
		store.ErrNotFound, store.ErrExists, store.ErrUsed, store.ErrConflict, store.ErrRevoked, store.ErrFull,
	} {
		if errors.Is(err, fact) {
			return true
		}
	}
	return false
}

func (d deed) cancelled(w *world) {
	d.prepare(w)
	for ended, ctx := range w.done() {
		refusedBy(w, ended, d.do(ctx, w))
	}
	d.once(w)
}

// A reading is a call of a method that reads what is there.
type reading struct {
	method string
	needs  Capability
	read   func(ctx context.Context, w *world) error
}

func (r reading) cancelled(w *world) {
	w.addConsent("g")
	if w.Tokens != nil {
		w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
	}
	if w.Handles != nil {
		w.addHandle("1", store.Handle{})
	}
	if w.Events != nil {
		w.addEvents(store.Event{ID: "1"})
	}
	require.NoError(w, r.read(w.ctx, w))
	for ended, ctx := range w.done() {
		refusedBy(w, ended, r.read(ctx, w))
	}
}

// failed is the error of a read; it takes the two results of one.
func failed(_ any, err error) error { return err }

func reads() []reading {
	one := store.DigestOf("1")
	return []reading{
		{"UserByName", Accounts, func(ctx context.Context, w *world) error {
			return failed(w.Users.UserByName(ctx, "name of anna"))
		}},
		{"UserByID", Accounts, func(ctx context.Context, w *world) error { return failed(w.Users.UserByID(ctx, "anna")) }},
		{"UserByHash", UserHashes | Accounts, func(ctx context.Context, w *world) error {
			return failed(w.UserHashes.UserByHash(ctx, "MD5", "api", userHash("MD5", "name of anna", "api")))
		}},
		{"Client", Clients, func(ctx context.Context, w *world) error { return failed(w.Clients.Client(ctx, "app")) }},
		{"ClientsByOwner", Clients, func(ctx context.Context, w *world) error {
			return failed(w.Clients.ClientsByOwner(ctx, "olga"))
		}},
		{"Grant", Grants, func(ctx context.Context, w *world) error { return failed(w.Grants.Grant(ctx, "g")) }},
		{"Grants", Grants, func(ctx context.Context, w *world) error {
			return failed(w.Grants.Grants(ctx, store.GrantFilter{ID: "g"}, 1))
		}},
		{"LookUpToken", Tokens, func(ctx context.Context, w *world) error { return failed(w.Tokens.LookUpToken(ctx, one)) }},
		{"ListTokens", Tokens, func(ctx context.Context, w *world) error {
			return failed(w.Tokens.ListTokens(ctx, store.TokenFilter{ID: "1"}, "", 1))
		}},
		{"Handle", Handles, func(ctx context.Context, w *world) error { return failed(w.Handles.Handle(ctx, one)) }},
		{"Events", Events, func(ctx context.Context, w *world) error {
			return failed(w.Events.Events(ctx, store.EventFilter{}, 1))
		}},
	}
}
