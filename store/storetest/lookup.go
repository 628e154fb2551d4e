package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func lookUpChecks() []Check {
	const rule = "LookUpToken returns the token with this digest with its account's, its client's and its grant's present state."
	return []Check{
		{"LookUpToken finds by the whole digest", "Digests are compared byte by byte.", Tokens, in(lookUpDigest)},
		{"LookUpToken shows the account", rule, Tokens | Accounts, in(lookUpUser)},
		{"LookUpToken shows the client", rule + " Secrets and Keys are there where the kind is OAuth1Token.", Tokens | Clients, in(lookUpClient)},
		{"LookUpToken shows no account and no client where there is none", "User and Client are zero where the token has none.",
			Tokens, in(lookUpAlone)},
		{"LookUpToken shows what an account may do now", rule, Tokens | Accounts | UserWriter, in(lookUpUserNow)},
		{"LookUpToken shows what a client may do now", rule, Tokens | Clients, in(lookUpClientNow)},
		{"LookUpToken shows the state of the client's owner now", "Owner is the state of the account that owns the client.",
			Tokens | Clients | Accounts | UserWriter, in(lookUpOwnerNow)},
		{"LookUpToken shows the state of a new owner", "Owner is the state of the account that owns the client.",
			Tokens | Clients | Accounts, in(lookUpNewOwner)},
		{"LookUpToken shows a revoked grant", rule, Tokens | Grants, in(lookUpGrantNow)},
	}
}

func lookUpDigest(w *world) {
	token := w.addToken(store.Token{ID: "1"})
	for _, i := range []int{0, 15, 31} {
		near := token.Digest
		near[i] ^= 1
		_, err := w.Tokens.LookUpToken(w.ctx, near)
		assert.ErrorIs(w, err, store.ErrNotFound, "another byte %d", i)
		w.addToken(store.Token{ID: "near " + string('a'+rune(i)), Digest: near})
	}
	same(w, token, w.lookUp(token.Digest).Token, "the token among those with like digests")
}

func lookUpUser(w *world) {
	anna := fullUser(w, 1)
	w.addUser(anna)
	w.addToken(store.Token{ID: "1", User: anna.ID})
	got := w.lookUp(store.DigestOf("1")).User
	got.Password = anna.Password // it may be left out
	same(w, anna, got, "the account")
}

func lookUpClient(w *world) {
	app := filled[store.Client](1, w.now)
	app.Version = 0
	w.addUser(store.User{ID: app.Owner, State: store.Locked})
	app = w.addClient(app)
	w.addToken(store.Token{ID: "1", Client: app.ID, Kind: store.OAuth1Token})
	w.addToken(store.Token{ID: "2", Client: app.ID})
	same(w, app, w.lookUp(store.DigestOf("1")).Client, "the client of an OAuth 1.0a token")
	other := w.lookUp(store.DigestOf("2")).Client
	other.Secrets, other.Keys = app.Secrets, app.Keys // they may be left out
	same(w, app, other, "the client of an access token")
	if w.Users != nil {
		assert.Equal(w, store.Locked, w.lookUp(store.DigestOf("1")).Owner, "the owner's state")
	}
}

func lookUpAlone(w *world) {
	w.addConsent("g")
	w.addToken(store.Token{ID: "neither"})
	w.addToken(store.Token{ID: "client", Client: "app", Grant: "g"})
	w.addToken(store.Token{ID: "user", User: "anna"})
	neither := w.lookUp(store.DigestOf("neither"))
	same(w, store.FoundToken{Token: neither.Token}, neither, "a token of nobody")
	assert.Zero(w, w.lookUp(store.DigestOf("client")).User)
	assert.Zero(w, w.lookUp(store.DigestOf("user")).Client)
	assert.Zero(w, w.lookUp(store.DigestOf("user")).Owner)
}

func lookUpUserNow(w *world) {
	anna := w.addUser(store.User{ID: "anna", Scopes: []string{"read", "write"}})
	w.addToken(store.Token{ID: "1", User: "anna", Scopes: []string{"read", "write"}})
	for _, now := range []store.User{
		{State: store.Locked, Scopes: []string{"read"}},
		{State: store.Disabled},
		{State: store.Active, Scopes: []string{"write"}},
	} {
		anna.State, anna.Scopes = now.State, now.Scopes
		require.NoError(w, w.UserWriter.UpdateUser(w.ctx, anna))
		got := w.lookUp(store.DigestOf("1"))
		same(w, anna, got.User, "the account")
		assert.Equal(w, []string{"read", "write"}, got.Token.Scopes, "what the token was given")
	}
}

func lookUpClientNow(w *world) {
	app := w.addClient(store.Client{ID: "app", Scopes: []string{"read", "write"}})
	w.addToken(store.Token{ID: "1", Client: "app", Kind: store.OAuth1Token})
	secret := store.Secret{Digest: store.DigestOf("secret"), Sealed: []byte("sealed")}
	for _, now := range []store.Client{
		{Scopes: []string{"read"}, Secrets: []store.Secret{secret}},
		{Revoked: w.now},
		{Scopes: []string{"write"}, Published: true},
	} {
		app.Scopes, app.Secrets, app.Revoked, app.Published = now.Scopes, now.Secrets, now.Revoked, now.Published
		require.NoError(w, w.Clients.PutClient(w.ctx, app))
		app.Version++
		same(w, app, w.lookUp(store.DigestOf("1")).Client, "the client")
	}
}

func lookUpOwnerNow(w *world) {
	w.addConsent("g")
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app"})
	olga, err := w.Users.UserByID(w.ctx, "olga")
	require.NoError(w, err)
	for _, state := range []store.State{store.Locked, store.Disabled, store.Active, "host's own"} {
		olga.State = state
		require.NoError(w, w.UserWriter.UpdateUser(w.ctx, olga))
		got := w.lookUp(store.DigestOf("1"))
		assert.Equal(w, state, got.Owner)
		assert.Equal(w, store.Active, got.User.State, "the account's own state")
	}
}

func lookUpNewOwner(w *world) {
	w.addUser(store.User{ID: "olga"})
	w.addUser(store.User{ID: "paul", State: store.Disabled})
	app := w.addClient(store.Client{ID: "app", Owner: "olga"})
	w.addToken(store.Token{ID: "1", Client: "app"})
	assert.Equal(w, store.Active, w.lookUp(store.DigestOf("1")).Owner)
	app.Owner = "paul"
	require.NoError(w, w.Clients.PutClient(w.ctx, app))
	assert.Equal(w, store.Disabled, w.lookUp(store.DigestOf("1")).Owner)
}

func lookUpGrantNow(w *world) {
	w.addConsent("g")
	w.addToken(store.Token{ID: "1", User: "anna", Client: "app", Grant: "g"})
	assert.False(w, w.lookUp(store.DigestOf("1")).GrantRevoked)
	w.revoke("g", w.now.Add(time.Hour))
	assert.True(w, w.lookUp(store.DigestOf("1")).GrantRevoked, "revoked at a time to come: stores do not look at a clock")
}
