package main_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store"
)

// isSecret says that a page shows a secret.
func isSecret(a apitest.Answer) bool {
	return a.Status == 200 && strings.Contains(a.Body, "data-secret")
}

// secretOf is the secret that a page shows.
func secretOf(t *testing.T, a apitest.Answer) string {
	return shown(t, apitest.View{Answer: a}, "data-secret")
}

// isIn says whether a visitor is signed in.
func isIn(v *apitest.Visitor) bool { return v.Open("/portal/").URL.Path == "/portal/" }

// only is the ID of the account's only token of a kind.
func (r *round) only(t *testing.T, kind store.TokenKind) string {
	t.Helper()
	list, err := r.raw.Tokens.ListTokens(t.Context(), store.TokenFilter{User: r.u.ID, Kinds: []store.TokenKind{kind}}, "", 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	return list[0].ID
}

// asClient is what the app's secret is answered at the token endpoint.
func (r *round) asClient(t *testing.T, id, secret string) int {
	t.Helper()
	request := r.s.Post("/oauth2/token", url.Values{"grant_type": {"client_credentials"}})
	request.SetBasicAuth(id, secret)
	return apitest.Do(t, request).Status
}

func (r *round) withKey(t *testing.T, secret string) int {
	t.Helper()
	return apitest.Do(t, r.s.NewRequest("GET", "/v1/data", "X-API-Key", secret)).Status
}

// portalEndpoints are the pages of the portal. A form that makes a secret makes one, however often it is sent; where the
// answer that showed it was lost, the person is told to look, and to make another.
func portalEndpoints() []endpoint {
	const twice, changed, dead = "This form was sent already", "This app was changed in the meantime", "not live any more"
	endpoints := []endpoint{
		{says: "sign-in", despite: []string{"Add 2"}, ready: readySignIn},
		{says: "sign-in with a wrong password", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			return r.posts(t, r.s.Visitor(), "/login", "/login", hasStatus(401), "username", r.u.Name, "password", "close sesame")
		}},
		{says: "sign-in again", despite: []string{"Add 2"}, spent: map[string]string{}, ready: readySignInAgain},
		{says: "sign-out", despite: []string{"LookUpToken", "AppendEvents"}, ready: func(t *testing.T, r *round) step {
			v, thief := r.signedIn(t), r.s.Visitor()
			thief.Take(v)
			s := r.posts(t, v, "/portal/", "/logout", leadsTo("/login", ""))
			s.check = func(t *testing.T, _ apitest.Answer) { assert.False(t, isIn(thief), "the cookie works still") }
			s.untouched = func(t *testing.T) { assert.True(t, isIn(v)) }
			return s
		}},
		{says: "a new token", spent: map[string]string{"lost PutTokens": twice}, ready: func(t *testing.T, r *round) step {
			s := r.posts(t, r.signedIn(t), "/portal/tokens/new", "/portal/tokens/new", isSecret, "description", "lamp", "scope", "products:read")
			s.check = func(t *testing.T, a apitest.Answer) { assert.Equal(t, 200, r.works(t, secretOf(t, a))) }
			return s
		}},
		{says: "a token is revoked", ready: func(t *testing.T, r *round) step {
			secret := r.developerToken(t)
			page := "/portal/tokens/revoke?id=" + r.only(t, store.DeveloperToken)
			s := r.posts(t, r.signedIn(t), page, "/portal/tokens/revoke", leadsTo("/portal/tokens", ""))
			s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, secret)) }
			s.untouched = func(t *testing.T) { assert.Equal(t, 200, r.works(t, secret)) }
			return s
		}},
		{says: "a new key", spent: map[string]string{"lost PutTokens": twice}, ready: func(t *testing.T, r *round) step {
			s := r.posts(t, r.signedIn(t), "/portal/keys/new", "/portal/keys/new", isSecret, "description", "carpet", "scope", "products:read")
			s.check = func(t *testing.T, a apitest.Answer) { assert.Equal(t, 200, r.withKey(t, secretOf(t, a))) }
			return s
		}},
		{says: "a key is rotated", spent: map[string]string{"lost RotateToken": dead}, ready: readyRotateKey},
		{says: "a key is revoked", ready: func(t *testing.T, r *round) step {
			secret := r.put(t, store.APIKey, "sesame_key_", nil)
			page := "/portal/keys/revoke?id=" + r.only(t, store.APIKey)
			s := r.posts(t, r.signedIn(t), page, "/portal/keys/revoke", leadsTo("/portal/keys", ""))
			s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.withKey(t, secret)) }
			return s
		}},
		{says: "a new app", despite: []string{"ClientsByOwner 2"}, spent: map[string]string{"lost PutClient": twice}, ready: readyNewApp},
		{says: "an app is edited", ready: func(t *testing.T, r *round) step {
			page := "/portal/apps/edit?id=" + r.s.Key("app")
			s := r.posts(t, r.signedIn(t), page, "/portal/apps/edit", leadsTo("/portal/apps", ""), "name", "Magic", "redirect_uri", callback, "scope", "products:read")
			s.check = func(t *testing.T, _ apitest.Answer) {
				c, err := r.raw.Clients.Client(t.Context(), r.s.Key("app"))
				require.NoError(t, err)
				assert.Equal(t, "Magic", c.Name)
			}
			return s
		}},
		{says: "an app's secret is rotated", spent: map[string]string{"lost PutClient": changed}, ready: func(t *testing.T, r *round) step {
			page, id, old := "/portal/apps/rotate?id="+r.s.Key("app"), r.s.Key("app"), r.s.Credentials.Clients["app"].ClientSecret
			s := r.posts(t, r.signedIn(t), page, "/portal/apps/rotate", isSecret)
			s.check = func(t *testing.T, a apitest.Answer) {
				assert.Equal(t, 200, r.asClient(t, id, secretOf(t, a)))
				assert.Equal(t, 401, r.asClient(t, id, old))
			}
			s.untouched = func(t *testing.T) { assert.Equal(t, 200, r.asClient(t, id, old)) }
			return s
		}},
		{says: "an app is deleted", spent: map[string]string{"lost DeleteClient": "There is no such app"}, ready: func(t *testing.T, r *round) step {
			return r.endsTokens(t, "/portal/apps", "/delete")
		}},
		{says: "an authorised app is revoked", spent: map[string]string{"lost RevokeGrants": "There is no such app"}, ready: func(t *testing.T, r *round) step {
			return r.endsTokens(t, "/portal/authorised", "/revoke")
		}},
		{says: "a password is changed", despite: []string{"Add 2", "AppendEvents", "RevokeTokens"}, spent: map[string]string{"lost ReplacePassword": "This is not your current password"}, ready: readyChangePassword},
		{says: "the others are signed out", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			v, other := r.signedIn(t), r.signedIn(t)
			s := r.posts(t, v, "/portal/account", "/portal/account", leadsTo("/portal/account", ""), "others", "yes")
			s.check = func(t *testing.T, _ apitest.Answer) {
				assert.False(t, isIn(other))
				assert.True(t, isIn(v))
			}
			return s
		}},
	}
	for _, page := range []string{"/portal/", "/portal/tokens", "/portal/tokens/new", "/portal/apps/new", "/portal/keys", "/portal/apps", "/portal/authorised", "/portal/log", "/portal/account"} {
		endpoints = append(endpoints, endpoint{says: "the page " + page, ready: func(t *testing.T, r *round) step {
			r.tokens(t)
			return r.opens(t, r.signedIn(t), page, hasStatus(http.StatusOK))
		}})
	}
	return endpoints
}

