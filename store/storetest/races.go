package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func raceChecks() []Check {
	const ruleRevoke = "From the return of RevokeGrants on no token can be made under them."
	const ruleDelete = "DeleteUser and DeleteClient remove grants and tokens at once; nothing can be made under a client afterwards."
	const ruleSafe = "All methods are safe for concurrent use by any number of goroutines."
	return []Check{
		{"PutTokens and RevokeGrants at once leave no live token", ruleRevoke, Grants | Tokens, in(revokeAgainstPut)},
		{"RotateToken and RevokeGrants at once leave no live token", ruleRevoke, Grants | Tokens, in(revokeAgainstRotate)},
		{"PutTokens and DeleteUser at once leave no token", ruleDelete, Accounts | UserWriter | Tokens, in(deleteUserAgainstPut)},
		{"PutTokens and DeleteClient at once leave no token", ruleDelete, Clients | Tokens, in(deleteClientAgainstPut)},
		{"PutGrant and DeleteUser at once leave no grant", ruleDelete, Accounts | UserWriter | Grants, in(deleteUserAgainstGrant)},
		{"PutGrant and DeleteClient at once leave no grant", ruleDelete, Clients | Grants, in(deleteClientAgainstGrant)},
		{"PutTokens never passes the limit", "Concurrent callers together do not pass it.", Tokens, in(limitRace)},
		{"RevokeTokens counts each token once", "RevokeTokens marks those that are not revoked yet and says how many.", Tokens, in(revokeTokensRace)},
		{"ClaimCount gives many numbers at once", "Numbers may come in any order. " + ruleSafe, Once, in(countRace)},
		{"Add loses nothing", "Add makes the additions, each of them atomically.", Counters, in(addRace)},
		{"Add makes additions in every order at once", "Add makes the additions, each of them atomically.", Counters, in(addOrders)},
		{"LookUpToken never sees half an update", "UpdateUser replaces the account. " + ruleSafe, Accounts | UserWriter | Tokens, in(wholeReads)},
		{"All methods work while others are at work", ruleSafe + " Contention is no failure.", 0, in(everybody)},
	}
}

// raced reports what each put that ran against an end says: nil, or the error that it must be then.
func raced(w *world, errs []error, want error) {
	w.Helper()
	for _, err := range errs {
		if err != nil && !errors.Is(err, want) {
			w.Errorf("one who lost got: %v", err)
		}
	}
}

func revokeAgainstPut(w *world) {
	w.addConsent("0")
	for n := range rounds() {
		grant := strconv.Itoa(n + 1)
		w.addGrant(store.Grant{ID: grant, User: "anna", Client: "app"})
		id := func(i int) string { return fmt.Sprintf("%s %d", grant, i) }
		raced(w, race(callers, func(i int) error {
			if i == callers/2 {
				_, err := w.Grants.RevokeGrants(w.ctx, store.GrantFilter{ID: grant}, w.now)
				return err
			}
			t := w.token(store.Token{ID: id(i), User: "anna", Client: "app", Grant: grant})
			return w.Tokens.PutTokens(w.ctx, []store.Token{t}, 0)
		}), store.ErrRevoked)
		for i := range callers {
			assert.False(w, w.lives(id(i)), "a token of a revoked grant lives")
		}
	}
}

func revokeAgainstRotate(w *world) {
	w.addConsent("0")
	for n := range rounds() {
		grant := strconv.Itoa(n + 1)
		w.addGrant(store.Grant{ID: grant, User: "anna", Client: "app"})
		id := func(i int) string { return fmt.Sprintf("%s %d", grant, i) }
		for i := range callers {
			w.addToken(store.Token{ID: "old " + id(i), User: "anna", Client: "app", Grant: grant})
		}
		raced(w, race(callers, func(i int) error {
			if i == callers/2 {
				_, err := w.Grants.RevokeGrants(w.ctx, store.GrantFilter{ID: grant}, w.now)
				return err
			}
			t := w.token(store.Token{ID: id(i), User: "anna", Client: "app", Grant: grant})
			return w.Tokens.RotateToken(w.ctx, store.DigestOf("old "+id(i)), w.now.Add(time.Hour), []store.Token{t})
		}), store.ErrRevoked)
		for i := range callers {
			assert.False(w, w.lives(id(i)), "a token of a revoked grant lives")
		}
	}
}

