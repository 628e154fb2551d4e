package auth_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth"
)

// Browsers send the credentials of ambient schemes by themselves, wherever a request comes from.
func TestOtherOriginsPagesCannotUseTheBrowsersCredentials(t *testing.T) {
	for _, row := range []struct {
		name, method string
		fields       []string
		status       int
	}{
		{"another origin", "POST", []string{"Origin", "https://evil.example"}, 403},
		{"another port", "POST", []string{"Origin", "http://example.com:8080"}, 403},
		{"no origin that it would tell", "POST", []string{"Origin", "null"}, 403},
		{"cross-site", "DELETE", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"same-site is another origin", "PUT", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"a method that nobody knows", "FOO", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"the same origin", "POST", []string{"Origin", "http://example.com"}, 200},
		{"same-origin", "POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"no browser", "POST", nil, 200},
		{"a safe method", "GET", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 200},
		{"an origin that the host trusts", "POST", []string{"Origin", "https://app.example"}, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			scheme := newFake()
			gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}, TrustedOrigins: []string{"https://app.example"}})
			w := serve(gate, newRequest(row.method, "http://example.com/", append(row.fields, "Authorization", "Fake aladdin")...), "read")
			assert.Equal(t, row.status, w.Code)
			if row.status == 403 {
				assert.Zero(t, scheme.verified)
			}
		})
	}
	t.Run("schemes that browsers do not send are not concerned", func(t *testing.T) {
		scheme := newFake()
		scheme.ambient = false
		gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}})
		w := serve(gate, newRequest("POST", "/", "Origin", "https://evil.example", "Authorization", "Fake aladdin"), "read")
		assert.Equal(t, 200, w.Code)
	})
}

func TestForgedIdentityHeadersAreDropped(t *testing.T) {
	gate := newGate(t, auth.Config{IdentityHeaders: []string{"X-Auth-User"}})
	for _, name := range []string{"X-Auth-User", "x-auth-user", "X_Auth_User", "x_AUTH-user"} {
		t.Run("SEC-HDR-01 "+name, func(t *testing.T) {
			r := newRequest("GET", "/", "Authorization", "Fake aladdin", "X-Other", "stays")
			r.Header[name] = []string{"root"} // as a server or a proxy may have put it, in its own spelling
			handler := func(_ http.ResponseWriter, r *http.Request) {
				assert.Len(t, r.Header, 2, "Authorization and X-Other")
				id, _ := auth.FromContext(r.Context())
				assert.Equal(t, "aladdin", id.Username)
			}
			gate.Require("read")(http.HandlerFunc(handler)).ServeHTTP(httptest.NewRecorder(), r)
			assert.Contains(t, r.Header, name, "the caller's own request is untouched")

			anonymous := newRequest("GET", "/")
			anonymous.Header[name] = []string{"root"}
			gate.Optional()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				assert.Empty(t, r.Header)
			})).ServeHTTP(httptest.NewRecorder(), anonymous)
		})
	}
}

func TestCredentialsCanBeTakenFromTheRequest(t *testing.T) {
	for _, strip := range []bool{true, false} {
		t.Run("SEC-BASIC-07 the handler sees no Authorization field where the host wants none", func(t *testing.T) {
			gate := newGate(t, auth.Config{StripCredentials: strip})
			r := newRequest("GET", "/", "Authorization", "Fake aladdin")
			gate.Require("read")(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				assert.Equal(t, strip, r.Header.Get("Authorization") == "")
			})).ServeHTTP(httptest.NewRecorder(), r)
			assert.Equal(t, "Fake aladdin", r.Header.Get("Authorization"))
		})
	}
}

func TestPathsCannotGoAroundTheGate(t *testing.T) {
	gate := newGate(t, auth.Config{})
	mux := http.NewServeMux()
	mux.Handle("/public/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("public")) }))
	mux.Handle("/admin", gate.Require("read")(greet))
	mux.Handle("/admin/", gate.Require("read")(greet))
	server := httptest.NewServer(mux)
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/public/../admin", "//admin", "/%61dmin", "/admin/.", "/admin%2f", "/admin;x", "/admin%23x", "/public/%2e%2e/admin", "/./admin"} {
		t.Run("SEC-PATH-01 "+path, func(t *testing.T) {
			r, err := http.NewRequest("GET", server.URL, nil)
			if !assert.NoError(t, err) {
				return
			}
			r.URL.Opaque = path // sent as it is
			answer, err := client.Do(r)
			if !assert.NoError(t, err) {
				return
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			assert.NoError(t, err)
			if string(body) != "public" { // which is where it leads to, for the handler as for the gate
				assert.Contains(t, []int{301, 307, 401, 404}, answer.StatusCode)
			}
		})
	}
}
