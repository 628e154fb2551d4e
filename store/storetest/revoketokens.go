package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

const ruleTokenFilter = "At least one of ID, User, Client, Grant and Digest must be set: a filter for everybody's tokens is refused and picks none."

func revokeTokensChecks() []Check {
	const rule = "RevokeTokens marks those that f picks as revoked at this time, where they are not yet, and says how many; none is no error."
	return []Check{
		{"RevokeTokens ends what the filter picks", rule, Tokens, in(revokesPicked)},
		{"RevokeTokens says how many it ended", rule, Tokens, in(revokesCounts)},
		{"RevokeTokens keeps the time of an earlier end", rule, Tokens, in(revokesKeepTime)},
		{"RevokeTokens refuses a filter for nobody's tokens", ruleTokenFilter, Tokens, in(revokesOfNobody)},
		{"RevokeTokens leaves earlier records alone", ruleReturned, Tokens, in(revokesLeaveTokens)},
	}
}

// tokenRow is a filter and the tokens of addTokens that it picks.
type tokenRow struct {
	filter store.TokenFilter
	want   []string
}

func tokenRows() []tokenRow {
	session, access := store.Session, store.AccessToken
	return []tokenRow{
		{store.TokenFilter{Client: "bot", Except: store.DigestOf("anna bot 3"), Kinds: []store.TokenKind{access}}, []string{"berta bot 3"}},
		{store.TokenFilter{ID: "anna app 5"}, []string{"anna app 5"}},
		{store.TokenFilter{ID: "anna app 5", User: "berta"}, nil},
		{store.TokenFilter{Digest: store.DigestOf("anna app 5")}, []string{"anna app 5"}},
		{store.TokenFilter{Digest: store.DigestOf("anna app 5"), Kinds: []store.TokenKind{session}}, nil},
		{store.TokenFilter{User: "anna", Client: "app"}, []string{"anna app 3", "anna app 5", "anna app 6"}},
		{store.TokenFilter{User: "anna", Kinds: []store.TokenKind{access}}, []string{"anna app 3", "anna bot 3"}},
		{store.TokenFilter{User: "berta", Kinds: []store.TokenKind{session, access}},
			[]string{"berta app 3", "berta app 6", "berta bot 3", "berta bot 6"}},
		{store.TokenFilter{Grant: "berta bot", Except: store.DigestOf("anna bot 3")}, []string{"berta bot 3", "berta bot 5", "berta bot 6"}},
		{store.TokenFilter{Grant: "berta"}, nil},
	}
}

// addTokens adds for each account and client one access token (3), one OAuth 1.0a token (5) and one session (6).
func (w *world) addTokens() {
	w.Helper()
	for _, user := range []string{"anna", "berta"} {
		w.addUser(store.User{ID: user})
	}
	created := w.now
	for _, client := range []string{"app", "bot"} {
		w.addClient(store.Client{ID: client})
		for _, user := range []string{"anna", "berta"} {
			grant := user + " " + client
			w.addGrant(store.Grant{ID: grant, User: user, Client: client})
			for _, kind := range []store.TokenKind{store.AccessToken, store.OAuth1Token, store.Session} {
				created = created.Add(-time.Minute)
				id := fmt.Sprintf("%s %d", grant, kind)
				w.addToken(store.Token{ID: id, User: user, Client: client, Grant: grant, Kind: kind, Created: created})
			}
		}
	}
}

func tokenIDs(tokens []store.Token) []string {
	ids, _ := many(tokens, nil, func(t store.Token) string { return t.ID })
	return ids
}

// liveOnes are the IDs of the tokens of addTokens that live, sorted.
func (w *world) liveOnes() []string {
	w.Helper()
	var ids []string
	for _, client := range []string{"app", "bot"} {
		tokens, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{Client: client, Live: true}, "", 100)
		require.NoError(w, err)
		ids = append(ids, tokenIDs(tokens)...)
	}
	for _, id := range ids {
		assert.Zero(w, w.lookUp(store.DigestOf(id)).Token.Revoked, "the look-up of a token that is listed as live")
	}
	slices.Sort(ids)
	return ids
}

func revokesPicked(w *world) {
	w.addTokens()
	want := w.liveOnes()
	for _, row := range tokenRows() {
		_, err := w.Tokens.RevokeTokens(w.ctx, row.filter, w.now)
		require.NoError(w, err, "%+v", row.filter)
		want = slices.DeleteFunc(want, func(id string) bool { return slices.Contains(row.want, id) })
		assert.Equal(w, want, w.liveOnes(), "what lives after %+v", row.filter)
		for _, id := range row.want {
			assert.NotZero(w, w.lookUp(store.DigestOf(id)).Token.Revoked, "the end of %s by %+v", id, row.filter)
		}
	}
}

func revokesCounts(w *world) {
	w.addTokens()
	require.NoError(w, w.Tokens.RotateToken(w.ctx, store.DigestOf("berta bot 3"), w.now.Add(time.Hour),
		[]store.Token{w.token(store.Token{ID: "next", User: "berta"})}))
	for _, row := range []struct {
		filter store.TokenFilter
		want   int
	}{
		{store.TokenFilter{User: "nobody"}, 0},
		{store.TokenFilter{ID: "anna app 3"}, 1},
		{store.TokenFilter{ID: "anna app 3"}, 0},
		{store.TokenFilter{User: "anna"}, 5},
		{store.TokenFilter{User: "berta", Live: true}, 6},
		{store.TokenFilter{User: "berta"}, 1}, // the replaced one
	} {
		n, err := w.Tokens.RevokeTokens(w.ctx, row.filter, w.now)
		require.NoError(w, err)
		assert.Equal(w, row.want, n, "ended by %+v", row.filter)
	}
}

func revokesKeepTime(w *world) {
	token, first := w.addToken(store.Token{ID: "1"}), w.now.Add(-time.Hour)
	for _, at := range []time.Time{first, w.now, w.now.Add(-2 * time.Hour)} {
		_, err := w.Tokens.RevokeTokens(w.ctx, store.TokenFilter{ID: "1"}, at)
		require.NoError(w, err)
		same(w, first, w.lookUp(token.Digest).Token.Revoked, "the time of the end")
	}
}

func filtersOfNobody() []store.TokenFilter {
	return []store.TokenFilter{{}, {Live: true}, {Kinds: []store.TokenKind{store.AccessToken}}, {Except: store.DigestOf("anna app 3")}}
}

func revokesOfNobody(w *world) {
	w.addTokens()
	for _, f := range filtersOfNobody() {
		n, err := w.Tokens.RevokeTokens(w.ctx, f, w.now)
		assert.Error(w, err, "%+v", f)
		assert.Zero(w, n, "%+v", f)
	}
	assert.Len(w, w.liveOnes(), 12, "the tokens that live on")
}

func revokesLeaveTokens(w *world) {
	token := w.addToken(store.Token{ID: "1"})
	before, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: "1"}, "", 10)
	require.NoError(w, err)
	_, err = w.Tokens.RevokeTokens(w.ctx, store.TokenFilter{ID: "1"}, w.now)
	require.NoError(w, err)
	same(w, []store.Token{token}, before, "the list that was read before")
}