// endsTokens is the step of a person who does something to the app on a page of a list, after which the app's token is dead.
func (r *round) endsTokens(t *testing.T, list, action string) step {
	issued := r.tokens(t)
	s := r.posts(t, r.signedIn(t), list+action+"?id="+r.s.Key("app"), list+action, leadsTo(list, ""))
	s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, issued.AccessToken)) }
	s.untouched = func(t *testing.T) { assert.Equal(t, 200, r.works(t, issued.AccessToken)) }
	return s
}

func readySignIn(t *testing.T, r *round) step {
	v := r.s.Visitor()
	s := r.posts(t, v, "/login", "/login", leadsTo("/portal/", ""), "username", r.u.Name, "password", r.s.Credentials.Users["me"].Password)
	s.check = func(t *testing.T, _ apitest.Answer) { assert.True(t, isIn(v)) }
	s.untouched = func(t *testing.T) { assert.False(t, isIn(v)) }
	return s
}

// Whoever is signed in, and signs in again, has a new session in the place of the old one, or the old one still.
func readySignInAgain(t *testing.T, r *round) step {
	v, thief := r.signedIn(t), r.s.Visitor()
	thief.Take(v)
	s := r.posts(t, v, "/login", "/login", leadsTo("/portal/", ""), "username", r.u.Name, "password", r.s.Credentials.Users["me"].Password)
	s.check = func(t *testing.T, _ apitest.Answer) {
		assert.True(t, isIn(v))
		assert.False(t, isIn(thief), "what it had before works still")
	}
	s.untouched = func(t *testing.T) { assert.True(t, isIn(v)) }
	return s
}

func readyRotateKey(t *testing.T, r *round) step {
	old := r.put(t, store.APIKey, "sesame_key_", nil)
	page := "/portal/keys/rotate?id=" + r.only(t, store.APIKey)
	s := r.posts(t, r.signedIn(t), page, "/portal/keys/rotate", isSecret)
	s.check = func(t *testing.T, a apitest.Answer) {
		assert.Equal(t, 200, r.withKey(t, secretOf(t, a)))
		assert.Equal(t, 401, r.withKey(t, old))
	}
	s.untouched = func(t *testing.T) { assert.Equal(t, 200, r.withKey(t, old)) }
	return s
}

func readyNewApp(t *testing.T, r *round) step {
	s := r.posts(t, r.signedIn(t), "/portal/apps/new", "/portal/apps/new", isSecret, "name", "Magic", "redirect_uri", callback, "scope", "products:read")
	s.check = func(t *testing.T, a apitest.Answer) {
		id := regexp.MustCompile(`data-client-key[^>]*>([^<]+)<`).FindStringSubmatch(a.Body)[1]
		assert.Equal(t, 200, r.asClient(t, id, secretOf(t, a)))
	}
	return s
}

func readyChangePassword(t *testing.T, r *round) step {
	const next = "a tiger needs no lamp"
	signsIn := func(password string) bool {
		form := url.Values{"username": {r.u.Name}, "password": {password}}
		return apitest.Do(t, r.s.Post("/authorization", form)).Status == 200
	}
	old := r.s.Credentials.Users["me"].Password
	s := r.posts(t, r.signedIn(t), "/portal/account/password", "/portal/account/password", leadsTo("/portal/account", ""),
		"current_password", old, "new_password", next)
	s.check = func(t *testing.T, _ apitest.Answer) {
		assert.True(t, signsIn(next))
		assert.False(t, signsIn(old))
	}
	s.untouched = func(t *testing.T) { assert.True(t, signsIn(old)) }
	return s
}
