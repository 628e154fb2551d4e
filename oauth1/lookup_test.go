package oauth1_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func TestStatesOfAccounts(t *testing.T) {
	for _, row := range []struct{ user, owner store.State }{
		{store.Locked, store.Active}, {store.Disabled, store.Active}, {store.Active, store.Locked}, {store.Active, "dormant"},
	} {
		w := newWorld(t)
		w.changeClient(appKey, func(c *store.Client) { c.Owner = "u2" })
		require.NoError(t, w.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", State: row.user, Scopes: everyScope}))
		require.NoError(t, w.store.UpdateUser(t.Context(), store.User{ID: "u2", Name: "Jasmine", State: row.owner, Scopes: everyScope}))
		service := w.service(w.scheme())
		assert.Equal(t, 403, service.status(w.app().Request(client.Call{URL: home})), row)
		wrong := w.app()
		wrong.Secret = "wrong"
		assert.Equal(t, 401, service.status(wrong.Request(client.Call{URL: home})), "only who signed right learns the state")
	}
}

func TestTwoLegged(t *testing.T) {
	w := newWorld(t)
	app := client.Client{Key: appKey, Secret: appSecret, Now: w.clock.Now}
	service := w.service(w.scheme(func(c *oauth1.Config) { c.AllowTwoLegged = true }))
	t.Run("RFC5849-3.4.2-01 a call without a token is signed with an empty token secret, where it is allowed", func(t *testing.T) {
		require.Equal(t, 200, service.status(app.Request(client.Call{URL: home})))
		assert.Equal(t, auth.Identity{Kind: auth.Client, Subject: appKey, ClientKey: appKey, Scheme: "OAuth", Scopes: everyScope}, service.seen.identity)
		assert.Equal(t, 401, w.service(w.scheme()).status(app.Request(client.Call{URL: home})))
	})
	assert.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})), "with a token as ever")
	nobody := client.Client{Key: "nobody", Secret: appSecret, Now: w.clock.Now}
	assert.Equal(t, 401, service.status(nobody.Request(client.Call{URL: home})))
	require.NoError(t, w.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", State: store.Locked, Scopes: everyScope}))
	assert.Equal(t, 403, service.status(app.Request(client.Call{URL: home})), "the owner is locked")
	w.changeClient(appKey, func(c *store.Client) { c.SignatureMethods = nil })
	assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})), "the app may not use OAuth 1.0a")
}

func TestRotationOfSecrets(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	sealed := func(secret string, expires time.Time) store.Secret {
		return store.Secret{Digest: store.DigestOf(secret), Sealed: w.ring.Seal(oauth1.ClientSecret(appKey), []byte(secret)), Expires: expires}
	}
	ends := w.clock.Now().Add(time.Hour)
	w.changeClient(appKey, func(c *store.Client) {
		c.Secrets = []store.Secret{sealed("new", time.Time{}), sealed("old", ends), sealed("oldest", time.Time{})}
	})
	status := func(secret string) int {
		app := w.app()
		app.Secret = secret
		return service.status(app.Request(client.Call{URL: home}))
	}
	assert.Equal(t, 200, status("new"))
	assert.Equal(t, 200, status("old"), "both live secrets verify")
	assert.Equal(t, 401, status("oldest"), "no third")
	w.clock.Set(ends)
	assert.Equal(t, 401, status("old"))
	assert.Equal(t, 200, status("new"))
}

// brokenTokens and brokenClients do not answer.
type (
	brokenTokens  struct{ store.Tokens }
	brokenClients struct{ store.Clients }
	brokenUsers   struct{ store.Users }
	brokenOnce    struct{ store.Once }
)

var errBroken = errors.New("connection refused")

func (brokenTokens) LookUpToken(context.Context, store.Digest) (store.FoundToken, error) {
	return store.FoundToken{}, errBroken
}

func (brokenClients) Client(context.Context, string) (store.Client, error) {
	return store.Client{}, errBroken
}

func (brokenUsers) UserByID(context.Context, string) (store.User, error) {
	return store.User{}, errBroken
}

func (brokenOnce) Claim(context.Context, store.Digest, time.Time) error { return errBroken }

func TestBreakageIs503(t *testing.T) {
	w := newWorld(t)
	twoLegged := client.Client{Key: appKey, Secret: appSecret, Now: w.clock.Now}
	for name, row := range map[string]struct {
		change func(c *oauth1.Config)
		signer client.Client
	}{
		"tokens":                  {func(c *oauth1.Config) { c.Tokens = brokenTokens{} }, w.app()},
		"nonces":                  {func(c *oauth1.Config) { c.Once = brokenOnce{} }, w.app()},
		"clients":                 {func(c *oauth1.Config) { c.Clients, c.AllowTwoLegged = brokenClients{}, true }, twoLegged},
		"users":                   {func(c *oauth1.Config) { c.Users, c.AllowTwoLegged = brokenUsers{}, true }, twoLegged},
		"a ring without the keys": {func(c *oauth1.Config) { c.Ring = newWorld(t).ring }, w.app()},
	} {
		answer := w.service(w.scheme(row.change)).do(row.signer.Request(client.Call{URL: home}))
		assert.Equal(t, 503, answer.Code, name)
		assert.NotContains(t, answer.Body.String(), "refused", name)
	}
}

func TestAccountsAndAppsThatAreKeptElsewhere(t *testing.T) {
	w := newWorld(t)
	tokens := memory.New(memory.UsersElsewhere(), memory.ClientsElsewhere(), memory.GrantsElsewhere())
	found, err := w.store.LookUpToken(t.Context(), store.DigestOf(tokenText))
	require.NoError(t, err)
	require.NoError(t, tokens.PutTokens(t.Context(), []store.Token{found.Token}, 0))
	service := w.service(w.scheme(func(c *oauth1.Config) { c.Tokens = tokens }))
	require.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})))
	assert.Equal(t, "Aladdin", service.seen.identity.Username)
	require.NoError(t, w.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", State: store.Locked}))
	assert.Equal(t, 403, service.status(w.app().Request(client.Call{URL: home})))
	require.NoError(t, w.store.DeleteUser(t.Context(), "u1"))
	assert.Equal(t, 401, service.status(w.app().Request(client.Call{URL: home})))
}

func TestOwnersOfAppsThatAreKeptElsewhere(t *testing.T) {
	w := newWorld(t)
	w.changeClient(appKey, func(c *store.Client) { c.Owner = "u2" })
	found, err := w.store.LookUpToken(t.Context(), store.DigestOf(tokenText))
	require.NoError(t, err)
	db := memory.New(memory.ClientsElsewhere(), memory.GrantsElsewhere())
	owner := store.User{ID: "u2", Name: "Jasmine", Scopes: everyScope}
	require.NoError(t, db.CreateUsers(t.Context(), found.User, owner))
	require.NoError(t, db.PutTokens(t.Context(), []store.Token{found.Token}, 0))
	service := w.service(w.scheme(func(c *oauth1.Config) { c.Tokens, c.Users = db, db }))
	require.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})))
	owner.State = store.Locked
	require.NoError(t, db.UpdateUser(t.Context(), owner))
	assert.Equal(t, 403, service.status(w.app().Request(client.Call{URL: home})), "the owner is locked, whoever keeps the app")
}
