package storetest

import (
	"strconv"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// A perishable is a kind of records that a sweep removes.
type perishable struct {
	kind  string
	needs Capability
	// put adds the record id, which expires then; kept says whether it is still there, and is asked once for each.
	put  func(w *world, id string, expires time.Time)
	kept func(w *world, id string) bool
}

func perishables() []perishable {
	return []perishable{
		{"tokens", Tokens,
			func(w *world, id string, expires time.Time) { w.addToken(store.Token{ID: id, Expires: expires}) },
			func(w *world, id string) bool { return w.found(w.Tokens.LookUpToken(w.ctx, store.DigestOf(id))) }},
		{"handles", Handles,
			func(w *world, id string, expires time.Time) {
				w.addHandle(id, store.Handle{Expires: expires, Used: true})
			},
			func(w *world, id string) bool { return w.found(w.Handles.Handle(w.ctx, store.DigestOf(id))) }},
		{"grants", Grants,
			func(w *world, id string, expires time.Time) {
				w.addClient(store.Client{ID: id})
				w.addGrant(store.Grant{ID: id, Client: id, Expires: expires, Revoked: w.now.Add(-time.Hour)})
			},
			func(w *world, id string) bool { return w.found(w.Grants.Grant(w.ctx, id)) }},
		{"events", Events,
			func(w *world, id string, expires time.Time) { w.addEvents(store.Event{ID: id, Expires: expires}) },
			func(w *world, id string) bool { return w.hasEvent(id) }},
		{"keys", Once,
			func(w *world, id string, until time.Time) {
				require.NoError(w, w.Once.Claim(w.ctx, store.DigestOf(id), until))
			},
			func(w *world, id string) bool {
				return w.Once.Claim(w.ctx, store.DigestOf(id), w.now.Add(100*time.Hour)) != nil
			}},
		{"counts", Once,
			func(w *world, id string, until time.Time) {
				require.NoError(w, w.Once.ClaimCount(w.ctx, store.DigestOf(id), 1, until))
			},
			func(w *world, id string) bool {
				return w.Once.ClaimCount(w.ctx, store.DigestOf(id), 1, w.now.Add(100*time.Hour)) != nil
			}},
		{"counters", Counters,
			func(w *world, id string, until time.Time) {
				require.NoError(w, w.Counters.Add(w.ctx, []store.Count{{Key: store.DigestOf(id), Delta: 1, Until: until}}))
			},
			func(w *world, id string) bool { return w.add(id, 0) != 0 }},
	}
}

// found says whether a read found its record; it takes the two results of one.
func (w *world) found(_ any, err error) bool {
	w.Helper()
	if err != nil {
		require.ErrorIs(w, err, store.ErrNotFound)
	}
	return err == nil
}

func sweepChecks() []Check {
	const rule = "Sweep removes at most limit records of each kind whose expiry is before now, in one short step, and says how many it removed."
	var checks []Check
	for _, p := range perishables() {
		needs := p.needs | Sweeper
		checks = append(checks,
			Check{"Sweep removes expired " + p.kind + ", at most limit at once", rule, needs, in(p.removed)},
			Check{"Sweep keeps " + p.kind + " until they have expired", rule + " A zero expiry is never.", needs, in(p.keptUntil)})
	}
	return append(checks,
		Check{"Sweep keeps events that wait for their delivery", "It never removes an event that waits for its delivery.",
			Events | Sweeper, in(sweepPending)},
		Check{"Sweep keeps a grant as long as a token of it may be", ruleTombstone, Grants | Tokens | Sweeper, in(sweepGrantOfToken)},
		Check{"Sweep keeps a grant as long as a handle of it may be", ruleTombstone, Grants | Handles | Sweeper, in(sweepGrantOfHandle)},
		Check{"Sweep keeps what was revoked and replaced until it expires", "Stores keep a record until its expiry.", Tokens | Sweeper, in(sweepDead)},
		Check{"Sweep keeps a counter until the last Until", "Until is how long the counter is kept at least.", Counters | Sweeper, in(sweepLastUntil)},
		Check{"Sweep frees what it removes", rule, Tokens | Sweeper, in(sweepFrees)},
	)
}

const ruleTombstone = "A revoked grant is kept until Expires, or as long as a token or handle of it may be: nothing can be made under it."

// sweep sweeps until nothing is left to remove, and says how much was removed; no step may remove more than limit.
func (w *world) sweep(now time.Time, limit int) int {
	w.Helper()
	total := 0
	for range 100 {
		n, err := w.Sweeper.Sweep(w.ctx, now, limit)
		require.NoError(w, err)
		assert.LessOrEqual(w, n, limit, "removed by one step")
		if n == 0 {
			return total
		}
		total += n
	}
	require.Fail(w, "Sweep never comes to an end")
	return total
}

func (p perishable) removed(w *world) {
	for i := range 5 {
		p.put(w, strconv.Itoa(i), w.now.Add(-time.Duration(i)*time.Hour-time.Microsecond))
	}
	p.put(w, "kept", w.now.Add(time.Hour))
	n, err := w.Sweeper.Sweep(w.ctx, w.now, 2)
	require.NoError(w, err)
	assert.Equal(w, 2, n, "removed by the first step")
	assert.Equal(w, 3, w.sweep(w.now, 2), "removed by the others")
	for i := range 5 {
		assert.False(w, p.kept(w, strconv.Itoa(i)), "an expired one")
	}
	assert.True(w, p.kept(w, "kept"), "one that has not expired")
}

func (p perishable) keptUntil(w *world) {
	expiries := map[string]time.Time{"now": w.now, "soon": w.now.Add(time.Microsecond), "never": {}}
	for id, expires := range expiries {
		p.put(w, id, expires)
	}
	assert.Zero(w, w.sweep(w.now, 10), "removed")
	for id := range expiries {
		assert.True(w, p.kept(w, id), "what expires %s", id)
	}
}

func sweepPending(w *world) {
	past := w.now.Add(-time.Hour)
	w.addEvents(
		store.Event{ID: "1", Expires: past, Delivery: pendingFrom(past)},
		store.Event{ID: "2", Expires: past, Delivery: pendingFrom(w.now.Add(time.Hour))},
		store.Event{ID: "3", Expires: past, Delivery: store.Delivery{State: store.DeliveryDone}},
		store.Event{ID: "4", Expires: past, Delivery: store.Delivery{State: store.DeliveryAbandoned}},
	)
	assert.Equal(w, 2, w.sweep(w.now, 10), "removed: told and abandoned")
	assert.Equal(w, []string{"2", "1"}, w.eventIDs(store.EventFilter{}, 10))
	require.NoError(w, w.Events.MarkDelivery(w.ctx, "1", pendingFrom(past), store.Delivery{State: store.DeliveryDone}))
	assert.Equal(w, 1, w.sweep(w.now, 10), "removed: told by now")
}

func sweepGrantOfToken(w *world) {
	w.addConsent("other")
	w.addGrant(store.Grant{ID: "g", User: "anna", Client: "app", Expires: w.now.Add(-time.Hour)})
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g", Expires: w.now.Add(time.Hour)})
	w.revoke("g", w.now.Add(-2*time.Hour))
	w.sweep(w.now, 10)
	assert.True(w, w.lookUp(store.DigestOf("1")).GrantRevoked)
	another := w.token(store.Token{ID: "2", User: "anna", Client: "app", Grant: "g"})
	assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, []store.Token{another}, 0), store.ErrRevoked)
	w.sweep(w.now.Add(2*time.Hour), 10)
	w.absent("1")
	assert.Error(w, w.Tokens.PutTokens(w.ctx, []store.Token{another}, 0), "when the grant may be gone as well")
}

