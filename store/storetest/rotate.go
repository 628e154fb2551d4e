package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func rotateChecks() []Check {
	const rule = "RotateToken gives the token with digest old the expiry oldExpires and the first of next as its successor, and adds next, " +
		"in one step."
	return []Check{
		{"RotateToken gives a successor and an end", rule, Tokens, in(rotateGives)},
		{"RotateToken works once", rule + " Of any number of callers one wins; the others get ErrUsed.", Tokens, in(rotateOnce)},
		{"RotateToken refuses a revoked token", rule + " It is ErrRevoked where the token is revoked.", Tokens, in(rotateRevoked)},
		{"RotateToken adds all or none", rule + " ErrExists, as of PutTokens, where a digest or an ID of next is taken.", Tokens, in(rotateAllOrNone)},
		{"RotateToken refuses what belongs to nobody", "ErrNotFound, as of PutTokens, where the user, client or grant of next is gone.",
			Tokens | Accounts | Clients | Grants, in(rotateToNobody)},
		{"RotateToken leaves earlier records alone", ruleReturned, Tokens, in(rotateLeavesTokens)},
	}
}

func rotateGives(w *world) {
	old := filled[store.Token](1, w.now)
	old.User, old.Client, old.Grant, old.Revoked, old.Successor = "", "", "", time.Time{}, store.Digest{}
	old.Kind = store.RefreshToken
	w.addToken(old)
	refresh := w.token(store.Token{ID: "2", Kind: store.RefreshToken})
	access := w.token(store.Token{ID: "3"})
	end := w.now.Add(time.Minute)
	require.NoError(w, w.Tokens.RotateToken(w.ctx, old.Digest, end, []store.Token{refresh, access}))
	old.Expires, old.Successor = end, refresh.Digest
	for _, want := range []store.Token{old, refresh, access} {
		same(w, want, w.lookUp(want.Digest).Token, "token "+want.ID)
	}
	require.NoError(w, w.Tokens.RotateToken(w.ctx, refresh.Digest, time.Time{}, []store.Token{w.token(store.Token{ID: "4"})}))
	assert.Zero(w, w.lookUp(refresh.Digest).Token.Expires, "an old token that never expires")
}

func rotateOnce(w *world) {
	old := w.addToken(store.Token{ID: "1"})
	require.NoError(w, w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), []store.Token{w.token(store.Token{ID: "2"})}))
	again := w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(2*time.Hour), []store.Token{w.token(store.Token{ID: "3"})})
	assert.ErrorIs(w, again, store.ErrUsed)
	w.absent("3")
	old.Expires, old.Successor = w.now.Add(time.Hour), store.DigestOf("2")
	same(w, old, w.lookUp(old.Digest).Token, "the old token")
}

func rotateRevoked(w *world) {
	old := w.addToken(store.Token{ID: "1", Revoked: w.now})
	err := w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), []store.Token{w.token(store.Token{ID: "2"})})
	assert.ErrorIs(w, err, store.ErrRevoked)
	w.absent("2")
	same(w, old, w.lookUp(old.Digest).Token, "the old token")
}

func rotateAllOrNone(w *world) {
	old, other := w.addToken(store.Token{ID: "1"}), w.addToken(store.Token{ID: "other"})
	for _, taken := range []store.Token{
		w.token(store.Token{ID: "3", Digest: other.Digest}),
		w.token(store.Token{ID: "other", Digest: store.DigestOf("3")}),
	} {
		next := []store.Token{w.token(store.Token{ID: "2"}), taken}
		assert.ErrorIs(w, w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), next), store.ErrExists)
	}
	w.absent("2", "3")
	same(w, old, w.lookUp(old.Digest).Token, "the old token")
}

func rotateToNobody(w *world) {
	w.addConsent("g")
	old := w.addToken(store.Token{ID: "1"})
	for _, next := range []store.Token{{User: "nobody"}, {Client: "none"}, {Client: "app", Grant: "none"}} {
		next.ID = "2"
		err := w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), []store.Token{w.token(next)})
		assert.ErrorIs(w, err, store.ErrNotFound, "to %+v", next)
	}
	w.absent("2")
	same(w, old, w.lookUp(old.Digest).Token, "the old token")
}

func rotateLeavesTokens(w *world) {
	old := w.addToken(store.Token{ID: "1"})
	before, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: "1"}, "", 10)
	require.NoError(w, err)
	require.NoError(w, w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), []store.Token{w.token(store.Token{ID: "2"})}))
	same(w, []store.Token{old}, before, "the list that was read before")
}
