package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A keeping is a method that writes records of one type.
type keeping[R any] struct {
	method string
	needs  Capability
	// full is a record without a zero field that the method takes, and bare one with no more than it must have; they
	// add what these refer to. put writes the record and get reads it.
	full, bare func(w *world) R
	put        func(w *world, r R) error
	get        func(w *world, r R) (R, error)
	// timeless says that R has no times, listless that it has no lists.
	timeless, listless bool
}

func (k keeping[R]) checks() []Check {
	checks := []Check{
		{k.method + " keeps every field", "A record is returned as it was given.", k.needs, in(func(w *world) {
			k.returns(w, k.full(w))
		})},
		{k.method + " keeps nothing as nothing", "A zero field is returned as a zero field.", k.needs, in(func(w *world) {
			k.returns(w, k.bare(w))
		})},
	}
	if !k.timeless {
		checks = append(checks, k.timeChecks()...)
	}
	if !k.listless {
		checks = append(checks, k.listChecks()...)
	}
	return checks
}

func (k keeping[R]) timeChecks() []Check {
	const rule = "Times are kept to the microsecond at least, and returned in UTC. Stores do not look at a clock."
	return []Check{
		{k.method + " keeps times to the microsecond", rule, k.needs, in(func(w *world) {
			r, zone := k.full(w), time.FixedZone("ahead", 5*3600+1800)
			setTimes(&r, w.now.Add(time.Hour+123456789*time.Nanosecond).In(zone))
			k.near(w, r)
		})},
		{k.method + " keeps far times", rule, k.needs, in(func(w *world) {
			r := k.full(w)
			setTimes(&r, time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC))
			k.returns(w, r)
		})},
		{k.method + " keeps the time 0 of Unix apart from none", rule, k.needs | Sweeper, in(func(w *world) {
			r := k.full(w)
			setTimes(&r, time.Unix(0, 0).UTC())
			k.returns(w, r)
		})},
	}
}

func (k keeping[R]) listChecks() []Check {
	return []Check{
		{k.method + " takes an empty list like none", "A list of nothing is empty.", k.needs, in(func(w *world) {
			r := k.full(w)
			emptyLists(&r)
			k.returns(w, r)
		})},
		{k.method + " keeps no reference to what it was given", "A store keeps no reference to a slice that it was given.", k.needs,
			in(func(w *world) {
				r := k.full(w)
				given := copied(r)
				require.NoError(w, k.put(w, given))
				scribble(&given)
				got, err := k.get(w, r)
				require.NoError(w, err)
				same(w, r, got, "after the caller changed its slices")
			})},
	}
}

// returns puts r and reports where another record comes back.
func (k keeping[R]) returns(w *world, r R) {
	w.Helper()
	require.NoError(w, k.put(w, copied(r)))
	got, err := k.get(w, r)
	require.NoError(w, err)
	same(w, r, got, "what "+k.method+" kept")
}

// near puts r and reports where a time comes back that is a microsecond or more away, or is not in UTC.
func (k keeping[R]) near(w *world, r R) {
	w.Helper()
	require.NoError(w, k.put(w, copied(r)))
	got, err := k.get(w, r)
	require.NoError(w, err)
	want, have := timesOf(&r), timesOf(&got)
	require.Len(w, have, len(want))
	for i := range want {
		assert.Less(w, want[i].Sub(have[i]).Abs(), time.Microsecond, "%v came back as %v", want[i], have[i])
		assert.Equal(w, time.UTC, have[i].Location())
	}
}

// keepingChecks hold for every method that writes a record.
func keepingChecks() []Check {
	return slices.Concat(
		keepingUser("CreateUsers").checks(), keepingUser("UpdateUser").checks(), keepingPassword().checks(),
		keepingClient("PutClient, adding,").checks(), keepingClient("PutClient, replacing,").checks(), keepingGrant().checks(),
		keepingToken("PutTokens").checks(), keepingToken("RotateToken").checks(),
		keepingHandle("PutHandle").checks(), keepingHandle("AdvanceHandle").checks(),
		keepingEvent().checks(), keepingDelivery().checks(),
	)
}
