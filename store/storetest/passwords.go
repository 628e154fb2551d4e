package storetest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func passwordChecks() []Check {
	const needs = Passwords | Accounts
	return []Check{
		{"ReplacePassword changes the password alone", "ReplacePassword puts next in the place of the password.", needs, in(replaceAlone)},
		{"ReplacePassword refuses where the hash is another", "Where the stored Hash is another by now it returns ErrConflict and changes nothing.",
			needs, in(replaceStale)},
		{"ReplacePassword takes an empty hash as no password", "oldHash is compared; an empty one is that of an account without a password.",
			needs, in(replaceNone)},
		{"ReplacePassword may keep the hash", "Only where the next hash differs does one caller shut the others out.", needs, in(replaceSameHash)},
		{"ReplacePassword leaves earlier records alone", ruleReturned, needs, in(replaceLeavesRecords)},
	}
}

func replaceAlone(w *world) {
	anna, berta := fullUser(w, 1), fullUser(w, 2)
	w.addUser(anna)
	w.addUser(berta)
	next := fullPassword(w, 3)
	require.NoError(w, w.Passwords.ReplacePassword(w.ctx, anna.ID, anna.Password.Hash, next))
	anna.Password = next
	for _, want := range []store.User{anna, berta} {
		got, err := w.Users.UserByID(w.ctx, want.ID)
		require.NoError(w, err)
		same(w, want, got, "the account")
	}
}

func replaceStale(w *world) {
	anna := fullUser(w, 1)
	anna.Password.Hash = "$2b$hash"
	w.addUser(anna)
	for _, stale := range []string{"$2b$older", "$2B$HASH", "$2b$hash ", "$2b$has", "%", ""} {
		err := w.Passwords.ReplacePassword(w.ctx, anna.ID, stale, fullPassword(w, 2))
		assert.ErrorIs(w, err, store.ErrConflict, "in the place of %q", stale)
	}
	got, err := w.Users.UserByID(w.ctx, anna.ID)
	require.NoError(w, err)
	same(w, anna, got, "the account")
}

func replaceNone(w *world) {
	w.addUser(store.User{ID: "anna"})
	assert.ErrorIs(w, w.Passwords.ReplacePassword(w.ctx, "anna", "old", store.Password{Hash: "new"}), store.ErrConflict)
	assert.NoError(w, w.Passwords.ReplacePassword(w.ctx, "anna", "", store.Password{Hash: "new"}))
	assert.ErrorIs(w, w.Passwords.ReplacePassword(w.ctx, "anna", "", store.Password{Hash: "newer"}), store.ErrConflict)
}

func replaceSameHash(w *world) {
	w.addUser(store.User{ID: "anna", Password: store.Password{Hash: "hash"}})
	next := ha1s("api", "SHA-256")
	require.NoError(w, w.Passwords.ReplacePassword(w.ctx, "anna", "hash", next))
	require.NoError(w, w.Passwords.ReplacePassword(w.ctx, "anna", "hash", next), "the same once more")
	got, err := w.Users.UserByID(w.ctx, "anna")
	require.NoError(w, err)
	same(w, next, got.Password, "the password")
}

func replaceLeavesRecords(w *world) {
	anna := fullUser(w, 1)
	w.addUser(anna)
	before, err := w.Users.UserByID(w.ctx, anna.ID)
	require.NoError(w, err)
	require.NoError(w, w.Passwords.ReplacePassword(w.ctx, anna.ID, anna.Password.Hash, fullPassword(w, 2)))
	same(w, anna, before, "the record that was read before the change")
}
