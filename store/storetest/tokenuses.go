package storetest

import (
	"strconv"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func tokenUseChecks() []Check {
	const rule = "RecordUses moves LastUsed of the tokens forward, never back; tokens that are gone are passed over."
	return []Check{
		{"RecordUses moves the last use forward, never back", rule, Tokens | TokenUses, in(usesForward)},
		{"RecordUses passes over tokens that are gone", rule, Tokens | TokenUses, in(usesGone)},
		{"RecordUses takes thousands at once", "RecordUses records when tokens were last used, many at a time.", Tokens | TokenUses, in(usesMany)},
		{"RecordUses changes nothing else", rule, Tokens | TokenUses, in(usesAlone)},
		{"RecordUses keeps no reference to its map", "A store keeps no reference to what it was given.", Tokens | TokenUses, in(usesKeepNoMap)},
		{"RecordUses leaves earlier records alone", ruleReturned, Tokens | TokenUses, in(usesLeaveTokens)},
	}
}

func (w *world) use(at map[string]time.Time) {
	w.Helper()
	uses := map[store.Digest]time.Time{}
	for id, t := range at {
		uses[store.DigestOf(id)] = t
	}
	require.NoError(w, w.TokenUses.RecordUses(w.ctx, uses))
}

func (w *world) lastUsed(id string, want time.Time) {
	w.Helper()
	same(w, want, w.lookUp(store.DigestOf(id)).Token.LastUsed, "the last use of token "+id)
}

func usesForward(w *world) {
	w.addToken(store.Token{ID: "1"})
	w.addToken(store.Token{ID: "2", LastUsed: w.now})
	later, earlier := w.now.Add(time.Second), w.now.Add(-time.Second)
	w.use(map[string]time.Time{"1": w.now, "2": later})
	w.lastUsed("1", w.now)
	w.lastUsed("2", later)
	w.use(map[string]time.Time{"1": later, "2": earlier})
	w.lastUsed("1", later)
	w.lastUsed("2", later)
	w.use(map[string]time.Time{"1": later.Add(time.Microsecond), "2": {}})
	w.lastUsed("1", later.Add(time.Microsecond))
	w.lastUsed("2", later)
}

func usesGone(w *world) {
	w.addToken(store.Token{ID: "1"})
	w.use(map[string]time.Time{"none": w.now, "1": w.now, "nor this": w.now})
	w.lastUsed("1", w.now)
	w.absent("none")
	w.use(map[string]time.Time{"none": w.now})
	w.use(nil)
}

func usesMany(w *world) {
	uses := map[string]time.Time{"1": w.now}
	for i := range 10_000 {
		uses["gone "+strconv.Itoa(i)] = w.now
	}
	w.addToken(store.Token{ID: "1"})
	w.use(uses)
	w.lastUsed("1", w.now)
}

func usesAlone(w *world) {
	t, other := fullToken(w, 1), fullToken(w, 2)
	w.addToken(t)
	w.addToken(other)
	t.LastUsed = t.LastUsed.Add(time.Hour)
	require.NoError(w, w.TokenUses.RecordUses(w.ctx, map[store.Digest]time.Time{t.Digest: t.LastUsed}))
	same(w, t, w.lookUp(t.Digest).Token, "the token that was used")
	same(w, other, w.lookUp(other.Digest).Token, "another token")
}

func usesKeepNoMap(w *world) {
	w.addToken(store.Token{ID: "1"})
	uses := map[store.Digest]time.Time{store.DigestOf("1"): w.now}
	require.NoError(w, w.TokenUses.RecordUses(w.ctx, uses))
	uses[store.DigestOf("1")] = w.now.Add(time.Hour)
	w.lastUsed("1", w.now)
}

func usesLeaveTokens(w *world) {
	token := w.addToken(store.Token{ID: "1"})
	before, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{ID: "1"}, "", 1)
	require.NoError(w, err)
	w.use(map[string]time.Time{"1": w.now})
	same(w, []store.Token{token}, before, "the list that was read before")
}
