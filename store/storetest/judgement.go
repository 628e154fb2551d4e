package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// judgementChecks hold stores to leave verdicts to their callers. Those about what has expired need a Sweeper: without
// one a store forgets by itself.
func judgementChecks() []Check {
	const rule = "Stores do not look at a clock and judge nothing. They return what has expired or was revoked like everything else."
	return []Check{
		{"LookUpToken returns the revoked and the replaced", rule, Tokens, in(lookUpDead)},
		{"LookUpToken returns the expired", rule, Tokens | Sweeper, in(lookUpExpired)},
		{"PutTokens and RotateToken take what has expired", rule, Tokens | Sweeper, in(writeExpired)},
		{"PutTokens takes tokens of the locked and the switched off", rule, Tokens, in(putForLocked)},
		{"PutTokens and AdvanceHandle take what belongs to an expired grant", rule, Tokens | Handles | Grants | Sweeper, in(underExpiredGrant)},
		{"Handle returns the expired", rule, Handles | Sweeper, in(handleExpired)},
		{"Grant and Grants return the expired", rule, Grants | Sweeper, in(grantExpired)},
		{"Events returns the expired", rule, Events | Sweeper, in(eventExpired)},
	}
}

func lookUpDead(w *world) {
	revoked := w.addToken(store.Token{ID: "revoked", Revoked: w.now})
	same(w, revoked, w.lookUp(revoked.Digest).Token, "the revoked token")
	replaced := w.addToken(store.Token{ID: "replaced"})
	require.NoError(w, w.Tokens.RotateToken(w.ctx, replaced.Digest, w.now.Add(time.Hour), []store.Token{w.token(store.Token{ID: "next"})}))
	assert.Equal(w, store.DigestOf("next"), w.lookUp(replaced.Digest).Token.Successor)
}

func lookUpExpired(w *world) {
	token := w.addToken(store.Token{ID: "1", Expires: w.now.Add(-time.Hour)})
	same(w, token, w.lookUp(token.Digest).Token, "the expired token")
	list, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: "1", Live: true}, "", 10)
	require.NoError(w, err)
	same(w, []store.Token{token}, list, "the list of what is neither revoked nor replaced")
}

func writeExpired(w *world) {
	old := w.addToken(store.Token{ID: "1", Expires: w.now.Add(-time.Hour)})
	next := []store.Token{w.token(store.Token{ID: "2", Expires: w.now.Add(-time.Minute)})}
	assert.NoError(w, w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(-2*time.Hour), next))
	same(w, next[0], w.lookUp(next[0].Digest).Token, "the successor")
	n, err := w.Tokens.RevokeTokens(w.ctx, store.TokenFilter{ID: "2"}, w.now)
	assert.NoError(w, err)
	assert.Equal(w, 1, n, "how many expired tokens were revoked")
}

func putForLocked(w *world) {
	w.addUser(store.User{ID: "anna", State: store.Disabled})
	w.addClient(store.Client{ID: "app", Revoked: w.now})
	w.addGrant(store.Grant{ID: "g", User: "anna", Client: "app"})
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
}

func underExpiredGrant(w *world) {
	w.addConsent("other")
	w.addGrant(store.Grant{ID: "g", User: "anna", Client: "app", Expires: w.now.Add(-time.Hour)})
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
	h := w.addHandle("code", store.Handle{Grant: "g", Expires: w.now.Add(-time.Minute)})
	assert.NoError(w, w.Handles.AdvanceHandle(w.ctx, h))
}

func handleExpired(w *world) {
	h := w.addHandle("1", store.Handle{Expires: w.now.Add(-time.Hour), Used: true})
	w.stays(h)
}

func grantExpired(w *world) {
	w.addConsent("other")
	g := w.addGrant(store.Grant{ID: "g", User: "anna", Client: "app", Expires: w.now.Add(-time.Hour)})
	got, err := w.Grants.Grant(w.ctx, "g")
	require.NoError(w, err)
	same(w, g, got, "the expired grant")
	assert.Equal(w, []string{"g", "other"}, w.grantIDs(store.GrantFilter{User: "anna", Live: true}))
}

func eventExpired(w *world) {
	w.addEvents(store.Event{ID: "1", Expires: w.now.Add(-time.Hour)})
	assert.True(w, w.hasEvent("1"))
}
