package main_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// asApp posts a form to an endpoint of OAuth 2 with the app's secret.
func (r *round) asApp(path string, form url.Values) *http.Request {
	request := r.s.Post(path, form)
	request.SetBasicAuth(r.s.Key("app"), r.s.Credentials.Clients["app"].ClientSecret)
	return request
}

// issues is the step of a token request, after which its access token works.
func (r *round) issues(t *testing.T, user bool, request func() *http.Request) step {
	s := asks(t, 200, request)
	s.check = func(t *testing.T, a apitest.Answer) {
		secret := issuedIn(t, a).AccessToken
		if user {
			assert.Equal(t, 200, r.works(t, secret))
		} else {
			assert.Equal(t, 200, apitest.Do(t, r.s.NewRequest("GET", "/v1/data", "Authorization", "Bearer "+secret)).Status)
		}
	}
	return s
}

// code is a form that redeems a code which the account's owner allowed the app.
func (r *round) code(t *testing.T) url.Values {
	config, verifier := app(r.s, "app"), oauth2.GenerateVerifier()
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {authorize(t, r.s.Visitor(), "me", config, verifier)},
		"redirect_uri": {config.RedirectURL}, "code_verifier": {verifier},
	}
}

// tokens are what a code was redeemed for.
func (r *round) tokens(t *testing.T) issuance {
	answer := apitest.Do(t, r.asApp("/oauth2/token", r.code(t)))
	require.Equal(t, 200, answer.Status, answer.Body)
	return issuedIn(t, answer)
}

// tokenEndpoints are those that apps call. A code is spent before its tokens exist, and temporary credentials before theirs:
// a crash in between costs an authorization, which a person can give again, and never makes two tokens. A refresh token whose
// answer got lost is used up, and to use it again looks like theft.
func tokenEndpoints() []endpoint {
	return []endpoint{
		{says: "client credentials", despite: []string{"Add 2"}, ready: func(t *testing.T, r *round) step {
			return r.issues(t, false, func() *http.Request {
				return r.asApp("/oauth2/token", url.Values{"grant_type": {"client_credentials"}})
			})
		}},
		{says: "client credentials with an assertion", ready: func(t *testing.T, r *round) step {
			return r.issues(t, false, func() *http.Request {
				return r.s.Post("/oauth2/token", assertion(t, r.s, r.base, url.Values{"grant_type": {"client_credentials"}}))
			})
		}},
		{says: "a wrong client secret", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			return asks(t, 401, func() *http.Request {
				return r.s.Post("/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {r.s.Key("app")}, "client_secret": {"x"}})
			})
		}},
		{says: "a code", despite: []string{"Add 2"}, spent: map[string]string{"lost AdvanceHandle": "invalid_grant", "PutTokens": "invalid_grant"}, ready: func(t *testing.T, r *round) step {
			form := r.code(t)
			return r.issues(t, true, func() *http.Request { return r.asApp("/oauth2/token", form) })
		}},
		{says: "a code for the second time", despite: []string{"Grant", "ListTokens"}, ready: func(t *testing.T, r *round) step {
			form := r.code(t)
			first := apitest.Do(t, r.asApp("/oauth2/token", form))
			require.Equal(t, 200, first.Status)
			s := asks(t, 400, func() *http.Request { return r.asApp("/oauth2/token", form) })
			s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, issuedIn(t, first).AccessToken)) }
			return s
		}},
		{says: "refresh", spent: map[string]string{"lost RotateToken": "invalid_grant"}, ready: func(t *testing.T, r *round) step {
			form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {r.tokens(t).RefreshToken}}
			return r.issues(t, true, func() *http.Request { return r.asApp("/oauth2/token", form) })
		}},
		{says: "refresh for the second time", despite: []string{"Grant", "ListTokens"}, ready: func(t *testing.T, r *round) step {
			form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {r.tokens(t).RefreshToken}}
			first := apitest.Do(t, r.asApp("/oauth2/token", form))
			require.Equal(t, 200, first.Status)
			s := asks(t, 400, func() *http.Request { return r.asApp("/oauth2/token", form) })
			s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, issuedIn(t, first).AccessToken)) }
			return s
		}},
		{says: "introspection", ready: func(t *testing.T, r *round) step {
			form := url.Values{"token": {r.tokens(t).AccessToken}}
			s := asks(t, 200, func() *http.Request { return r.asApp("/oauth2/introspect", form) })
			s.done = func(a apitest.Answer) bool { return a.Status == 200 && strings.Contains(a.Body, `"active":true`) }
			return s
		}},
		{says: "revocation of an access token", ready: func(t *testing.T, r *round) step {
			return r.revokes(t, func(i issuance) string { return i.AccessToken })
		}},
		{says: "revocation of a refresh token", ready: func(t *testing.T, r *round) step {
			return r.revokes(t, func(i issuance) string { return i.RefreshToken })
		}},
		{says: "temporary credentials", ready: readyTemporary},
		{says: "token credentials", spent: map[string]string{"lost AdvanceHandle": "401", "UserByID 2": "401", "PutTokens": "401"}, ready: readyTokenCredentials},
		{says: "a wrong verifier", ready: func(t *testing.T, r *round) step {
			c := r.approved(t)
			c.more.Set("oauth_verifier", "wrong")
			return asks(t, 401, func() *http.Request { return c.request(t, r.s) })
		}},
	}
}

