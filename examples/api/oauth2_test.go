package main_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// app is an app of the demo as golang.org/x/oauth2 is configured.
func app(s *apitest.Server, name string, scopes ...string) *oauth2.Config {
	c := s.Credentials.Clients[name]
	config := &oauth2.Config{
		ClientID: c.ClientKey, ClientSecret: c.ClientSecret, RedirectURL: c.RedirectURIs[0], Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.BaseURL + "/oauth2/authorize", TokenURL: s.BaseURL + "/oauth2/token"},
	}
	if c.ClientSecret == "" {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return config
}

// clientToken is a token that stands for an app.
func clientToken(t *testing.T, s *apitest.Server, name string) string {
	t.Helper()
	c := s.Credentials.Clients[name]
	config := clientcredentials.Config{ClientID: c.ClientKey, ClientSecret: c.ClientSecret, TokenURL: s.BaseURL + "/oauth2/token"}
	token, err := config.Token(t.Context())
	require.NoError(t, err)
	return token.AccessToken
}

// authorize has a person allow what an app asks for, and returns the code.
func authorize(t *testing.T, v *apitest.Visitor, user string, config *oauth2.Config, verifier string) (code string) {
	t.Helper()
	view := v.Decide(user, config.AuthCodeURL("the state", oauth2.S256ChallengeOption(verifier)), "allow")
	require.NotNil(t, view.Left, view.Body)
	assert.Equal(t, "the state", view.Left.Query().Get("state"))
	assert.True(t, strings.HasPrefix(view.Left.String(), config.RedirectURL+"?"), view.Left)
	return view.Left.Query().Get("code")
}

func TestAppsWalkTheCodeFlow(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, row := range []struct {
		app, user, redirectURI string
		scopes                 []string
		granted                string
	}{
		{"aladdin_app", "unicode", "", nil, "products:read products:write users:read"},
		{"aladdin_app", "jasmine", "", []string{"products:read", "users:read"}, "products:read"},
		{"unicode_app", "aladdin", "", []string{"users:read"}, "users:read"},
		{"public_app", "aladdin", "http://127.0.0.1:54321/callback", nil, "products:read users:read"},
	} {
		t.Run(row.app+" for "+row.user, func(t *testing.T) {
			config := app(s, row.app, row.scopes...)
			if row.redirectURI != "" {
				config.RedirectURL = row.redirectURI
			}
			verifier := oauth2.GenerateVerifier()
			code := authorize(t, s.Visitor(), row.user, config, verifier)
			token, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
			require.NoError(t, err)
			assert.Equal(t, row.granted, token.Extra("scope"))
			assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)

			answer, err := config.Client(t.Context(), token).Get(s.BaseURL + "/v1/users/me")
			require.NoError(t, err)
			defer answer.Body.Close()
			var me struct {
				User      string `json:"user"`
				ClientKey string `json:"client_key"`
				Scheme    string `json:"scheme"`
			}
			require.NoError(t, json.NewDecoder(answer.Body).Decode(&me))
			assert.Equal(t, s.Credentials.Users[row.user].Username, me.User)
			assert.Equal(t, s.Key(row.app), me.ClientKey)
			assert.Equal(t, "Bearer", me.Scheme)

			token.Expiry = time.Now().Add(-time.Minute)
			next, err := config.TokenSource(t.Context(), token).Token()
			require.NoError(t, err)
			assert.NotEqual(t, token.AccessToken, next.AccessToken)
			assert.Equal(t, 200, bearerStatus(t, s, next.AccessToken))

			_, err = config.TokenSource(t.Context(), token).Token()
			assert.ErrorContains(t, err, "invalid_grant", "a refresh token is good once")
			assert.Equal(t, 401, bearerStatus(t, s, next.AccessToken), "and its reuse ends what came of it")
		})
	}
}

func TestConsentIsRememberedForAppsThatAreVouchedFor(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for name, asked := range map[string]bool{"aladdin_app": false, "public_app": true} {
		v, config, verifier := s.Visitor(), app(s, name), oauth2.GenerateVerifier()
		authorize(t, v, "aladdin", config, verifier)
		again := v.Open(config.AuthCodeURL("", oauth2.S256ChallengeOption(verifier)))
		assert.Equal(t, asked, again.Left == nil, name)
	}
}

func TestAPersonDeniesAnApp(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	config := app(s, "aladdin_app")
	view := s.Visitor().Decide("jasmine", config.AuthCodeURL("s", oauth2.S256ChallengeOption("v")), "deny")
	require.NotNil(t, view.Left)
	assert.Equal(t, "access_denied", view.Left.Query().Get("error"))
	assert.Equal(t, s.BaseURL, view.Left.Query().Get("iss"))
	assert.Empty(t, view.Left.Query().Get("code"))
}

func TestTheConsentPageSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	view := s.Visitor().SignIn("unicode", app(s, "aladdin_app").AuthCodeURL("", oauth2.S256ChallengeOption("v")))
	for _, says := range []string{"aladdin_app", "Jäsøn", "products:read", "See the products", "users:read", "See the list of users"} {
		assert.Contains(t, view.Body, says)
	}
}

func TestAForgedConsentDoesNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	v := s.Visitor()
	view := v.SignIn("aladdin", app(s, "aladdin_app").AuthCodeURL("", oauth2.S256ChallengeOption("v")))
	fields, found := view.Form("/consent")
	require.True(t, found)
	fields.Set("decision", "allow")
	for says, r := range map[string]*http.Request{
		"another origin":      s.Post("/consent", fields, "Origin", "http://evil.example"),
		"another port":        s.Post("/consent", fields, "Origin", "http://127.0.0.1:1"),
		"another site":        s.Post("/consent", fields, "Sec-Fetch-Site", "same-site"),
		"no token of a form":  s.Post("/consent", url.Values{"id": fields["id"], "decision": {"allow"}}),
		"sign-in from a page": s.Post("/login", url.Values{"username": {"Aladdin"}, "password": {"open sesame"}}, "Origin", "http://evil.example"),
	} {
		assert.Equal(t, 403, v.Do(r).Status, says)
	}
	assert.NotNil(t, v.Submit("/consent", "decision", "allow").Left, "nothing happened: it waits still")
}

func TestAnAppWithAKeySignsItsName(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	token := url.Values{"grant_type": {"client_credentials"}}
	for _, audience := range []string{s.BaseURL, s.BaseURL + "/oauth2/token"} {
		form := assertion(t, s, audience, token)
		answer := apitest.Do(t, s.Post("/oauth2/token", form))
		assert.Equal(t, 200, answer.Status, answer.Body)
		assert.Equal(t, 401, apitest.Do(t, s.Post("/oauth2/token", form)).Status, "an assertion is good once")
	}
	assert.Equal(t, 401, apitest.Do(t, s.Post("/oauth2/token", assertion(t, s, "https://elsewhere.example", token))).Status)

	t.Run("and may ask about every access token", func(t *testing.T) {
		access := clientToken(t, s, "jasmine_app")
		var seen map[string]any
		answer := apitest.Do(t, s.Post("/oauth2/introspect", assertion(t, s, s.BaseURL, url.Values{"token": {access}})))
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &seen))
		assert.Equal(t, true, seen["active"])
		assert.Equal(t, s.Key("jasmine_app"), seen["client_id"])

		other := s.Post("/oauth2/introspect", url.Values{"token": {access}})
		other.SetBasicAuth(s.Key("aladdin_app"), s.Credentials.Clients["aladdin_app"].ClientSecret)
		assert.JSONEq(t, `{"active": false}`, apitest.Do(t, other).Body, "others learn of their own alone")
	})
}

// assertion adds rsa_app's assertion (RFC 7523 §2.2) to a form.
func assertion(t *testing.T, s *apitest.Server, audience string, form url.Values) url.Values {
	t.Helper()
	key := s.Key("rsa_app")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: privateKey(t, s)}, nil)
	require.NoError(t, err)
	text, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": key, "sub": key, "aud": audience, "exp": time.Now().Add(time.Minute).Unix(), "jti": time.Now().String(),
	}).Serialize()
	require.NoError(t, err)
	signed := url.Values{"client_assertion": {text}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	for name, values := range form {
		signed[name] = values
	}
	return signed
}

func privateKey(t *testing.T, s *apitest.Server) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(s.Credentials.Clients["rsa_app"].PrivateKeyPEM))
	require.NotNil(t, block)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	return key.(*rsa.PrivateKey)
}

func TestAppsOfLockedAndDisabledOwnersGetNoTokens(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, name := range []string{"locked_app", "disabled_app"} {
		c := s.Credentials.Clients[name]
		_, err := (&clientcredentials.Config{ClientID: c.ClientKey, ClientSecret: c.ClientSecret, TokenURL: s.BaseURL + "/oauth2/token"}).Token(t.Context())
		assert.ErrorContains(t, err, "unauthorized_client", name)
	}
}

func TestPeopleOfLockedAndDisabledAccountsDoNotSignIn(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for user, says := range map[string]string{"locked": lockedMore, "disabled": disabledMore} {
		view := s.Visitor().SignIn(user, "/portal/")
		assert.Equal(t, 403, view.Status)
		assert.Contains(t, view.Body, says)
	}
	v := s.Visitor()
	v.Open("/login")
	view := v.Submit("/login", "username", "Aladdin", "password", "close sesame")
	assert.Equal(t, 401, view.Status)
	assert.Equal(t, []string{`Form realm="Sesame example API"`}, challenges(view.Answer))
}

func TestAPersonSignsInAndOut(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	v := s.Visitor()
	view := v.SignIn("unicode", "/portal/")
	assert.Equal(t, "/portal/", view.URL.Path)
	assert.Contains(t, view.Body, "Jäsøn")
	assert.Equal(t, "/login", v.Submit("/logout").URL.Path)
	assert.Equal(t, "/login", v.Open("/portal/").URL.Path, "signed out at the server, too")
}

