package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func tokenChecks() []Check {
	const rule = "PutTokens adds the tokens, all or none."
	const ruleGone = rule + " ErrNotFound where their user, client or grant is gone, as far as the store keeps those."
	return []Check{
		{"PutTokens adds all or none", rule, Tokens, in(putAllOrNone)},
		{"PutTokens refuses a digest that is taken", rule + " ErrExists where a digest is taken.", Tokens, in(putTakenDigest)},
		{"PutTokens refuses an ID that is taken", rule + " ErrExists where an ID is taken.", Tokens, in(putTakenID)},
		{"PutTokens refuses two of one ID at once", rule + " ErrExists where an ID is taken, within one call too.", Tokens, in(putTwins)},
		{"PutTokens refuses an account that is not there", ruleGone, Tokens | Accounts, in(putWithoutUser)},
		{"PutTokens refuses a client that is not there", ruleGone, Tokens | Clients, in(putWithoutClient)},
		{"PutTokens refuses a grant that is not there", ruleGone, Tokens | Grants, in(putWithoutGrant)},
	}
}

// absent reports where a token with one of these IDs is there.
func (w *world) absent(ids ...string) {
	w.Helper()
	for _, id := range ids {
		_, err := w.Tokens.LookUpToken(w.ctx, store.DigestOf(id))
		assert.ErrorIs(w, err, store.ErrNotFound, "token %q, by its digest", id)
		list, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: id}, "", 10)
		require.NoError(w, err)
		assert.Empty(w, list, "token %q, by its ID", id)
	}
}

func putAllOrNone(w *world) {
	three := []store.Token{w.token(store.Token{ID: "1"}), w.token(store.Token{ID: "2"}), w.token(store.Token{ID: "3"})}
	require.NoError(w, w.Tokens.PutTokens(w.ctx, three, 0))
	for _, t := range three {
		same(w, t, w.lookUp(t.Digest).Token, "one of three")
	}
	more := []store.Token{w.token(store.Token{ID: "4"}), three[1], w.token(store.Token{ID: "5"})}
	assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, more, 0), store.ErrExists)
	w.absent("4", "5")
}

func putTakenDigest(w *world) {
	first := w.addToken(store.Token{ID: "1"})
	second := w.token(store.Token{ID: "2", Digest: first.Digest, Description: "second"})
	assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, []store.Token{second}, 0), store.ErrExists)
	same(w, first, w.lookUp(first.Digest).Token, "the token that was there")
	w.absent("2")
}

func putTakenID(w *world) {
	first := w.addToken(store.Token{ID: "1"})
	second := w.token(store.Token{ID: "1", Digest: store.DigestOf("2")})
	assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, []store.Token{second}, 0), store.ErrExists)
	list, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: "1"}, "", 10)
	require.NoError(w, err)
	same(w, []store.Token{first}, list, "the tokens of this ID")
	w.absent("2")
}

func putTwins(w *world) {
	twins := []store.Token{w.token(store.Token{ID: "1"}), w.token(store.Token{ID: "1", Digest: store.DigestOf("2")})}
	assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, twins, 0), store.ErrExists)
	w.absent("1", "2")
}

// refusedToken reports where t, alone and beside another, is not refused as belonging to what is not there.
func (w *world) refusedToken(t store.Token) {
	w.Helper()
	for _, batch := range [][]store.Token{{w.token(t)}, {w.token(store.Token{ID: "sound"}), w.token(t)}} {
		assert.ErrorIs(w, w.Tokens.PutTokens(w.ctx, batch, 0), store.ErrNotFound)
		w.absent(t.ID, "sound")
	}
}

func putWithoutUser(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.refusedToken(store.Token{ID: "1", User: "nobody"})
	w.refusedToken(store.Token{ID: "1", User: "name of anna"})
}

func putWithoutClient(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.refusedToken(store.Token{ID: "1", User: "anna", Client: "none"})
}

func putWithoutGrant(w *world) {
	w.addConsent("g")
	w.refusedToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "none"})
}

