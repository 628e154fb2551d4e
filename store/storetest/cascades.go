package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func cascadeChecks() []Check {
	const ruleUser = "DeleteUser removes the account, its tokens, its grants and its clients with theirs."
	const ruleClient = "DeleteClient removes the client with its grants and tokens, at once; nothing can be made under it afterwards."
	const writing = Accounts | UserWriter
	return []Check{
		{"DeleteUser removes the account's tokens", ruleUser, writing | Tokens, in(deleteUsersTokens)},
		{"DeleteUser removes the account's grants", ruleUser, writing | Grants, in(deleteUsersGrants)},
		{"DeleteUser removes the account's clients with their grants and tokens", ruleUser, writing | Clients | Grants | Tokens, in(deleteUsersClients)},
		{"DeleteUser leaves others alone", ruleUser, writing | Clients | Grants | Tokens, in(deleteUserAlone)},
		{"DeleteUser leaves the events", "Nothing but these is removed.", writing | Events, in(deleteUserLeavesEvents)},
		{"DeleteUser ends what could be made", "PutTokens, PutGrant and RotateToken find nobody.", writing | Grants | Tokens, in(deleteUserEnds)},
		{"DeleteClient removes its grants", ruleClient, Clients | Grants, in(deleteClientsGrants)},
		{"DeleteClient removes its tokens", ruleClient, Clients | Tokens, in(deleteClientsTokens)},
		{"DeleteClient leaves others alone", ruleClient, Clients | Grants | Tokens, in(deleteClientAlone)},
		{"DeleteClient ends what could be made", ruleClient, Clients | Grants | Tokens, in(deleteClientEnds)},
	}
}

// addTwoConsents adds anna and berta, who both use app, which olga owns, and bot, which nobody owns, with one token each.
// Grants and tokens are named after the two.
func (w *world) addTwoConsents() {
	w.Helper()
	for _, user := range []string{"anna", "berta", "olga"} {
		w.addUser(store.User{ID: user})
	}
	w.addClient(store.Client{ID: "app", Owner: "olga"})
	w.addClient(store.Client{ID: "bot"})
	for _, user := range []string{"anna", "berta"} {
		for _, client := range []string{"app", "bot"} {
			id := user + " " + client
			w.addGrant(store.Grant{ID: id, User: user, Client: client})
			if w.Tokens != nil {
				w.addToken(store.Token{ID: id, User: user, Client: client, Grant: id})
			}
		}
	}
}

// noGrants reports where a grant with one of these IDs is there.
func (w *world) noGrants(ids ...string) {
	w.Helper()
	for _, id := range ids {
		_, err := w.Grants.Grant(w.ctx, id)
		assert.ErrorIs(w, err, store.ErrNotFound, "grant %q", id)
		assert.Empty(w, w.grantIDs(store.GrantFilter{ID: id}), "the list of grant %q", id)
	}
}

// alive reports where a grant or a token of one of these IDs is not there or ended.
func (w *world) alive(ids ...string) {
	w.Helper()
	for _, id := range ids {
		g, err := w.Grants.Grant(w.ctx, id)
		assert.NoError(w, err, "grant %q", id)
		assert.Zero(w, g.Revoked, "grant %q", id)
		assert.True(w, w.lives(id), "token %q", id)
	}
}

func deleteUsersTokens(w *world) {
	w.addTwoConsents()
	w.addToken(store.Token{ID: "session", User: "anna", Kind: store.Session})
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "anna"))
	w.absent("anna app", "anna bot", "session")
}

func deleteUsersGrants(w *world) {
	w.addTwoConsents()
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "anna"))
	w.noGrants("anna app", "anna bot")
	assert.Empty(w, w.grantIDs(store.GrantFilter{User: "anna"}))
}

