package main_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// shown is a secret or a key that a page shows, by its attribute: data-secret="token", data-client-key.
func shown(t *testing.T, view apitest.View, attribute string) string {
	t.Helper()
	found := regexp.MustCompile(attribute + `[^>]*>([^<]+)<`).FindStringSubmatch(view.Body)
	require.Len(t, found, 2, "%s is not on the page:\n%s", attribute, view.Body)
	return found[1]
}

func TestPeopleMakeTheirSecretsInThePortal(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	v := s.Visitor()
	v.SignIn("unicode", "/portal/tokens/new")
	token := shown(t, v.Submit("/portal/tokens/new", "description", "the lamp", "scope", "products:read", "scope", "users:read", "expires", "30"), `data-secret="token"`)
	assert.Equal(t, 200, bearerStatus(t, s, token))
	assert.NotContains(t, v.Open("/portal/tokens").Body, token, "it is shown once")

	v.Open("/portal/keys/new")
	key := shown(t, v.Submit("/portal/keys/new", "description", "the carpet", "scope", "products:read", "expires", "never"), `data-secret="api_key"`)
	assert.Equal(t, 200, apitest.Do(t, s.NewRequest("GET", "/v1/data", "X-API-Key", key)).Status)

	v.Open("/portal/apps/new")
	view := v.Submit("/portal/apps/new", "name", "Magic", "redirect_uri", callback, "scope", "products:read", "scope", "products:write")
	id, secret := shown(t, view, `data-client-key`), shown(t, view, `data-secret="client_secret"`)
	assert.Equal(t, 200, apitest.Do(t, s.As("unicode", s.NewRequest("GET", "/v2?client_key="+id))).Status, "Basic")
	own := s.Post("/oauth2/token", url.Values{"grant_type": {"client_credentials"}})
	own.SetBasicAuth(id, secret)
	assert.Equal(t, 200, apitest.Do(t, own).Status, "OAuth 2")
	first := signed{
		method: "POST", target: "/v2/oauth/request_token", key: id, secret: secret, algorithm: "HMAC-SHA256",
		more: url.Values{"oauth_callback": {callback}},
	}
	assert.Equal(t, 200, apitest.Do(t, first.request(t, s)).Status, "OAuth 1.0a")

	assert.Eventually(t, func() bool {
		return regexp.MustCompile(`to=jason@agrabah.example about=token.created .*the lamp`).MatchString(s.Log())
	}, 30*time.Second, 100*time.Millisecond, "the owner gets a mail, here in the log")
	for _, secret := range []string{token, key, secret} {
		assert.NotContains(t, s.Log(), secret)
	}
}

func TestAChangedPasswordHoldsForEveryScheme(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	v := s.Visitor()
	v.SignIn("jasmine", "/portal/account/password")
	const next = "a tiger needs no lamp"
	view := v.Submit("/portal/account/password", "current_password", s.Credentials.Users["jasmine"].Password, "new_password", next)
	require.Equal(t, 200, view.Status, view.Body)
	target, old, renewed := "/v2?client_key="+s.Key("jasmine_app"), s.Digest("jasmine"), s.Digest("jasmine")
	renewed.Password = next
	for status, requests := range map[int][]*http.Request{
		200: {renewed.Sign(s.NewRequest("GET", target)), s.NewRequest("GET", target, "Authorization", basicField("jasmine@agrabah.example:"+next))},
		401: {old.Sign(s.NewRequest("GET", target)), s.As("jasmine", s.NewRequest("GET", target))},
	} {
		for _, r := range requests {
			assert.Equal(t, status, apitest.Do(t, r).Status)
		}
	}
}
