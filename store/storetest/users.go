package storetest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func userChecks() []Check {
	const writing = Accounts | UserWriter
	return []Check{
		{"UserByName finds an account by its name and not by its ID", "UserByName returns the account that signs in with name.",
			Accounts, in(userByName)},
		{"UserByID finds an account by its ID and not by its name", "UserByID returns the account with this ID.",
			Accounts, in(userByID)},
		{"CreateUsers adds all or none", "CreateUsers adds the accounts, all or none.", writing, in(createAllOrNone)},
		{"CreateUsers refuses an ID that is taken", "ErrExists where an ID is taken.", writing, in(createTakenID)},
		{"CreateUsers refuses a name that is taken", "ErrExists where a name is taken.", writing, in(createTakenName)},
		{"CreateUsers refuses two of one name at once", "Names are unique, within one call too.", writing, in(createTwins)},
		{"UpdateUser moves an account to a new name", "UpdateUser replaces the account with u.ID: its old name is free.", writing, in(updateName)},
		{"UpdateUser refuses the name of another", "ErrExists where another account has u.Name; nothing is changed then.",
			writing, in(updateTakenName)},
		{"UpdateUser makes no account", "ErrNotFound where there is no account with u.ID; nothing is changed then.", writing, in(updateNobody)},
		{"UpdateUser leaves earlier records alone", ruleReturned, writing, in(updateLeavesRecords)},
		{"DeleteUser frees the name", "DeleteUser removes the account.", writing, in(deleteFreesName)},
	}
}

const ruleReturned = "The slices and maps of a record that a store returned are never changed by the store."

func userByName(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna", Email: "a@example.org"})
	w.addUser(store.User{ID: "2", Name: "1"})
	got, err := w.Users.UserByName(w.ctx, "anna")
	require.NoError(w, err)
	same(w, anna, got, "the account by its name")
	_, err = w.Users.UserByName(w.ctx, "2")
	assert.ErrorIs(w, err, store.ErrNotFound, "an ID for a name")
}

func userByID(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna", Email: "a@example.org"})
	w.addUser(store.User{ID: "2", Name: "1"})
	got, err := w.Users.UserByID(w.ctx, "1")
	require.NoError(w, err)
	same(w, anna, got, "the account by its ID")
	_, err = w.Users.UserByID(w.ctx, "anna")
	assert.ErrorIs(w, err, store.ErrNotFound, "a name for an ID")
}

func createAllOrNone(w *world) {
	three := []store.User{{ID: "1", Name: "anna"}, {ID: "2", Name: "berta"}, {ID: "3", Name: "carl"}}
	require.NoError(w, w.UserWriter.CreateUsers(w.ctx, three...))
	for _, u := range three {
		got, err := w.Users.UserByName(w.ctx, u.Name)
		require.NoError(w, err)
		same(w, u, got, "one of three")
	}
	more := []store.User{{ID: "4", Name: "dora"}, {ID: "2", Name: "emil"}, {ID: "5", Name: "frieda"}}
	require.ErrorIs(w, w.UserWriter.CreateUsers(w.ctx, more...), store.ErrExists)
	for _, name := range []string{"dora", "emil", "frieda"} {
		_, err := w.Users.UserByName(w.ctx, name)
		assert.ErrorIs(w, err, store.ErrNotFound, "%s, added beside one that is refused", name)
	}
}

func createTakenID(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna"})
	assert.ErrorIs(w, w.UserWriter.CreateUsers(w.ctx, store.User{ID: "1", Name: "berta"}), store.ErrExists)
	got, err := w.Users.UserByID(w.ctx, "1")
	require.NoError(w, err)
	same(w, anna, got, "the first account")
}

func createTakenName(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna"})
	assert.ErrorIs(w, w.UserWriter.CreateUsers(w.ctx, store.User{ID: "2", Name: "anna"}), store.ErrExists)
	got, err := w.Users.UserByName(w.ctx, "anna")
	require.NoError(w, err)
	same(w, anna, got, "the first account")
}

func createTwins(w *world) {
	err := w.UserWriter.CreateUsers(w.ctx, store.User{ID: "1", Name: "anna"}, store.User{ID: "2", Name: "anna"})
	assert.ErrorIs(w, err, store.ErrExists)
	_, err = w.Users.UserByName(w.ctx, "anna")
	assert.ErrorIs(w, err, store.ErrNotFound)
}

func updateName(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna"})
	anna.Name = "ann"
	require.NoError(w, w.UserWriter.UpdateUser(w.ctx, anna))
	_, err := w.Users.UserByName(w.ctx, "anna")
	assert.ErrorIs(w, err, store.ErrNotFound, "the old name")
	got, err := w.Users.UserByName(w.ctx, "ann")
	assert.NoError(w, err, "the new name")
	same(w, anna, got, "by the new name")
	assert.NoError(w, w.UserWriter.CreateUsers(w.ctx, store.User{ID: "2", Name: "anna"}), "taking the old name")
}

func updateTakenName(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna", Email: "old"})
	berta := w.addUser(store.User{ID: "2", Name: "berta"})
	assert.ErrorIs(w, w.UserWriter.UpdateUser(w.ctx, store.User{ID: "1", Name: "berta", Email: "new"}), store.ErrExists)
	for _, want := range []store.User{anna, berta} {
		got, err := w.Users.UserByName(w.ctx, want.Name)
		require.NoError(w, err)
		same(w, want, got, "after the refused update")
	}
}

func updateNobody(w *world) {
	assert.ErrorIs(w, w.UserWriter.UpdateUser(w.ctx, store.User{ID: "1", Name: "anna"}), store.ErrNotFound)
	_, err := w.Users.UserByName(w.ctx, "anna")
	assert.ErrorIs(w, err, store.ErrNotFound)
}

func updateLeavesRecords(w *world) {
	anna := fullUser(w, 1)
	w.addUser(anna)
	before, err := w.Users.UserByID(w.ctx, anna.ID)
	require.NoError(w, err)
	next := fullUser(w, 2)
	next.ID = anna.ID
	require.NoError(w, w.UserWriter.UpdateUser(w.ctx, next))
	same(w, anna, before, "the record that was read before the update")
}

func deleteFreesName(w *world) {
	w.addUser(store.User{ID: "1", Name: "anna"})
	w.addUser(store.User{ID: "2", Name: "berta"})
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "1"))
	_, err := w.Users.UserByID(w.ctx, "1")
	assert.ErrorIs(w, err, store.ErrNotFound, "by ID")
	_, err = w.Users.UserByName(w.ctx, "anna")
	assert.ErrorIs(w, err, store.ErrNotFound, "by name")
	_, err = w.Users.UserByID(w.ctx, "2")
	assert.NoError(w, err, "another account")
	assert.NoError(w, w.UserWriter.CreateUsers(w.ctx, store.User{ID: "3", Name: "anna"}))
}