// deleteAgainstPut puts what belongs to round while remove removes that; put and gone take the ID of what is put.
func deleteAgainstPut(w *world, remove func(round string) error, put func(round, id string) error, gone func(id string)) {
	w.addClient(store.Client{ID: "app"})
	for n := range rounds() {
		round := strconv.Itoa(n)
		w.addUser(store.User{ID: round})
		w.addClient(store.Client{ID: round})
		id := func(i int) string { return fmt.Sprintf("%s %d", round, i) }
		raced(w, race(callers, func(i int) error {
			if i == callers/2 {
				return remove(round)
			}
			return put(round, id(i))
		}), store.ErrNotFound)
		for i := range callers {
			gone(id(i))
		}
	}
}

func deleteUserAgainstPut(w *world) {
	deleteAgainstPut(w, func(round string) error { return w.UserWriter.DeleteUser(w.ctx, round) },
		func(round, id string) error {
			return w.Tokens.PutTokens(w.ctx, []store.Token{w.token(store.Token{ID: id, User: round})}, 0)
		}, func(id string) { w.absent(id) })
}

func deleteClientAgainstPut(w *world) {
	deleteAgainstPut(w, func(round string) error { return w.Clients.DeleteClient(w.ctx, round) },
		func(round, id string) error {
			return w.Tokens.PutTokens(w.ctx, []store.Token{w.token(store.Token{ID: id, Client: round})}, 0)
		}, func(id string) { w.absent(id) })
}

func deleteUserAgainstGrant(w *world) {
	deleteAgainstPut(w, func(round string) error { return w.UserWriter.DeleteUser(w.ctx, round) },
		func(round, id string) error {
			return w.Grants.PutGrant(w.ctx, store.Grant{ID: id, User: round, Client: "app"})
		}, func(id string) { w.noGrants(id) })
}

func deleteClientAgainstGrant(w *world) {
	deleteAgainstPut(w, func(round string) error { return w.Clients.DeleteClient(w.ctx, round) },
		func(round, id string) error { return w.Grants.PutGrant(w.ctx, store.Grant{ID: id, Client: round}) },
		func(id string) { w.noGrants(id) })
}

func limitRace(w *world) {
	const limit = 5
	for n := range rounds() {
		user := strconv.Itoa(n)
		w.addUser(store.User{ID: user})
		errs := race(callers, func(i int) error {
			t := w.token(store.Token{ID: fmt.Sprintf("%s %d", user, i), User: user, Kind: store.DeveloperToken})
			return w.Tokens.PutTokens(w.ctx, []store.Token{t}, limit)
		})
		raced(w, errs, store.ErrFull)
		tokens, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: user}, "", 100)
		require.NoError(w, err)
		assert.Len(w, tokens, limit, "of %d callers", callers)
	}
}

func revokeTokensRace(w *world) {
	for n := range rounds() {
		user := strconv.Itoa(n)
		w.addUser(store.User{ID: user})
		for i := range 5 {
			w.addToken(store.Token{ID: fmt.Sprintf("%s %d", user, i), User: user})
		}
		var total atomic.Int64
		raced(w, race(callers, func(int) error {
			n, err := w.Tokens.RevokeTokens(w.ctx, store.TokenFilter{User: user}, w.now)
			total.Add(int64(n))
			return err
		}), nil)
		assert.EqualValues(w, 5, total.Load(), "the tokens that all callers together revoked")
	}
}

func countRace(w *world) {
	for n := range rounds() {
		key := strconv.Itoa(n)
		raced(w, race(callers, func(i int) error { return w.count(key, uint32(i)) }), nil)
		for i := range callers {
			w.used(key, uint32(i))
		}
	}
}

func addRace(w *world) {
	for n := range rounds() {
		counts := make([][]store.Count, callers)
		raced(w, race(callers, func(i int) error {
			counts[i] = []store.Count{{Key: store.DigestOf(strconv.Itoa(n)), Delta: 1, Until: w.now.Add(time.Hour)}}
			return w.Counters.Add(w.ctx, counts[i])
		}), nil)
		seen := map[int]bool{}
		for _, c := range counts {
			seen[c[0].Total] = true
		}
		assert.Len(w, seen, callers, "each caller has a total of its own")
		assert.Equal(w, callers, w.add(strconv.Itoa(n), 0))
	}
}

