package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// A deed is a call that writes and that can be made once: made again it is refused or finds nothing to do.
type deed struct {
	method string
	needs  Capability
	// prepare adds what the deed needs.
	prepare func(w *world)
	// do is the deed, with these events where its method takes some. Its error is nil where it was done by this call, and
	// is errDone where it succeeded without anything to do.
	do func(ctx context.Context, w *world, events ...store.Event) error
}

var errDone = errors.New("it was done before")

// ended turns what a method that counts returned into a deed's error.
func ended(n int, err error) error {
	if err == nil && n == 0 {
		return errDone
	}
	return err
}

func nothing(*world) {}

func consented(w *world) { w.addConsent("g") }

// eventfulDeeds are those of methods that take events.
func eventfulDeeds() []deed {
	return []deed{
		{"PutClient", Clients, nothing, func(ctx context.Context, w *world, events ...store.Event) error {
			return w.Clients.PutClient(ctx, store.Client{ID: "app"}, events...)
		}},
		{"DeleteClient", Clients, consented, func(ctx context.Context, w *world, events ...store.Event) error {
			return w.Clients.DeleteClient(ctx, "app", events...)
		}},
		{"PutGrant", Grants, consented, func(ctx context.Context, w *world, events ...store.Event) error {
			return w.Grants.PutGrant(ctx, store.Grant{ID: "new", User: "anna", Client: "app"}, events...)
		}},
		{"RevokeGrants", Grants, consented, func(ctx context.Context, w *world, events ...store.Event) error {
			return ended(w.Grants.RevokeGrants(ctx, store.GrantFilter{ID: "g"}, w.now, events...))
		}},
		{"PutTokens", Tokens, nothing, func(ctx context.Context, w *world, events ...store.Event) error {
			return w.Tokens.PutTokens(ctx, []store.Token{w.token(store.Token{ID: "1"}), w.token(store.Token{ID: "2"})}, 0, events...)
		}},
		{"RotateToken", Tokens, addOld, func(ctx context.Context, w *world, events ...store.Event) error {
			next := []store.Token{w.token(store.Token{ID: "1"}), w.token(store.Token{ID: "2"})}
			return w.Tokens.RotateToken(ctx, store.DigestOf("old"), w.now.Add(time.Hour), next, events...)
		}},
		{"RevokeTokens", Tokens, addOld, func(ctx context.Context, w *world, events ...store.Event) error {
			return ended(w.Tokens.RevokeTokens(ctx, store.TokenFilter{ID: "old"}, w.now, events...))
		}},
	}
}

func addOld(w *world) { w.addToken(store.Token{ID: "old"}) }

func deeds() []deed {
	return append(append(eventfulDeeds(), userDeeds()...), plainDeeds()...)
}

func userDeeds() []deed {
	anna := store.User{ID: "anna", Name: "Anna", Password: store.Password{Hash: "old"}}
	addAnna := func(w *world) { w.addUser(anna) }
	return []deed{
		{"CreateUsers", Accounts | UserWriter, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.UserWriter.CreateUsers(ctx, anna)
		}},
		{"UpdateUser", Accounts | UserWriter, addAnna, func(ctx context.Context, w *world, _ ...store.Event) error {
			if u, err := w.Users.UserByID(w.ctx, "anna"); err != nil || u.Name != "Anna" {
				return errDone
			}
			return w.UserWriter.UpdateUser(ctx, store.User{ID: "anna", Name: "Ann"})
		}},
		{"DeleteUser", Accounts | UserWriter, addAnna, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.UserWriter.DeleteUser(ctx, "anna")
		}},
		{"ReplacePassword", Accounts | Passwords, addAnna, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.Passwords.ReplacePassword(ctx, "anna", "old", store.Password{Hash: "new"})
		}},
	}
}

func plainDeeds() []deed {
	key := store.DigestOf("key")
	return []deed{
		{"RecordUses", Tokens | TokenUses, addOld, func(ctx context.Context, w *world, _ ...store.Event) error {
			if !w.lookUp(store.DigestOf("old")).Token.LastUsed.IsZero() {
				return errDone
			}
			return w.TokenUses.RecordUses(ctx, map[store.Digest]time.Time{store.DigestOf("old"): w.now})
		}},
		{"PutHandle", Handles, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.Handles.PutHandle(ctx, w.handle("1", store.Handle{}))
		}},
		{"AdvanceHandle", Handles, func(w *world) { w.addHandle("1", store.Handle{}) },
			func(ctx context.Context, w *world, _ ...store.Event) error {
				return w.Handles.AdvanceHandle(ctx, w.handle("1", store.Handle{}))
			}},
		{"Claim", Once, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.Once.Claim(ctx, key, w.now.Add(time.Hour))
		}},
		{"ClaimCount", Once, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.Once.ClaimCount(ctx, key, 7, w.now.Add(time.Hour))
		}},
		{"Add", Counters, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			counts := []store.Count{{Key: key, Delta: 1, Until: w.now.Add(time.Hour)}}
			if err := w.Counters.Add(ctx, counts); err != nil {
				return err
			}
			return ended(max(0, 2-counts[0].Total), nil)
		}},
		{"AppendEvents", Events, nothing, func(ctx context.Context, w *world, _ ...store.Event) error {
			return w.Events.AppendEvents(ctx, store.Event{ID: "1"})
		}},
		{"MarkDelivery", Events, func(w *world) { w.addEvents(store.Event{ID: "1"}) },
			func(ctx context.Context, w *world, _ ...store.Event) error {
				return w.Events.MarkDelivery(ctx, "1", store.Delivery{}, store.Delivery{State: store.DeliveryDone})
			}},
		{"Sweep", Tokens | Sweeper, func(w *world) { w.addToken(store.Token{ID: "old", Expires: w.now.Add(-time.Hour)}) },
			func(ctx context.Context, w *world, _ ...store.Event) error {
				return ended(w.Sweeper.Sweep(ctx, w.now, 10))
			}},
	}
}

// once reports where the deed cannot be done, or can be done twice.
func (d deed) once(w *world) {
	w.Helper()
	require.NoError(w, d.do(w.ctx, w), "%s, for the first time", d.method)
	require.Error(w, d.do(w.ctx, w), "%s, once more", d.method)
}
