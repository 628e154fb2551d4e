package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func revokeGrantsChecks() []Check {
	const rule = "RevokeGrants marks those that f picks as revoked at this time, where they are not yet, and revokes their tokens and " +
		"handles with them: from its return on no token can be made under them."
	const ruleTokens = rule + " ErrRevoked where a grant of theirs is revoked."
	return []Check{
		{"RevokeGrants ends what the filter picks", rule, Grants, in(revokePicked)},
		{"RevokeGrants ends the remembered alone", rule + " Remembered leaves out those that are not.", Grants, in(revokeRemembered)},
		{"RevokeGrants says how many it ended", rule + " It says how many it ended; none is no error.", Grants, in(revokeCounts)},
		{"RevokeGrants keeps the time of an earlier end", rule, Grants, in(revokeKeepsTime)},
		{"RevokeGrants refuses a filter for nobody's grants", ruleGrantFilter, Grants, in(revokeOfNobody)},
		{"RevokeGrants leaves earlier records alone", ruleReturned, Grants, in(revokeLeavesGrants)},
		{"RevokeGrants revokes the tokens", rule, Grants | Tokens, in(revokeTakesTokens)},
		{"RevokeGrants keeps the time at which a token ended earlier", rule, Grants | Tokens, in(revokeKeepsTokenTime)},
		{"PutTokens refuses a revoked grant", ruleTokens, Grants | Tokens, in(putUnderRevoked)},
		{"RotateToken refuses a revoked grant", ruleTokens, Grants | Tokens, in(rotateUnderRevoked)},
		{"AdvanceHandle refuses a revoked grant", "ErrRevoked where the grant that the stored handle belongs to is revoked.",
			Grants | Handles, in(advanceUnderRevoked)},
	}
}

func revokePicked(w *world) {
	w.addGrants()
	_, err := w.Grants.RevokeGrants(w.ctx, store.GrantFilter{User: "anna", Client: "app", Protocol: "oauth2"}, w.now)
	require.NoError(w, err)
	assert.Equal(w, []string{"anna app oauth1", "anna bot oauth1", "anna bot oauth2"}, w.grantIDs(store.GrantFilter{User: "anna", Live: true}))
	_, err = w.Grants.RevokeGrants(w.ctx, store.GrantFilter{Client: "bot"}, w.now)
	require.NoError(w, err)
	_, err = w.Grants.RevokeGrants(w.ctx, store.GrantFilter{ID: "berta app oauth1"}, w.now)
	require.NoError(w, err)
	assert.Equal(w, []string{"anna app oauth1"}, w.grantIDs(store.GrantFilter{User: "anna", Live: true}))
	assert.Equal(w, []string{"berta app oauth2"}, w.grantIDs(store.GrantFilter{User: "berta", Live: true}))
}

func revokeRemembered(w *world) {
	w.addRemembered()
	n, err := w.Grants.RevokeGrants(w.ctx, store.GrantFilter{User: "anna", Client: "app", Remembered: true}, w.now)
	require.NoError(w, err)
	assert.Equal(w, 2, n)
	assert.Equal(w, []string{"anna app oauth1", "anna app oauth2"}, w.grantIDs(store.GrantFilter{User: "anna", Client: "app", Live: true}))
	assert.Equal(w, []string{"anna lets bot"}, w.grantIDs(store.GrantFilter{User: "anna", Remembered: true, Live: true}), "to another app")
}

func revokeCounts(w *world) {
	w.addGrants()
	for _, row := range []struct {
		filter store.GrantFilter
		want   int
	}{
		{store.GrantFilter{User: "nobody"}, 0},
		{store.GrantFilter{ID: "anna app oauth1"}, 1},
		{store.GrantFilter{User: "anna"}, 3},
		{store.GrantFilter{User: "anna"}, 0},
		{store.GrantFilter{User: "berta", Live: true}, 4},
		{store.GrantFilter{Client: "app"}, 0},
	} {
		n, err := w.Grants.RevokeGrants(w.ctx, row.filter, w.now)
		require.NoError(w, err)
		assert.Equal(w, row.want, n, "ended by %+v", row.filter)
	}
}

func (w *world) revoke(grant string, at time.Time) {
	w.Helper()
	_, err := w.Grants.RevokeGrants(w.ctx, store.GrantFilter{ID: grant}, at)
	require.NoError(w, err, "RevokeGrants")
}

func revokeKeepsTime(w *world) {
	w.addConsent("g")
	first := w.now.Add(-time.Hour)
	w.revoke("g", first)
	w.revoke("g", w.now)
	got, err := w.Grants.Grant(w.ctx, "g")
	require.NoError(w, err)
	same(w, first, got.Revoked, "the time of the end")
}

