package oauth1_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

func TestOrigins(t *testing.T) {
	w := newWorld(t)
	direct := w.service(w.scheme())
	behind := w.service(w.scheme(func(c *oauth1.Config) { c.BaseURL = "https://api.example.com/outer" }))
	// proxied is r as a proxy that ends TLS and takes the prefix away hands it on.
	proxied := func(r *http.Request) *http.Request {
		r.TLS, r.Host, r.RequestURI = nil, "internal:8080", r.RequestURI[len("/outer"):]
		return r
	}
	t.Run("RFC5849-3.4.1.2-02 the configured origin counts, whatever Host the proxy sends", func(t *testing.T) {
		call := client.Call{URL: "https://api.example.com/outer/v2/products?a=b"}
		assert.Equal(t, 200, behind.status(proxied(w.app().Request(call))))
		assert.Equal(t, 401, direct.status(proxied(w.app().Request(call))))
		call.URL = "http://api.example.com/outer/v2/products?a=b"
		assert.Equal(t, 401, behind.status(proxied(w.app().Request(call))), "signed for http")
	})
	t.Run("RFC5849-3.4.1.2-02 without one, the connection and the Host field", func(t *testing.T) {
		for _, url := range []string{"http://example.com:8080/v2", "https://example.com/v2", "http://EXAMPLE.com:80/v2", "https://[::1]:8443/v2"} {
			assert.Equal(t, 200, direct.status(w.app().Request(client.Call{URL: url})), url)
		}
	})
	t.Run("RFC5849-3.4.1.2-02 forwarding fields of an untrusted peer change nothing", func(t *testing.T) {
		r := w.app().Request(client.Call{URL: "https://example.com/v2"})
		r.TLS = nil
		r.Header.Set("X-Forwarded-Proto", "https")
		assert.Equal(t, 401, direct.status(r))
		r = w.app().Request(client.Call{URL: "https://example.com/v2"})
		r.Host = "other.example"
		r.Header.Set("X-Forwarded-Host", "example.com")
		r.Header.Set("Forwarded", "host=example.com;proto=https")
		assert.Equal(t, 401, direct.status(r))
	})
	t.Run("RFC5849-3.4.1.2-03 escapes of the path stay as they were received", func(t *testing.T) {
		for _, path := range []string{"/a%2Fb", "/a%2fb", "/caf%C3%A9", "/~x", "/%7Ex", "//", "/a/../b", "/a//b/", "/a+b", "/%20", "/"} {
			assert.Equal(t, 200, direct.status(w.app().Request(client.Call{URL: "https://example.com" + path + "?q=1"})), path)
		}
	})
	t.Run("a router that took a prefix away does not change what was signed", func(t *testing.T) {
		r := w.app().Request(client.Call{URL: "https://example.com/mounted/v2?x=1"})
		status := 0
		http.StripPrefix("/mounted", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			status = direct.status(r)
		})).ServeHTTP(nil, r)
		assert.Equal(t, 200, status)
	})
	t.Run("a request that no server received has the path of its URL", func(t *testing.T) {
		r := w.app().Request(client.Call{URL: "https://example.com/a%2Fb?x=1"})
		r.RequestURI = ""
		assert.Equal(t, 200, direct.status(r))
	})
}