func sweepGrantOfHandle(w *world) {
	w.addConsent("other")
	w.addGrant(store.Grant{ID: "g", User: "anna", Client: "app", Expires: w.now.Add(-time.Hour)})
	h := w.addHandle("code", store.Handle{Grant: "g", Expires: w.now.Add(time.Hour)})
	w.revoke("g", w.now.Add(-2*time.Hour))
	w.sweep(w.now, 10)
	assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, h), store.ErrRevoked)
}

func sweepDead(w *world) {
	later := w.now.Add(time.Hour)
	w.addToken(store.Token{ID: "revoked", Expires: later, Revoked: w.now.Add(-time.Hour)})
	w.addToken(store.Token{ID: "replaced", Expires: w.now.Add(-time.Hour)})
	next := []store.Token{w.token(store.Token{ID: "next", Expires: later})}
	require.NoError(w, w.Tokens.RotateToken(w.ctx, store.DigestOf("replaced"), later, next))
	assert.Zero(w, w.sweep(w.now, 10), "removed")
	for _, id := range []string{"revoked", "replaced", "next"} {
		w.lookUp(store.DigestOf(id))
	}
	assert.Equal(w, 3, w.sweep(later.Add(time.Second), 10), "removed when all had expired")
}

func sweepLastUntil(w *world) {
	for _, until := range []time.Duration{-2 * time.Hour, time.Hour, -time.Hour} {
		counts := []store.Count{{Key: store.DigestOf("key"), Delta: 1, Until: w.now.Add(until)}}
		require.NoError(w, w.Counters.Add(w.ctx, counts))
	}
	w.sweep(w.now, 10)
	assert.Equal(w, 3, w.add("key", 0), "kept until the latest of three")
}

func sweepFrees(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.addToken(store.Token{ID: "1", User: "anna", Expires: w.now.Add(-time.Hour)})
	w.sweep(w.now, 10)
	w.absent("1")
	assert.Empty(w, w.list("", 10))
	w.addToken(store.Token{ID: "1", User: "anna"})
}