func revokeOfNobody(w *world) {
	w.addGrants()
	live := w.grantIDs(store.GrantFilter{User: "anna", Live: true})
	for _, f := range []store.GrantFilter{{}, {Live: true}, {Protocol: "oauth2"}, {Remembered: true}} {
		n, err := w.Grants.RevokeGrants(w.ctx, f, w.now)
		assert.Error(w, err, "%+v", f)
		assert.Zero(w, n, "%+v", f)
	}
	assert.Equal(w, live, w.grantIDs(store.GrantFilter{User: "anna", Live: true}))
}

func revokeLeavesGrants(w *world) {
	g := keepingGrant().full(w)
	g.Revoked = time.Time{}
	w.addGrant(g)
	before, err := w.Grants.Grants(w.ctx, store.GrantFilter{ID: g.ID}, 1)
	require.NoError(w, err)
	w.revoke(g.ID, w.now)
	same(w, []store.Grant{g}, before, "the list that was read before")
}

func revokeTakesTokens(w *world) {
	w.addConsent("g")
	w.addGrant(store.Grant{ID: "other", User: "anna", Client: "app"})
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
	w.addToken(store.Token{ID: "2", User: "anna", Client: "app", Grant: "g", Kind: store.RefreshToken})
	w.addToken(store.Token{ID: "3", User: "anna", Client: "app", Grant: "other"})
	w.addToken(store.Token{ID: "4", User: "anna"})
	assert.False(w, w.lookUp(store.DigestOf("1")).GrantRevoked, "before")
	w.revoke("g", w.now)
	for _, id := range []string{"1", "2"} {
		found := w.lookUp(store.DigestOf(id))
		assert.True(w, found.GrantRevoked, "GrantRevoked of token %s", id)
		same(w, w.now, found.Token.Revoked, "the end of token "+id)
	}
	live, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: "anna", Live: true}, "", 10)
	ids, err := many(live, err, func(t store.Token) string { return t.ID })
	require.NoError(w, err)
	assert.ElementsMatch(w, []string{"3", "4"}, ids, "the tokens that live on")
	assert.True(w, w.lives("3") && w.lives("4"), "the tokens that live on")
}

func revokeKeepsTokenTime(w *world) {
	w.addConsent("g")
	first := w.now.Add(-time.Hour)
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g", Revoked: first})
	w.revoke("g", w.now)
	same(w, first, w.lookUp(store.DigestOf("1")).Token.Revoked, "the end of the token")
}

func putUnderRevoked(w *world) {
	w.addConsent("g")
	w.addGrant(store.Grant{ID: "other", User: "anna", Client: "app"})
	w.revoke("g", w.now)
	for _, batch := range [][]store.Token{
		{w.token(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})},
		{
			w.token(store.Token{ID: "2", User: "anna", Client: "app", Grant: "other"}),
			w.token(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"}),
		},
	} {
		assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, batch, 0), store.ErrRevoked)
	}
	w.absent("1", "2")
}

func rotateUnderRevoked(w *world) {
	w.addConsent("g")
	old := w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
	w.revoke("g", w.now)
	next := []store.Token{w.token(store.Token{ID: "2", User: "anna", Client: "app", Grant: "g"})}
	assert.ErrorIs(w, w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), next), store.ErrRevoked)
	other := w.addToken(store.Token{ID: "3", User: "anna"})
	assert.ErrorIs(w, w.Tokens.RotateToken(w.ctx, other.Digest, w.now.Add(time.Hour), next), store.ErrRevoked, "from a token of no grant")
	w.absent("2")
	assert.Zero(w, w.lookUp(old.Digest).Token.Successor)
	assert.Zero(w, w.lookUp(other.Digest).Token.Successor)
}

func advanceUnderRevoked(w *world) {
	w.addConsent("g")
	w.addGrant(store.Grant{ID: "other", User: "anna", Client: "app"})
	code := w.addHandle("code", store.Handle{Client: "app", User: "anna", Grant: "g"})
	other := w.addHandle("other code", store.Handle{Client: "app", User: "anna", Grant: "other"})
	w.revoke("g", w.now)
	next := code
	next.Used = true
	assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, next), store.ErrRevoked)
	next.Grant = "other"
	assert.ErrorIs(w, w.Handles.AdvanceHandle(w.ctx, next), store.ErrRevoked, "to another grant")
	got, err := w.Handles.Handle(w.ctx, code.Digest)
	require.NoError(w, err)
	same(w, code, got, "the handle")
	assert.NoError(w, w.Handles.AdvanceHandle(w.ctx, other), "under another grant")
}
