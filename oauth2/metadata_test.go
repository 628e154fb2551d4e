package oauth2_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
)

func TestMetadata(t *testing.T) {
	w := newWorld(t)
	a := w.request(httptest.NewRequest("GET", issuer+"/.well-known/oauth-authorization-server", nil))
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.text), &document))
	t.Run("RFC8414-3-01 200, JSON, the issuer as it is", func(t *testing.T) {
		assert.Equal(t, 200, a.StatusCode)
		assert.Equal(t, "application/json", a.Header.Get("Content-Type"))
		assert.Equal(t, issuer, document["issuer"])
		assert.Equal(t, "*", a.Header.Get("Access-Control-Allow-Origin"))
	})
	t.Run("RFC8414-2-01 no empty list, and what would otherwise be announced is written", func(t *testing.T) {
		for name, value := range document {
			if list, ok := value.([]any); ok {
				assert.NotEmpty(t, list, name)
			}
		}
		assert.Contains(t, document, "grant_types_supported")
		assert.Equal(t, []any{"query"}, document["response_modes_supported"])
	})
	t.Run("RFC8414-2-02 signature algorithms of assertions", func(t *testing.T) {
		for _, endpoint := range []string{"token", "revocation", "introspection"} {
			algorithms := document[endpoint+"_endpoint_auth_signing_alg_values_supported"]
			assert.Contains(t, algorithms, "RS256")
			assert.NotContains(t, algorithms, "none")
		}
		assert.Equal(t, []any{"S256"}, document["code_challenge_methods_supported"])
	})
	t.Run("RFC9207-2-01 announces the iss parameter", func(t *testing.T) {
		assert.Equal(t, true, document["authorization_response_iss_parameter_supported"])
	})
	t.Run("RFC8414-2-01 what it lists works", func(t *testing.T) {
		for _, name := range []string{"authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint"} {
			url, _ := document[name].(string)
			require.True(t, strings.HasPrefix(url, issuer+"/"), name)
			assert.NotEqual(t, http.StatusNotFound, w.request(httptest.NewRequest("POST", url, nil)).StatusCode, name)
		}
		for _, grant := range document["grant_types_supported"].([]any) {
			assert.NotEqual(t, "unsupported_grant_type", w.token("app", "grant_type", grant.(string)).Error)
		}
	})
}

func TestIssuers(t *testing.T) {
	t.Run("RFC8414-3-01 of an issuer with a path", func(t *testing.T) {
		w := newWorld(t, func(c *oauth2.Config) { c.Issuer = "https://api.example/t1" })
		a := w.request(httptest.NewRequest("GET", "https://api.example/.well-known/oauth-authorization-server/t1", nil))
		assert.Equal(t, 200, a.StatusCode)
		assert.Contains(t, a.text, `"token_endpoint":"https://api.example/t1/oauth2/token"`)
	})
	t.Run("SEC-HDR-03 URLs come from the configuration, whatever the Host", func(t *testing.T) {
		r := httptest.NewRequest("GET", "https://evil.example/.well-known/oauth-authorization-server", nil)
		r.Header.Set("X-Forwarded-Host", "evil.example")
		r.Header.Set("Forwarded", "host=evil.example;proto=http")
		assert.NotContains(t, newWorld(t).request(r).text, "evil")
	})
	for _, bad := range []string{"", "https://api.example/", "https://api.example?x=1", "https://api.example#f", "http://api.example", "ftp://api.example", "api.example", "https://user@api.example"} {
		t.Run("RFC8414-2-01 SEC-FAIL-03 no issuer: "+bad, func(t *testing.T) {
			_, err := newServer(t, func(c *oauth2.Config) { c.Issuer = bad })
			assert.Error(t, err)
		})
	}
	for name, change := range map[string]func(*oauth2.Config){
		"no tokens":                func(c *oauth2.Config) { c.Tokens = nil },
		"no interactions":          func(c *oauth2.Config) { c.Interactions = nil },
		"one format for both":      func(c *oauth2.Config) { c.Refresh = c.Access },
		"codes that live too long": func(c *oauth2.Config) { c.CodeLife = 11 * 60e9 },
		"a negative life":          func(c *oauth2.Config) { c.AccessLife = -1 },
	} {
		t.Run("SEC-FAIL-03 "+name, func(t *testing.T) {
			_, err := newServer(t, change)
			assert.Error(t, err)
		})
	}
}

func TestIssuersShareNothing(t *testing.T) {
	t.Run("RFC9700-4.4-01 what one issued is nobody's at the other", func(t *testing.T) {
		a, b := newWorld(t), newWorld(t)
		code, tokens := a.code("1", "app"), a.tokens("1", "app")
		assert.Equal(t, "invalid_grant", b.redeem("app", code).Error)
		assert.Equal(t, "invalid_grant", b.refresh("app", tokens.RefreshToken).Error)
		assert.False(t, b.works(tokens.AccessToken))
	})
}