func limitChecks() []Check {
	const rule = "ErrFull where limit is positive and their user would have more than limit tokens of that kind that are neither revoked " +
		"nor replaced nor expired at their Created."
	return []Check{
		{"PutTokens stops at the limit", rule, Tokens, in(limitStops)},
		{"PutTokens counts a batch against the limit", rule, Tokens, in(limitBatch)},
		{"PutTokens without a limit has none", rule, Tokens, in(limitNone)},
		{"PutTokens counts each account's tokens of each kind apart", rule, Tokens, in(limitApart)},
		{"PutTokens does not count what has ended", rule, Tokens, in(limitEnded)},
	}
}

// put puts one developer token of anna for each ID, under limit.
func (w *world) put(limit int, ids ...string) error {
	var batch []store.Token
	for _, id := range ids {
		batch = append(batch, w.token(store.Token{ID: id, User: "anna", Kind: store.DeveloperToken}))
	}
	return w.Tokens.PutTokens(w.ctx, batch, limit)
}

func limitStops(w *world) {
	w.addUser(store.User{ID: "anna"})
	assert.NoError(w, w.put(2, "1"))
	assert.NoError(w, w.put(2, "2"), "up to the limit")
	assert.ErrorIs(w, w.put(2, "3"), store.ErrFull)
	assert.ErrorIs(w, w.put(1, "3"), store.ErrFull, "a lower limit")
	w.absent("3")
	assert.NoError(w, w.put(3, "3"), "a higher limit")
}

func limitBatch(w *world) {
	w.addUser(store.User{ID: "anna"})
	assert.ErrorIs(w, w.put(2, "1", "2", "3"), store.ErrFull)
	w.absent("1", "2", "3")
	assert.NoError(w, w.put(2, "1", "2"))
	assert.ErrorIs(w, w.put(3, "3", "4"), store.ErrFull)
	w.absent("3", "4")
}

func limitNone(w *world) {
	w.addUser(store.User{ID: "anna"})
	assert.NoError(w, w.put(0, "1", "2"))
	assert.NoError(w, w.put(0, "3"), "limit 0")
	assert.NoError(w, w.put(-1, "4"), "limit -1")
}

func limitApart(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.addUser(store.User{ID: "berta"})
	require.NoError(w, w.put(0, "1", "2"))
	w.addToken(store.Token{ID: "a", User: "anna", Kind: store.APIKey})
	w.addToken(store.Token{ID: "b", User: "berta", Kind: store.DeveloperToken})
	another := func(t store.Token) error { return w.Tokens.PutTokens(w.ctx, []store.Token{w.token(t)}, 2) }
	assert.ErrorIs(w, another(store.Token{ID: "3", User: "anna", Kind: store.DeveloperToken}), store.ErrFull)
	assert.NoError(w, another(store.Token{ID: "4", User: "anna", Kind: store.APIKey}), "another kind")
	assert.NoError(w, another(store.Token{ID: "5", User: "berta", Kind: store.DeveloperToken}), "another account")
	mixed := []store.Token{
		w.token(store.Token{ID: "6", User: "anna", Kind: store.Session}), w.token(store.Token{ID: "7", User: "anna", Kind: store.RefreshToken}),
		w.token(store.Token{ID: "8", User: "anna", Kind: store.Session}), w.token(store.Token{ID: "9", User: "anna", Kind: store.RefreshToken}),
	}
	assert.NoError(w, w.Tokens.PutTokens(w.ctx, mixed, 2), "two of each of two kinds at once")
}

func limitEnded(w *world) {
	w.addUser(store.User{ID: "anna"})
	dev := store.DeveloperToken
	w.addToken(store.Token{ID: "ends soon", User: "anna", Kind: dev, Expires: w.now.Add(time.Hour)})
	w.addToken(store.Token{ID: "revoked", User: "anna", Kind: dev, Revoked: w.now})
	w.addToken(store.Token{ID: "replaced", User: "anna", Kind: dev, Successor: store.DigestOf("x")})
	require.NoError(w, w.put(2, "lives"))
	require.ErrorIs(w, w.put(2, "new"), store.ErrFull, "two count: the one that ends soon and the one that does not")
	later := w.token(store.Token{ID: "new", User: "anna", Kind: dev, Created: w.now.Add(2 * time.Hour)})
	assert.NoError(w, w.Tokens.PutTokens(w.ctx, []store.Token{later}, 2), "made when the one that ends soon has ended")
}