// revokes is the step that revokes one of two tokens, after which the access token is dead.
func (r *round) revokes(t *testing.T, pick func(issuance) string) step {
	issued := r.tokens(t)
	s := asks(t, 200, func() *http.Request { return r.asApp("/oauth2/revoke", url.Values{"token": {pick(issued)}}) })
	s.check = func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, issued.AccessToken)) }
	s.untouched = func(t *testing.T) { assert.Equal(t, 200, r.works(t, issued.AccessToken)) }
	return s
}

// leg is a signed request of the app to an endpoint of OAuth 1.0a.
func (r *round) leg(path string, more url.Values) signed {
	c := r.s.Credentials.Clients["app"]
	return signed{method: "POST", target: path, key: c.ClientKey, secret: c.ClientSecret, algorithm: "HMAC-SHA256", more: more}
}

func readyTemporary(t *testing.T, r *round) step {
	c := r.leg("/v2/oauth/request_token", url.Values{"oauth_callback": {callback}})
	return asks(t, 200, func() *http.Request { return c.request(t, r.s) })
}

// begun is temporary credentials, and the link to which the app leads a person with them.
func (r *round) begun(t *testing.T, callback string) (token, secret, link string) {
	config := legs(r.s, "app", callback, nil)
	token, secret, err := config.RequestToken()
	require.NoError(t, err)
	to, err := config.AuthorizationURL(token)
	require.NoError(t, err)
	return token, secret, to.String()
}

// approved is the exchange of temporary credentials that the account's owner approved.
func (r *round) approved(t *testing.T) signed {
	token, secret, link := r.begun(t, callback)
	c := r.leg("/v2/oauth/access_token", url.Values{"oauth_verifier": {verifierOf(t, r.s.Visitor().Decide("me", link, "allow"))}})
	c.token, c.tokenSecret = token, secret
	return c
}

func readyTokenCredentials(t *testing.T, r *round) step {
	c := r.approved(t)
	s := asks(t, 200, func() *http.Request { return c.request(t, r.s) })
	s.check = func(t *testing.T, a apitest.Answer) {
		given, err := url.ParseQuery(a.Body)
		require.NoError(t, err)
		use := r.leg("/v2", nil)
		use.method, use.token, use.tokenSecret = "GET", given.Get("oauth_token"), given.Get("oauth_token_secret")
		assert.Equal(t, 200, apitest.Do(t, use.request(t, r.s)).Status)
	}
	return s
}
