package oauth1

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// httpRequest is a request as net/http's server hands it over, with example.com as its host.
func httpRequest(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "example.com"
	return r
}

// baseURI is the base string URI of a request.
func baseURI(https bool, host, target, origin string) (string, error) {
	r := &http.Request{Method: "GET", Host: host, RequestURI: target}
	if https {
		r.TLS = &tls.ConnectionState{}
	}
	encoded, err := appendBaseURI(nil, r, origin)
	return decoded(string(encoded), false), err
}

func TestBaseURI(t *testing.T) {
	for _, row := range []struct {
		name         string
		https        bool
		host, target string
		want         string
	}{
		{"RFC5849-3.4.1.2-01 lower case, no default port", false, "EXAMPLE.COM:80", "/r%20v/X?id=123", "http://example.com/r%20v/X"},
		{"RFC5849-3.4.1.2-01 another port stays", true, "www.example.net:8080", "/?q=1", "https://www.example.net:8080/"},
		{"RFC5849-3.4.1.2-01 443 of https goes", true, "example.com:443", "/", "https://example.com/"},
		{"RFC5849-3.4.1.2-01 80 of https stays", true, "example.com:80", "/", "https://example.com:80/"},
		{"RFC5849-3.4.1.2-01 443 of http stays", false, "example.com:443", "/", "http://example.com:443/"},
		{"RFC5849-3.4.1.2-03 an encoded slash", false, "h", "/a%2Fb", "http://h/a%2Fb"},
		{"RFC5849-3.4.1.2-03 an encoded slash in lower case", false, "h", "/a%2fb", "http://h/a%2fb"},
		{"RFC5849-3.4.1.2-03 UTF-8", false, "h", "/caf%C3%A9", "http://h/caf%C3%A9"},
		{"RFC5849-3.4.1.2-03 a tilde", false, "h", "/~x", "http://h/~x"},
		{"RFC5849-3.4.1.2-03 two slashes", false, "h", "//", "http://h//"},
		{"RFC5849-3.4.1.2-03 dot segments", false, "h", "/a/../b", "http://h/a/../b"},
		{"an empty port", false, "example.com:", "/", "http://example.com/"},
		{"an IPv6 address", false, "[::1]:80", "/", "http://[::1]/"},
		{"an IPv6 address that ends like a port", false, "[::80]", "/", "http://[::80]/"},
		{"an absolute target", false, "example.com", "http://example.com/a?b", "http://example.com/a"},
		{"an absolute target without a path", false, "example.com", "http://example.com", "http://example.com/"},
		{"an absolute target with a query alone", false, "example.com", "http://example.com?a=/b", "http://example.com/"},
		{"a query with a question mark", false, "h", "/a?b?c", "http://h/a"},
		{"a target that looks absolute but is a path", false, "h", "/http://x/y", "http://h/http://x/y"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := baseURI(row.https, row.host, row.target, "")
			require.NoError(t, err)
			assert.Equal(t, row.want, got)
		})
	}
	for _, row := range []struct{ name, host, target string }{
		{"a host with a slash", "example.com/a", "/"}, {"no host", "", "/"}, {"a port alone", ":80", "/"},
		{"a host with a question mark", "a?b", "/"}, {"a host with user information", "u@h", "/"},
		{"a host with a space", "a b", "/"}, {"a host beyond ASCII", "é", "/"}, {"an address without brackets", "::80", "/"},
		{"brackets that do not end", "[::1", "/"}, {"text behind brackets", "[::1]x", "/"},
		{"an asterisk", "h", "*"}, {"an authority", "h", "h:443"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := baseURI(false, row.host, row.target, "")
			assert.ErrorIs(t, err, autherr.BadRequest)
		})
	}
}

func TestBaseURLOfTheHost(t *testing.T) {
	t.Run("RFC5849-3.4.1.2-02 a configured origin and prefix stand for whatever the proxy sends", func(t *testing.T) {
		for base, want := range map[string]string{
			"https://api.example.com":       "https://api.example.com/v2?",
			"https://API.example.com:443/":  "https://api.example.com/v2?",
			"https://example.com:8443/a/b/": "https://example.com:8443/a/b/v2?",
			"http://127.0.0.1:8080":         "http://127.0.0.1:8080/v2?",
			"https://example.com/a%2Fb":     "https://example.com/a%2Fb/v2?",
		} {
			origin, _, err := parseBaseURL(base)
			require.NoError(t, err)
			got, err := baseURI(false, "internal:1234", "/v2?x=1", origin)
			require.NoError(t, err)
			assert.Equal(t, want, got+"?")
		}
	})
	for _, base := range []string{
		"", "example.com", "ftp://example.com", "https://", "https:///x", "https://u@example.com", "https://example.com?q",
		"https://example.com?", "https://example.com#f", "https://exa mple.com", "//example.com", "https://é.example",
	} {
		_, _, err := parseBaseURL(base)
		assert.Error(t, err, base)
	}
}
