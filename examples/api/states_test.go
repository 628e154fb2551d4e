package main_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestAStateHoldsForEverythingThatWasIssuedBefore(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := apitest.Start(t, "-store", "sqlite:"+path, "-throttle", "off")
	config, verifier, visitor := app(s, "unicode_app"), oauth2.GenerateVerifier(), s.Visitor()
	token, err := config.Exchange(t.Context(), authorize(t, visitor, "aladdin", config, verifier), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	waiting := oauth2.GenerateVerifier()
	code := authorize(t, visitor, "aladdin", config, waiting)
	signed, key := allowed(t, s, "unicode_app", "aladdin"), "/v2?client_key="+s.Key("aladdin_app")
	own := clientToken(t, s, "aladdin_app")

	bearer := func(token string) *http.Request {
		return s.NewRequest("GET", "/v1/data", "Authorization", "Bearer "+token)
	}
	challenged := func(q question) question { return withChallenge(q, bearerChallenge(s, "")) }
	for _, state := range []string{"locked", "disabled"} {
		setState(t, path, "Aladdin", state)
		t.Run(state, func(t *testing.T) {
			ask(t, lockedOut(s, state, s.As("aladdin", s.NewRequest("GET", key))))
			ask(t, lockedOut(s, state, s.Digest("aladdin").Sign(s.NewRequest("GET", key))))
			ask(t, lockedOut(s, state, signed.request(t, s)))
			ask(t, lockedOut(s, state, s.NewRequest("GET", "/v1/data", "X-API-Key", s.Credentials.APIKeys["aladdin"])))
			ask(t, challenged(lockedOut(s, state, bearer(s.Credentials.DeveloperTokens["aladdin"].Token))))
			ask(t, challenged(lockedOut(s, state, bearer(token.AccessToken))))
			ask(t, challenged(lockedOut(s, state, bearer(own))))
			ask(t, lockedOut(s, state, s.Post("/authorization", url.Values{"username": {"Aladdin"}, "password": {"open sesame"}})))

			for _, grant := range []url.Values{
				{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}},
				{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {config.RedirectURL}, "code_verifier": {waiting}},
			} {
				r := s.Post("/oauth2/token", grant)
				r.SetBasicAuth(config.ClientID, config.ClientSecret)
				answer := apitest.Do(t, r)
				assert.Equal(t, 400, answer.Status)
				assert.Contains(t, answer.Body, `"invalid_grant"`)
			}
			assert.Equal(t, 403, visitor.Open(app(s, "jasmine_app").AuthCodeURL("", oauth2.S256ChallengeOption("v"))).Status, "not even who is signed in")
		})
	}
	setState(t, path, "Aladdin", "")
	assert.Equal(t, 200, apitest.Do(t, bearer(token.AccessToken)).Status, "what was issued works again")
	assert.Equal(t, 200, apitest.Do(t, signed.request(t, s)).Status)
}

// setState changes an account as a host would.
func setState(t *testing.T, path, name, state string) {
	t.Helper()
	_, err := apitest.OpenDatabase(t, path).Exec("UPDATE sesame_users SET state = ? WHERE name = ?", state, name)
	require.NoError(t, err)
}
