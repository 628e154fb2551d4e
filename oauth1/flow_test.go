package oauth1_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	dghubble "github.com/dghubble/oauth1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/store"
)

func TestARealClientWalksAllThreeLegs(t *testing.T) {
	p := newProvider(t)
	p.clock.Set(time.Now())
	p.changeClient(appKey, func(c *store.Client) {
		c.Keys, c.SignatureMethods = jwks(t, rsaKey()), append(c.SignatureMethods, "RSA-SHA1")
	})
	api := p.service(p.scheme())
	p.mux.Handle("/v2/", api.handler)
	server := httptest.NewServer(p.mux)
	defer server.Close()
	for _, signer := range []dghubble.Signer{
		&dghubble.HMACSigner{ConsumerSecret: appSecret}, &dghubble.HMAC256Signer{ConsumerSecret: appSecret}, &dghubble.RSASigner{PrivateKey: rsaKey()},
	} {
		for _, callback := range []string{callbackURL, "oob"} {
			config := &dghubble.Config{
				ConsumerKey: appKey, ConsumerSecret: appSecret, CallbackURL: callback, Signer: signer,
				Endpoint: dghubble.Endpoint{
					RequestTokenURL: server.URL + "/oauth/request_token", AuthorizeURL: server.URL + "/oauth/authorize", AccessTokenURL: server.URL + "/oauth/access_token",
				},
			}
			token, secret, err := config.RequestToken()
			require.NoError(t, err)
			page, err := config.AuthorizationURL(token)
			require.NoError(t, err)
			verifier := p.walk(t, server.Client(), page.String(), callback)
			token, secret, err = config.AccessToken(token, secret, verifier)
			require.NoError(t, err)
			answer, err := config.Client(t.Context(), dghubble.NewToken(token, secret)).PostForm(server.URL+"/v2/products?a=b+c", url.Values{"d": {"é ~*"}})
			require.NoError(t, err)
			assert.Equal(t, 200, answer.StatusCode)
			assert.Equal(t, "Aladdin", api.seen.identity.Username)
			assert.Equal(t, []string{"é ~*"}, api.seen.form["d"])
			_, _, err = config.AccessToken(token, secret, verifier)
			assert.Error(t, err)
		}
	}
}

// walk is what the user's browser does, up to the verifier.
func (p *provider) walk(t *testing.T, browser *http.Client, page, callback string) (verifier string) {
	t.Helper()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	visit, err := http.NewRequestWithContext(t.Context(), "GET", page, nil)
	require.NoError(t, err)
	visit.Header.Set("X-Browser", "u1")
	answer, err := browser.Do(visit)
	require.NoError(t, err)
	location, err := answer.Location()
	require.NoError(t, err)
	decided := p.answer("u1", location.Query().Get("id"), interaction.Decision{Allow: true})
	if callback == "oob" {
		return strings.Fields(decided.Body.String())[1]
	}
	location, err = url.Parse(decided.Header().Get("Location"))
	require.NoError(t, err)
	return location.Query().Get("oauth_verifier")
}
