package oauth2_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// A host with its own user table: the other records do not know the accounts.
func TestIntrospectionWithAccountsElsewhere(t *testing.T) {
	accounts := memory.New()
	aladdin := store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read", "write"}}
	require.NoError(t, accounts.CreateUsers(t.Context(), aladdin))
	w := newWorld(t)
	app, err := w.store.Client(t.Context(), "app")
	require.NoError(t, err)
	app.Version = 0
	w.store = memory.New(memory.UsersElsewhere())
	require.NoError(t, w.store.PutClient(t.Context(), app))
	w.build(func(cfg *oauth2.Config) { cfg.Users = accounts })

	ofApp := w.token("app", "grant_type", "client_credentials").AccessToken
	ofUser := format(t, "test_at_").New() // put by hand: nobody can sign in here
	require.NoError(t, w.store.PutGrant(t.Context(), store.Grant{ID: "g", User: "1", Client: "app", Protocol: "oauth2"}))
	require.NoError(t, w.store.PutTokens(t.Context(), []store.Token{{
		ID: "t", Digest: store.DigestOf(ofUser), Kind: store.AccessToken, User: "1", Client: "app", Grant: "g", Scopes: []string{"read"},
	}}, 0))
	active := func(token string) bool { return w.post("/oauth2/introspect", "app", "token", token).Active }

	assert.True(t, active(ofApp))
	assert.True(t, active(ofUser))
	aladdin.State = store.Locked
	require.NoError(t, accounts.UpdateUser(t.Context(), aladdin))
	assert.False(t, active(ofApp), "the owner of the app is locked")
	assert.False(t, active(ofUser), "the user is locked")
	require.NoError(t, accounts.DeleteUser(t.Context(), "1"))
	assert.False(t, active(ofApp), "the owner of the app is gone")
	assert.False(t, active(ofUser), "the user is gone")
}
