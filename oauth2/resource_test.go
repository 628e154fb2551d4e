package oauth2_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
)

func TestResource(t *testing.T) {
	t.Run("RFC9728-3-01 the well-known path comes before the resource's own", func(t *testing.T) {
		for _, row := range []struct{ resource, path string }{
			{"https://h", "/.well-known/oauth-protected-resource"},
			{"https://h/mcp", "/.well-known/oauth-protected-resource/mcp"},
			{"https://h:8443/a/b%20c", "/.well-known/oauth-protected-resource/a/b%20c"},
			{"http://127.0.0.1:8080", "/.well-known/oauth-protected-resource"},
		} {
			m, err := oauth2.NewResource(oauth2.ResourceConfig{
				Resource: row.resource, AuthorizationServers: []string{"https://issuer.example"}, Scopes: []string{"read"},
			})
			require.NoError(t, err)
			assert.Equal(t, row.path, m.Path())
			mux := http.NewServeMux()
			mux.Handle("GET "+m.Path(), m)
			answer := httptest.NewRecorder()
			mux.ServeHTTP(answer, httptest.NewRequest("GET", m.URL(), nil))
			assert.Equal(t, 200, answer.Code, row.resource)
			assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
			assert.Equal(t, "*", answer.Header().Get("Access-Control-Allow-Origin"))
			var members map[string]any
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &members))
			assert.Equal(t, map[string]any{
				"resource": row.resource, "authorization_servers": []any{"https://issuer.example"},
				"scopes_supported": []any{"read"}, "bearer_methods_supported": []any{"header"},
			}, members, "identical, and nothing empty (RFC 9728 §3.2)")
		}
	})
	t.Run("it is read and nothing else", func(t *testing.T) {
		m, err := oauth2.NewResource(oauth2.ResourceConfig{Resource: "https://h"})
		require.NoError(t, err)
		answer := httptest.NewRecorder()
		m.ServeHTTP(answer, httptest.NewRequest("POST", m.URL(), nil))
		assert.Equal(t, 405, answer.Code)
		assert.Equal(t, "GET, HEAD", answer.Header().Get("Allow"))
	})
}

func TestNewResourceRefuses(t *testing.T) {
	for _, resource := range []string{
		"", "/mcp", "h", "https://", "https:h", "https://h?x", "https://h/#", "https://h/", "https://h/mcp/", "https://user@h", "http://h", "ftp://h", "https://h/%zz", "urn:x",
	} {
		_, err := oauth2.NewResource(oauth2.ResourceConfig{Resource: resource})
		assert.Error(t, err, resource)
	}
	_, err := oauth2.NewResource(oauth2.ResourceConfig{Resource: "http://h", InsecureAllowHTTP: true})
	assert.NoError(t, err)
}
