package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func grantChecks() []Check {
	return []Check{
		{"PutGrant refuses to add what is there", "ErrExists where the ID is taken.", Grants, in(putTakenGrant)},
		{"PutGrant refuses an account that is not there", "ErrNotFound where its user is not in a store that keeps those too.",
			Grants | Accounts, in(putGrantWithoutUser)},
		{"PutGrant refuses a client that is not there", "ErrNotFound where its client is not in a store that keeps those too.",
			Grants | Clients, in(putGrantWithoutClient)},
		{"Grants picks what the filter says", "Grants returns those that f picks. Empty fields match all.", Grants, in(grantsPicks)},
		{"Grants picks the remembered alone", "Remembered leaves out those that are not.", Grants, in(grantsPicksRemembered)},
		{"Grants lists the newest first, at most limit", "Grants returns those that f picks, the newest first, at most limit.",
			Grants, in(grantsNewestFirst)},
		{"Grants lists whole records", "Grants returns those that f picks.", Grants, in(grantsWhole)},
		{"Grants refuses a filter for nobody's grants", ruleGrantFilter, Grants, in(grantsOfNobody)},
	}
}

const ruleGrantFilter = "At least one of User, Client and ID must be set: a filter for everybody's grants is refused and picks none."

func putTakenGrant(w *world) {
	w.addConsent("g")
	before, err := w.Grants.Grant(w.ctx, "g")
	require.NoError(w, err)
	err = w.Grants.PutGrant(w.ctx, store.Grant{ID: "g", User: "anna", Client: "app", Scopes: []string{"more"}})
	assert.ErrorIs(w, err, store.ErrExists)
	got, err := w.Grants.Grant(w.ctx, "g")
	require.NoError(w, err)
	same(w, before, got, "the grant that was there")
}

// refusedGrant reports where g is not refused as belonging to what is not there.
func (w *world) refusedGrant(g store.Grant) {
	w.Helper()
	assert.ErrorIs(w, w.Grants.PutGrant(w.ctx, g), store.ErrNotFound)
	_, err := w.Grants.Grant(w.ctx, g.ID)
	assert.ErrorIs(w, err, store.ErrNotFound, "reading it")
}

func putGrantWithoutUser(w *world) {
	w.addClient(store.Client{ID: "app"})
	w.refusedGrant(store.Grant{ID: "g", User: "nobody", Client: "app"})
	w.addGrant(store.Grant{ID: "the client itself", Client: "app"})
}

func putGrantWithoutClient(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.refusedGrant(store.Grant{ID: "g", User: "anna", Client: "none"})
}

// addGrants adds one grant for each user, client, protocol and state; its ID says which.
func (w *world) addGrants() {
	w.Helper()
	created := w.now
	for _, user := range []string{"anna", "berta"} {
		w.addUser(store.User{ID: user})
	}
	for _, client := range []string{"app", "bot"} {
		w.addClient(store.Client{ID: client})
		for _, user := range []string{"anna", "berta"} {
			for _, protocol := range []string{"oauth1", "oauth2"} {
				created = created.Add(-time.Minute)
				id := fmt.Sprintf("%s %s %s", user, client, protocol)
				g := store.Grant{User: user, Client: client, Protocol: protocol, Created: created}
				g.ID = id
				w.addGrant(g)
				g.ID, g.Revoked = id+" revoked", w.now.Add(-time.Hour)
				w.addGrant(g)
			}
		}
	}
}

func (w *world) grantIDs(f store.GrantFilter) []string {
	w.Helper()
	grants, err := w.Grants.Grants(w.ctx, f, 100)
	ids, err := many(grants, err, func(g store.Grant) string { return g.ID })
	require.NoError(w, err)
	slices.Sort(ids)
	return ids
}

