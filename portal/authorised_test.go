package portal_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// The code verifier and challenge of RFC 7636 appendix B.
const (
	codeVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	callback      = "https://tracker.example/cb"
)

// An app is one that was registered in the portal, with the authorization server that it talks to.
type app struct {
	*visitor
	id, secret string
}

// newApp registers an app, and mounts an authorization server beside the portal.
func newApp(t *testing.T, s *site) app {
	t.Helper()
	format := func(prefix string) tokens.Format {
		f, err := tokens.NewFormat(prefix)
		require.NoError(t, err)
		return f
	}
	interactions, err := interaction.New(interaction.Config{
		Handles: s.store, Clients: s.store, Scopes: newCatalogue(t),
		Subject: s.portal.Subject, SignIn: s.portal.SignInURL, Consent: s.portal.ConsentURL,
	})
	require.NoError(t, err)
	s.portal.Attach(interactions)
	server, err := oauth2.New(oauth2.Config{
		Issuer: s.URL, Clients: s.store, Users: s.store, Grants: s.store, Tokens: s.store, Handles: s.store, Once: s.store, Events: s.store,
		Scopes: newCatalogue(t), Interactions: interactions, Pages: s.portal, Access: format("t_at_"), Refresh: format("t_rt_"), Clock: s.clock,
	})
	require.NoError(t, err)
	for _, route := range server.Routes() {
		s.mux.Handle(route.Pattern, route.Handler)
	}
	page := s.aladdin(t).send("/portal/apps/new", "name", "Tracker", "redirect_uri", callback, "scope", "read")
	return app{s.visitor(t), s.registered(t, page).ID, page.secret(t, "client_secret")}
}

// authorizePath asks for consent.
func (a app) authorizePath() string {
	return "/oauth2/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {a.id}, "redirect_uri": {callback}, "state": {"x"},
		"code_challenge": {codeChallenge}, "code_challenge_method": {"S256"},
	}.Encode()
}

// An answer is what the authorization server says.
type answer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	Error        string `json:"error"`
	Active       bool   `json:"active"`
}

func (a app) call(path string, fields ...string) (said answer) {
	a.t.Helper()
	page := view{}
	w := a.post(path, page.filled(append(fields, "client_id", a.id, "client_secret", a.secret)...))
	require.NoError(a.t, json.Unmarshal([]byte(w.text), &said), w.text)
	return said
}

// consent lets the person allow the app, and returns its tokens.
func (a app) consent(person *visitor) answer {
	a.t.Helper()
	page := person.get(person.get(a.authorizePath()).location(a.t))
	require.Equal(a.t, http.StatusOK, page.StatusCode, page.text)
	back, err := url.Parse(person.post("/consent", page.fields("decision", "allow")).location(a.t))
	require.NoError(a.t, err)
	return a.call("/oauth2/token", "grant_type", "authorization_code", "code", back.Query().Get("code"), "redirect_uri", callback, "code_verifier", codeVerifier)
}

func TestAuthorisedApps(t *testing.T) {
	s := newDesk(t)
	tracker := newApp(t, s)
	jasmine := s.visitor(t)
	jasmine.signIn("Jasmine", "/portal/")
	assert.Contains(t, jasmine.get("/portal/authorised").text, "You have allowed no app anything.")
	got := tracker.consent(jasmine)
	require.NotEmpty(t, got.RefreshToken)
	putOAuth1(t, s, tracker.id)

	list := jasmine.get("/portal/authorised")
	t.Run("ASVS-10.4.9 a person sees what was allowed, by either protocol", func(t *testing.T) {
		assert.Equal(t, 1, strings.Count(list.text, "<h2"), "one app")
		for _, text := range []string{"Tracker", "See your products", "2 Jan 2026, 03:04 UTC"} {
			assert.Contains(t, list.text, text)
		}
	})
	t.Run("a consent that is remembered is not asked for again", func(t *testing.T) {
		assert.Contains(t, jasmine.get(tracker.authorizePath()).location(t), callback)
	})
	stranger := s.aladdin(t)
	assert.Equal(t, http.StatusNotFound, stranger.get("/portal/authorised/revoke?id="+tracker.id).StatusCode, "another has allowed it nothing")
	assert.Equal(t, http.StatusNotFound, stranger.get("/portal/authorised/revoke").StatusCode)

	require.Len(t, list.ids(), 1)
	t.Run("ASVS-10.4.9 revoking ends the tokens of both, and the next request asks again", func(t *testing.T) {
		assert.Equal(t, "/portal/authorised", jasmine.send("/portal/authorised/revoke?id="+list.ids()[0]).location(t))
		assert.False(t, tracker.call("/oauth2/introspect", "token", got.AccessToken).Active)
		assert.Equal(t, "invalid_grant", tracker.call("/oauth2/token", "grant_type", "refresh_token", "refresh_token", got.RefreshToken).Error)
		assert.Contains(t, jasmine.get(tracker.authorizePath()).location(t), "/consent")
		found, err := s.store.LookUpToken(context.Background(), store.DigestOf("oauth1"))
		require.NoError(t, err)
		assert.True(t, found.GrantRevoked && !found.Token.Revoked.IsZero())
		assert.Contains(t, jasmine.get("/portal/authorised").text, "You have allowed no app anything.")
	})
	events := s.eventsOf(t, "3", portal.EventConsentRevoked)
	require.Len(t, events, 1)
	assert.Equal(t, tracker.id, events[0].Client)
}

// putOAuth1 is what Jasmine allowed an app by OAuth 1.0a, with its token.
func putOAuth1(t *testing.T, s *site, client string) {
	t.Helper()
	ctx, now := context.Background(), time.Now()
	require.NoError(t, s.store.PutGrant(ctx, store.Grant{ID: "g1", User: "3", Client: client, Scopes: []string{"read"}, Protocol: "oauth1", Created: now}))
	require.NoError(t, s.store.PutTokens(ctx, []store.Token{{
		Digest: store.DigestOf("oauth1"), ID: "t1", Kind: store.OAuth1Token, User: "3", Client: client, Grant: "g1", Created: now,
		LastUsed: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}, 0))
}