func addOrders(w *world) {
	for range rounds() {
		raced(w, race(callers, func(i int) error {
			until := w.now.Add(time.Hour)
			counts := []store.Count{{Key: store.DigestOf("a"), Delta: 1, Until: until}, {Key: store.DigestOf("b"), Delta: 1, Until: until}}
			if i%2 == 1 {
				counts[0], counts[1] = counts[1], counts[0]
			}
			return w.Counters.Add(w.ctx, counts)
		}), nil)
	}
	assert.Equal(w, rounds()*callers, w.add("a", 0))
	assert.Equal(w, rounds()*callers, w.add("b", 0))
}

func wholeReads(w *world) {
	moods := []store.User{
		{ID: "anna", Name: "one", Email: "one", Scopes: []string{"one"}},
		{ID: "anna", Name: "two", Email: "two", Scopes: []string{"two"}, State: store.Locked},
	}
	w.addUser(moods[0])
	w.addToken(store.Token{ID: "1", User: "anna"})
	var finished atomic.Bool
	update := func() error {
		defer finished.Store(true)
		for n := range 4 * rounds() {
			if err := w.UserWriter.UpdateUser(w.ctx, moods[n%2]); err != nil {
				return err
			}
		}
		return nil
	}
	look := func() error {
		found, err := w.Tokens.LookUpToken(w.ctx, store.DigestOf("1"))
		if u := found.User; err == nil && (u.Email != u.Name || !slices.Equal(u.Scopes, []string{u.Name}) || (u.State == "") != (u.Name == "one")) {
			return fmt.Errorf("half an update: %+v", u)
		}
		return err
	}
	raced(w, race(callers, func(i int) error {
		if i == 0 {
			return update()
		}
		for !finished.Load() {
			if err := look(); err != nil {
				return err
			}
		}
		return nil
	}), nil)
}

// everybody does what the backend can at once, each caller with records of its own: all of it works.
func everybody(w *world) {
	for n := range rounds() {
		id := func(i int) string { return fmt.Sprintf("%d %d", n, i) }
		for i := range callers {
			w.addUser(store.User{ID: id(i)})
			w.addClient(store.Client{ID: id(i), Owner: id(i)})
		}
		raced(w, race(callers, func(i int) error { return w.work(id(i)) }), nil)
	}
}

// work does one after the other what the backend can, with records named id.
func (w *world) work(id string) error {
	token, next, handle := w.token(store.Token{ID: id, User: id, Client: id}), w.token(store.Token{ID: "next " + id}), w.handle(id, store.Handle{})
	for _, step := range []struct {
		needs Capability
		do    func() error
	}{
		{Users, func() error { return failed(w.Users.UserByID(w.ctx, id)) }},
		{Clients, func() error { return w.Clients.PutClient(w.ctx, store.Client{ID: id, Owner: id, Version: 1}) }},
		{Grants, func() error { return w.Grants.PutGrant(w.ctx, store.Grant{ID: id, User: id, Client: id}) }},
		{Tokens, func() error { return w.Tokens.PutTokens(w.ctx, []store.Token{token}, 5) }},
		{Tokens, func() error { return failed(w.Tokens.LookUpToken(w.ctx, token.Digest)) }},
		{Tokens, func() error {
			return w.Tokens.RotateToken(w.ctx, token.Digest, w.now.Add(time.Hour), []store.Token{next})
		}},
		{Handles, func() error { return w.Handles.PutHandle(w.ctx, handle) }},
		{Handles, func() error { return w.Handles.AdvanceHandle(w.ctx, handle) }},
		{Once, func() error { return w.Once.Claim(w.ctx, store.DigestOf(id), w.now.Add(time.Hour)) }},
		{Once, func() error { return w.count(id, 1) }},
		{Events, func() error { return w.Events.AppendEvents(w.ctx, store.Event{ID: id}) }},
		{Grants, func() error { return failed(w.Grants.RevokeGrants(w.ctx, store.GrantFilter{Client: id}, w.now)) }},
		{Clients, func() error { return w.Clients.DeleteClient(w.ctx, id) }},
		{UserWriter, func() error { return w.UserWriter.DeleteUser(w.ctx, id) }},
	} {
		if step.needs&^w.Has() != 0 {
			continue
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}