func deleteUsersClients(w *world) {
	w.addTwoConsents()
	w.addToken(store.Token{ID: "client's", Client: "app"})
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "olga"))
	_, err := w.Clients.Client(w.ctx, "app")
	assert.ErrorIs(w, err, store.ErrNotFound, "the client")
	list, err := w.Clients.ClientsByOwner(w.ctx, "olga")
	require.NoError(w, err)
	assert.Empty(w, list, "the clients of nobody")
	w.noGrants("anna app", "berta app")
	w.absent("anna app", "berta app", "client's")
	w.alive("anna bot", "berta bot")
}

func deleteUserAlone(w *world) {
	w.addTwoConsents()
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "anna"))
	w.alive("berta app", "berta bot")
	for _, id := range []string{"app", "bot"} {
		_, err := w.Clients.Client(w.ctx, id)
		assert.NoError(w, err, "a client that another owns")
	}
	for _, id := range []string{"berta", "olga"} {
		_, err := w.Users.UserByID(w.ctx, id)
		assert.NoError(w, err, "another account")
	}
}

func deleteUserLeavesEvents(w *world) {
	w.addUser(store.User{ID: "anna"})
	w.addEvents(store.Event{ID: "1", User: "anna"}, store.Event{ID: "2", Actor: "anna"})
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "anna"))
	assert.Equal(w, []string{"2", "1"}, w.eventIDs(store.EventFilter{User: "anna"}, 10))
}

func deleteUserEnds(w *world) {
	w.addTwoConsents()
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "anna"))
	w.refusedToken(store.Token{ID: "new", User: "anna"})
	w.refusedToken(store.Token{ID: "new", Client: "bot", Grant: "anna bot"})
	w.refusedGrant(store.Grant{ID: "new", User: "anna", Client: "bot"})
	next := []store.Token{w.token(store.Token{ID: "new"})}
	assert.ErrorIs(w, w.Tokens.RotateToken(w.ctx, store.DigestOf("anna bot"), w.now.Add(time.Hour), next), store.ErrNotFound)
	w.absent("new")
}

func deleteClientsGrants(w *world) {
	w.addTwoConsents()
	require.NoError(w, w.Clients.DeleteClient(w.ctx, "app"))
	w.noGrants("anna app", "berta app")
	assert.Empty(w, w.grantIDs(store.GrantFilter{Client: "app"}))
	assert.Equal(w, []string{"anna bot"}, w.grantIDs(store.GrantFilter{User: "anna"}))
}

func deleteClientsTokens(w *world) {
	w.addTwoConsents()
	w.addToken(store.Token{ID: "client's", Client: "app"})
	require.NoError(w, w.Clients.DeleteClient(w.ctx, "app"))
	w.absent("anna app", "berta app", "client's")
	list, err := w.Tokens.ListTokens(w.ctx, store.TokenFilter{Client: "app"}, "", 10)
	require.NoError(w, err)
	assert.Empty(w, list)
}

func deleteClientAlone(w *world) {
	w.addTwoConsents()
	w.addToken(store.Token{ID: "session", User: "olga", Kind: store.Session})
	require.NoError(w, w.Clients.DeleteClient(w.ctx, "app"))
	w.alive("anna bot", "berta bot")
	assert.True(w, w.lives("session"), "the owner's session")
	if w.Users != nil {
		_, err := w.Users.UserByID(w.ctx, "olga")
		assert.NoError(w, err, "the owner")
	}
}

func deleteClientEnds(w *world) {
	w.addTwoConsents()
	require.NoError(w, w.Clients.DeleteClient(w.ctx, "app"))
	w.refusedToken(store.Token{ID: "new", User: "anna", Client: "app"})
	w.refusedToken(store.Token{ID: "new", User: "anna", Grant: "anna app"})
	w.refusedGrant(store.Grant{ID: "new", User: "anna", Client: "app"})
	next := []store.Token{w.token(store.Token{ID: "new", User: "anna"})}
	assert.ErrorIs(w, w.Tokens.RotateToken(w.ctx, store.DigestOf("anna app"), w.now.Add(time.Hour), next), store.ErrNotFound)
	w.absent("new")
}
