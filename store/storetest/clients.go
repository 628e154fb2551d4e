package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func clientChecks() []Check {
	const rulePut = "PutClient adds c where c.Version is 0, else replaces the client whose version is c.Version."
	return []Check{
		{"Client returns the version that it is at", "The stored version is c.Version + 1.", Clients, in(clientVersions)},
		{"PutClient refuses to add what is there", rulePut + " ErrExists where the ID is taken.", Clients, in(putTakenClient)},
		{"PutClient refuses another version", rulePut + " ErrConflict where it is another.", Clients, in(putStaleClient)},
		{"PutClient refuses to replace what is not there", rulePut + " ErrNotFound where there is none.", Clients, in(putNoClient)},
		{"PutClient refuses an owner that is not there", "ErrNotFound where its owner is not in a store that keeps accounts.",
			Clients | Accounts, in(putClientWithoutOwner)},
		{"PutClient moves a client to another owner", rulePut, Clients, in(putOtherOwner)},
		{"PutClient leaves earlier records alone", ruleReturned, Clients, in(putLeavesClients)},
		{"ClientsByOwner lists the newest first", "ClientsByOwner returns the clients of an account, the newest first.",
			Clients, in(clientsNewestFirst)},
		{"ClientsByOwner lists whole records, revoked or not", "ClientsByOwner returns the clients of an account.", Clients, in(clientsWhole)},
		{"DeleteClient removes one client", "DeleteClient removes the client.", Clients, in(deleteClient)},
	}
}

func clientVersions(w *world) {
	w.addUser(store.User{ID: "olga"})
	for version := range int64(4) {
		c := store.Client{ID: "app", Owner: "olga", Version: version}
		require.NoError(w, w.Clients.PutClient(w.ctx, c), "putting over version %d", version)
		got, err := w.Clients.Client(w.ctx, "app")
		require.NoError(w, err)
		assert.Equal(w, version+1, got.Version)
		list, err := w.Clients.ClientsByOwner(w.ctx, "olga")
		require.NoError(w, err)
		require.Len(w, list, 1)
		assert.Equal(w, version+1, list[0].Version, "in the list")
	}
}

// remains reports where the client is not as it was.
func (w *world) remains(c store.Client) {
	w.Helper()
	got, err := w.Clients.Client(w.ctx, c.ID)
	require.NoError(w, err)
	same(w, c, got, "the client that was there")
}

func putTakenClient(w *world) {
	app := w.addClient(store.Client{ID: "app", Name: "first"})
	assert.ErrorIs(w, w.Clients.PutClient(w.ctx, store.Client{ID: "app", Name: "second"}), store.ErrExists)
	w.remains(app)
}

func putStaleClient(w *world) {
	app := w.addClient(store.Client{ID: "app"})
	app.Name = "second"
	require.NoError(w, w.Clients.PutClient(w.ctx, app))
	app.Version++
	for _, version := range []int64{1, 3, -1, 1 << 40} {
		err := w.Clients.PutClient(w.ctx, store.Client{ID: "app", Name: "third", Version: version})
		assert.ErrorIs(w, err, store.ErrConflict, "version %d over 2", version)
	}
	w.remains(app)
}

func putNoClient(w *world) {
	assert.ErrorIs(w, w.Clients.PutClient(w.ctx, store.Client{ID: "app", Version: 7}), store.ErrNotFound)
	_, err := w.Clients.Client(w.ctx, "app")
	assert.ErrorIs(w, err, store.ErrNotFound)
}

func putClientWithoutOwner(w *world) {
	assert.ErrorIs(w, w.Clients.PutClient(w.ctx, store.Client{ID: "none", Owner: "nobody"}), store.ErrNotFound, "adding one")
	_, err := w.Clients.Client(w.ctx, "none")
	assert.ErrorIs(w, err, store.ErrNotFound, "reading it")
	w.addUser(store.User{ID: "olga"})
	app := w.addClient(store.Client{ID: "app", Owner: "olga"})
	next := app
	next.Owner = "nobody"
	assert.ErrorIs(w, w.Clients.PutClient(w.ctx, next), store.ErrNotFound, "giving one away")
	w.remains(app)
}

func putOtherOwner(w *world) {
	w.addUser(store.User{ID: "olga"})
	w.addUser(store.User{ID: "paul"})
	app := w.addClient(store.Client{ID: "app", Owner: "olga"})
	app.Owner = "paul"
	require.NoError(w, w.Clients.PutClient(w.ctx, app))
	for owner, count := range map[string]int{"olga": 0, "paul": 1} {
		list, err := w.Clients.ClientsByOwner(w.ctx, owner)
		require.NoError(w, err)
		assert.Len(w, list, count, "the clients of %s", owner)
	}
}

func putLeavesClients(w *world) {
	app := keepingClient("PutClient, adding,").full(w)
	app.Version = 0
	app = w.addClient(app)
	before, err := w.Clients.Client(w.ctx, app.ID)
	require.NoError(w, err)
	listed, err := w.Clients.ClientsByOwner(w.ctx, app.Owner)
	require.NoError(w, err)
	next := filled[store.Client](2, w.now)
	next.ID, next.Owner, next.Version = app.ID, app.Owner, app.Version
	require.NoError(w, w.Clients.PutClient(w.ctx, next))
	same(w, app, before, "the record that was read before the change")
	same(w, []store.Client{app}, listed, "the list that was read before the change")
}

func clientsNewestFirst(w *world) {
	w.addUser(store.User{ID: "olga"})
	w.addUser(store.User{ID: "paul"})
	for id, age := range map[string]int{"b": 3, "d": 1, "a": 2, "c": 4} {
		w.addClient(store.Client{ID: id, Owner: "olga", Created: w.now.Add(-time.Duration(age) * time.Hour)})
	}
	w.addClient(store.Client{ID: "other", Owner: "paul"})
	w.addClient(store.Client{ID: "host's"})
	list, err := w.Clients.ClientsByOwner(w.ctx, "olga")
	ids, err := many(list, err, func(c store.Client) string { return c.ID })
	require.NoError(w, err)
	assert.Equal(w, []string{"d", "a", "b", "c"}, ids)
}

func clientsWhole(w *world) {
	app := keepingClient("PutClient, adding,").full(w)
	app.Version = 0
	app = w.addClient(app)
	list, err := w.Clients.ClientsByOwner(w.ctx, app.Owner)
	require.NoError(w, err)
	same(w, []store.Client{app}, list, "the list")
}

func deleteClient(w *world) {
	w.addUser(store.User{ID: "olga"})
	w.addClient(store.Client{ID: "app", Owner: "olga"})
	other := w.addClient(store.Client{ID: "other", Owner: "olga"})
	require.NoError(w, w.Clients.DeleteClient(w.ctx, "app"))
	_, err := w.Clients.Client(w.ctx, "app")
	assert.ErrorIs(w, err, store.ErrNotFound)
	w.remains(other)
	list, err := w.Clients.ClientsByOwner(w.ctx, "olga")
	require.NoError(w, err)
	same(w, []store.Client{other}, list, "the owner's clients")
	assert.ErrorIs(w, w.Clients.PutClient(w.ctx, store.Client{ID: "app", Version: 1}), store.ErrNotFound, "replacing it")
}