func TestTheLivesAreThoseOfTheFlags(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-access-ttl", "90s")
	c := s.Credentials.Clients["aladdin_app"]
	before := time.Now()
	token, err := (&clientcredentials.Config{ClientID: c.ClientKey, ClientSecret: c.ClientSecret, TokenURL: s.BaseURL + "/oauth2/token"}).Token(context.Background())
	require.NoError(t, err)
	assert.WithinDuration(t, before.Add(90*time.Second), token.Expiry, 30*time.Second)
}

func TestWhatTheOAuth2EndpointsRefuse(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	c := s.Credentials.Clients["aladdin_app"]
	own := func(form url.Values) *http.Request {
		r := s.Post("/oauth2/token", form)
		r.SetBasicAuth(c.ClientKey, c.ClientSecret)
		return r
	}
	grant := func(pairs ...string) url.Values {
		form := url.Values{"grant_type": {"client_credentials"}}
		for i := 0; i < len(pairs); i += 2 {
			form.Add(pairs[i], pairs[i+1])
		}
		return form
	}
	for _, row := range []struct {
		says   string
		r      *http.Request
		status int
		code   string
	}{
		{"a wrong secret", s.Post("/oauth2/token", grant("client_id", c.ClientKey, "client_secret", "x")), 401, "invalid_client"},
		{"an unknown client", s.Post("/oauth2/token", grant("client_id", "nobody", "client_secret", "x")), 401, "invalid_client"},
		{"a public client in its own name", s.Post("/oauth2/token", grant("client_id", s.Key("public_app"))), 400, "unauthorized_client"},
		{"an unknown scope", own(grant("scope", "everything")), 400, "invalid_scope"},
		{"a scope that is not the client's", s.Post("/oauth2/token", grant("scope", "users:read", "client_id", s.Key("jasmine_app"), "client_secret", s.Credentials.Clients["jasmine_app"].ClientSecret)), 400, "invalid_scope"},
		{"another's resource", own(grant("resource", "https://elsewhere.example")), 400, "invalid_target"},
		{"an unknown grant type", own(url.Values{"grant_type": {"password"}}), 400, "unsupported_grant_type"},
		{"a body over 64 KiB", own(grant("state", strings.Repeat("a", 65<<10))), 413, "invalid_request"},
		{"GET", s.NewRequest("GET", "/oauth2/token"), 405, "invalid_request"},
	} {
		t.Run(row.says, func(t *testing.T) {
			answer := apitest.Do(t, row.r)
			assert.Equal(t, row.status, answer.Status, answer.Body)
			assert.Contains(t, answer.Body, `"error":"`+row.code+`"`)
			assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
			if row.status == 405 {
				assert.Equal(t, "POST", answer.Header.Get("Allow"))
			}
		})
	}
	for says, link := range map[string]string{
		"no PKCE":    app(s, "aladdin_app").AuthCodeURL(""),
		"plain PKCE": app(s, "aladdin_app").AuthCodeURL("", oauth2.SetAuthURLParam("code_challenge", strings.Repeat("a", 43)), oauth2.SetAuthURLParam("code_challenge_method", "plain")),
	} {
		view := s.Visitor().SignIn("aladdin", link)
		require.NotNil(t, view.Left, says)
		assert.Equal(t, "invalid_request", view.Left.Query().Get("error"), says)
	}
	wrong := app(s, "aladdin_app")
	wrong.RedirectURL = "http://evil.example/"
	assert.Equal(t, 400, s.Visitor().Open(wrong.AuthCodeURL("", oauth2.S256ChallengeOption("v"))).Status, "a page, no redirect")
}

func TestATokenForPartOfTheAPI(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.Credentials.Clients["aladdin_app"]
	r := s.Post("/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "resource": {s.BaseURL + "/v1/data"}})
	r.SetBasicAuth(c.ClientKey, c.ClientSecret)
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(t, json.Unmarshal([]byte(apitest.Do(t, r).Body), &issued))
	for path, status := range map[string]int{"/v1/data": 200, "/v1/users": 401} {
		assert.Equal(t, status, apitest.Do(t, s.NewRequest("GET", path, "Authorization", "Bearer "+issued.AccessToken)).Status, path)
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	config, verifier := app(s, "aladdin_app"), oauth2.GenerateVerifier()
	token, err := config.Exchange(t.Context(), authorize(t, s.Visitor(), "aladdin", config, verifier), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	revoke := func(text string) {
		r := s.Post("/oauth2/revoke", url.Values{"token": {text}})
		r.SetBasicAuth(config.ClientID, config.ClientSecret)
		assert.Equal(t, 200, apitest.Do(t, r).Status)
	}
	revoke(token.AccessToken)
	assert.Equal(t, 401, bearerStatus(t, s, token.AccessToken))
	token.Expiry = time.Now().Add(-time.Minute)
	next, err := config.TokenSource(t.Context(), token).Token()
	require.NoError(t, err, "its refresh token is left alone")
	revoke(next.RefreshToken)
	assert.Equal(t, 401, bearerStatus(t, s, next.AccessToken), "a refresh token ends its access tokens")
}
