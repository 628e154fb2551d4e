package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func listTokensChecks() []Check {
	const rule = "ListTokens returns those that f picks, the newest first, at most limit, beginning after the token with the ID after where " +
		"that is not empty."
	return []Check{
		{"ListTokens picks what the filter says", rule, Tokens, in(listPicked)},
		{"ListTokens picks the dead too, unless they are left out", rule + " Live leaves out the revoked and the replaced.", Tokens, in(listLive)},
		{"ListTokens lists the newest first, at most limit", rule, Tokens, in(listNewestFirst)},
		{"ListTokens turns pages", rule, Tokens, in(listPages)},
		{"ListTokens turns pages among tokens of one moment", rule, Tokens, in(listPagesOfOneMoment)},
		{"ListTokens turns pages while tokens come and end", rule, Tokens, in(listPagesInMotion)},
		{"ListTokens lists whole records", rule, Tokens, in(listWhole)},
		{"ListTokens refuses a filter for nobody's tokens", ruleTokenFilter, Tokens, in(listOfNobody)},
	}
}

// list lists anna's tokens.
func (w *world) list(after string, limit int) []string {
	w.Helper()
	tokens, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: "anna"}, after, limit)
	require.NoError(w, err)
	return tokenIDs(tokens)
}

func listPicked(w *world) {
	w.addTokens()
	for _, row := range tokenRows() {
		tokens, err := w.Tokens.ListTokens(w.ctx, row.filter, "", 100)
		require.NoError(w, err, "%+v", row.filter)
		ids := tokenIDs(tokens)
		slices.Sort(ids)
		assert.Equal(w, row.want, ids, "%+v", row.filter)
	}
}

func listLive(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.addToken(store.Token{ID: "old", User: "anna"})
	w.addToken(store.Token{ID: "revoked", User: "anna", Revoked: w.now.Add(time.Hour)})
	w.addToken(store.Token{ID: "expired", User: "anna", Expires: w.now.Add(time.Hour)})
	next := []store.Token{w.token(store.Token{ID: "new", User: "anna"})}
	require.NoError(w, w.Tokens.RotateToken(w.ctx, store.DigestOf("old"), w.now.Add(time.Hour), next))
	assert.ElementsMatch(w, []string{"old", "revoked", "expired", "new"}, w.list("", 10))
	live, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: "anna", Live: true}, "", 10)
	require.NoError(w, err)
	assert.ElementsMatch(w, []string{"expired", "new"}, tokenIDs(live), "what is neither revoked nor replaced")
}

// addAges adds tokens of anna of these ages in hours.
func (w *world) addAges(ages map[string]int) {
	w.Helper()
	w.addUser(store.User{ID: "anna"})
	for id, age := range ages {
		w.addToken(store.Token{ID: id, User: "anna", Created: w.now.Add(-time.Duration(age) * time.Hour)})
	}
}

func listNewestFirst(w *world) {
	w.addAges(map[string]int{"b": 3, "d": 1, "a": 2, "c": 4})
	for limit, want := range [][]string{nil, {"d"}, {"d", "a"}, {"d", "a", "b"}, {"d", "a", "b", "c"}, {"d", "a", "b", "c"}} {
		assert.Equal(w, want, w.list("", limit), "at most %d", limit)
	}
}

func listPages(w *world) {
	w.addAges(map[string]int{"b": 3, "d": 1, "a": 2, "c": 4, "e": 5})
	assert.Equal(w, []string{"d", "a"}, w.list("", 2))
	assert.Equal(w, []string{"b", "c"}, w.list("a", 2))
	assert.Equal(w, []string{"e"}, w.list("c", 2))
	assert.Empty(w, w.list("e", 2))
}

func listPagesOfOneMoment(w *world) {
	w.addUser(store.User{ID: "anna"})
	want := []string{"B", "_", "a", "d", "e", "x"}
	for _, id := range []string{"d", "B", "x", "a", "_", "e"} {
		w.addToken(store.Token{ID: id, User: "anna"})
	}
	var all []string
	for page := w.list("", 2); len(page) > 0 && len(all) < 20; page = w.list(page[len(page)-1], 2) {
		all = append(all, page...)
	}
	slices.Sort(all)
	assert.Equal(w, want, all, "all pages together")
}

func listPagesInMotion(w *world) {
	w.addAges(map[string]int{"b": 3, "d": 1, "a": 2, "c": 4})
	assert.Equal(w, []string{"d", "a"}, w.list("", 2))
	w.addToken(store.Token{ID: "new", User: "anna"})
	_, err := w.Tokens.RevokeTokens(w.ctx, store.TokenFilter{ID: "a"}, w.now)
	require.NoError(w, err)
	rest, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: "anna", Live: true}, "a", 2)
	require.NoError(w, err)
	assert.Equal(w, []string{"b", "c"}, tokenIDs(rest), "after a token that ended since")
}

func listWhole(w *world) {
	t := fullToken(w, 1)
	w.addToken(t)
	list, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: t.User}, "", 10)
	require.NoError(w, err)
	same(w, []store.Token{t}, list, "the list")
}

func listOfNobody(w *world) {
	w.addTokens()
	for _, f := range filtersOfNobody() {
		tokens, err := w.Tokens.ListTokens(w.ctx, f, "", 100)
		assert.Error(w, err, "%+v", f)
		assert.Empty(w, tokens, "%+v", f)
	}
}