func grantsPicks(w *world) {
	w.addGrants()
	for _, row := range []struct {
		filter store.GrantFilter
		want   []string
	}{
		{store.GrantFilter{ID: "anna bot oauth1"}, []string{"anna bot oauth1"}},
		{store.GrantFilter{ID: "anna bot oauth1", User: "berta"}, nil},
		{store.GrantFilter{ID: "anna bot oauth1 revoked"}, []string{"anna bot oauth1 revoked"}},
		{store.GrantFilter{ID: "anna bot oauth1 revoked", Live: true}, nil},
		{store.GrantFilter{User: "anna", Client: "app", Protocol: "oauth2"}, []string{"anna app oauth2", "anna app oauth2 revoked"}},
		{store.GrantFilter{User: "anna", Live: true},
			[]string{"anna app oauth1", "anna app oauth2", "anna bot oauth1", "anna bot oauth2"}},
		{store.GrantFilter{Client: "bot", Live: true, Protocol: "oauth1"}, []string{"anna bot oauth1", "berta bot oauth1"}},
		{store.GrantFilter{Client: "bot", User: "berta"},
			[]string{"berta bot oauth1", "berta bot oauth1 revoked", "berta bot oauth2", "berta bot oauth2 revoked"}},
	} {
		assert.Equal(w, row.want, w.grantIDs(row.filter), "%+v", row.filter)
	}
}

// addRemembered adds grants of two users to two apps, some of them remembered, some ended.
func (w *world) addRemembered() {
	w.Helper()
	w.addGrants()
	for _, user := range []string{"anna", "berta"} {
		for _, client := range []string{"app", "bot"} {
			g := store.Grant{ID: user + " lets " + client, User: user, Client: client, Protocol: "oauth2", Remembered: true}
			w.addGrant(g)
			g.ID, g.Revoked = g.ID+" no more", w.now.Add(-time.Hour)
			w.addGrant(g)
		}
	}
	w.addGrant(store.Grant{ID: "anna lets app again", User: "anna", Client: "app", Protocol: "oauth1", Remembered: true})
}

func grantsPicksRemembered(w *world) {
	w.addRemembered()
	w.revoke("berta lets bot", w.now)
	for _, row := range []struct {
		filter store.GrantFilter
		want   []string
	}{
		{store.GrantFilter{User: "anna", Client: "app", Live: true, Remembered: true}, []string{"anna lets app", "anna lets app again"}},
		{store.GrantFilter{User: "anna", Client: "app", Protocol: "oauth2", Live: true, Remembered: true}, []string{"anna lets app"}},
		{store.GrantFilter{User: "anna", Client: "bot", Remembered: true}, []string{"anna lets bot", "anna lets bot no more"}},
		{store.GrantFilter{User: "berta", Client: "bot", Live: true, Remembered: true}, nil},
		{store.GrantFilter{User: "nobody", Client: "app", Live: true, Remembered: true}, nil},
		{store.GrantFilter{User: "anna", Client: "none", Live: true, Remembered: true}, nil},
		{store.GrantFilter{User: "berta", Live: true, Remembered: true}, []string{"berta lets app"}},
		{store.GrantFilter{Client: "bot", Live: true, Remembered: true}, []string{"anna lets bot"}},
		{store.GrantFilter{ID: "anna app oauth2", Remembered: true}, nil},
	} {
		assert.Equal(w, row.want, w.grantIDs(row.filter), "%+v", row.filter)
	}
}

func grantsNewestFirst(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.addClient(store.Client{ID: "app"})
	for id, age := range map[string]int{"b": 3, "d": 1, "a": 2, "c": 4} {
		w.addGrant(store.Grant{ID: id, User: "anna", Client: "app", Created: w.now.Add(-time.Duration(age) * time.Hour)})
	}
	for limit, want := range [][]string{nil, {"d"}, {"d", "a"}, {"d", "a", "b"}, {"d", "a", "b", "c"}, {"d", "a", "b", "c"}} {
		grants, err := w.Grants.Grants(w.ctx, store.GrantFilter{User: "anna"}, limit)
		ids, err := many(grants, err, func(g store.Grant) string { return g.ID })
		require.NoError(w, err)
		assert.Equal(w, want, ids, "at most %d", limit)
	}
}

func grantsWhole(w *world) {
	g := keepingGrant().full(w)
	w.addGrant(g)
	list, err := w.Grants.Grants(w.ctx, store.GrantFilter{Client: g.Client}, 10)
	require.NoError(w, err)
	same(w, []store.Grant{g}, list, "the list")
}

func grantsOfNobody(w *world) {
	w.addGrants()
	for _, f := range []store.GrantFilter{{}, {Live: true}, {Protocol: "oauth2"}, {Live: true, Remembered: true}} {
		grants, err := w.Grants.Grants(w.ctx, f, 100)
		assert.Error(w, err, "%+v", f)
		assert.Empty(w, grants, "%+v", f)
	}
}
