package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
)

// newFuzzed is the whole server in memory, whose log is kept: a panic that somebody recovered stands there.
func newFuzzed(t testing.TB) (http.Handler, *bytes.Buffer) {
	t.Helper()
	o, err := parseFlags([]string{"-store", "memory:", "-addr", "127.0.0.1:0"}, io.Discard)
	require.NoError(t, err)
	var kept bytes.Buffer
	a := &api{options: o, base: "http://127.0.0.1:8080", log: slog.New(slog.NewTextHandler(&kept, nil))}
	a.store, err = openStore(t.Context(), o.store)
	require.NoError(t, err)
	a.ring, err = o.openKeys()
	require.NoError(t, err)
	a.hasher, err = password.NewHasher(password.HasherConfig{Memory: 8, Time: 1, Threads: 1, InsecureCosts: true})
	require.NoError(t, err)
	handler, err := a.handler()
	require.NoError(t, err)
	return handler, &kept
}

// FuzzEndpoints sends anything to every path of the server (LIM-PANIC-01).
func FuzzEndpoints(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	for _, seed := range []struct{ method, target, authorization, contentType, body string }{
		{"GET", "/v2?client_key=x", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "", ""},
		{"GET", "/v2", `Digest username="a", realm="b", nonce="c", uri="/v2", qop=auth, nc=00000001, cnonce="d", response="e"`, "", ""},
		{"POST", "/v2/products?oauth_token=x", `OAuth oauth_consumer_key="a", oauth_signature_method="HMAC-SHA1", oauth_signature="x", oauth_timestamp="1", oauth_nonce="n"`, form, "a=1"},
		{"POST", "/v2/oauth/request_token", "", form, "oauth_consumer_key=a&oauth_callback=oob"},
		{"GET", "/v2/oauth/authorize?oauth_token=x", "", "", ""},
		{"GET", "/v1/data?api_key=sesame_key_x", "Bearer sesame_pat_x", "", ""},
		{"GET", "/oauth2/authorize?client_id=a&response_type=code&redirect_uri=http://127.0.0.1/cb", "", "", ""},
		{"POST", "/oauth2/token", "Basic YTpi", form, "grant_type=authorization_code&code=x&code_verifier=y"},
		{"POST", "/oauth2/token", "", form, "grant_type=client_credentials&client_assertion=a.b.c&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		{"POST", "/oauth2/introspect", "Basic YTpi", form, "token=x"},
		{"POST", "/oauth2/revoke", "Basic YTpi", form, "token=x"},
		{"POST", "/authorization?username=a", "", form, "password=b"},
		{"POST", "/login", "", form, "username=a&password=b&next=//evil"},
		{"GET", "/consent?id=x", "", "", ""},
		{"GET", "/portal/tokens", "", "", ""},
		{"GET", "/.well-known/oauth-authorization-server", "", "", ""},
	} {
		f.Add(seed.method, seed.target, seed.authorization, seed.contentType, seed.body)
	}
	handler, kept := newFuzzed(f)
	f.Fuzz(func(t *testing.T, method, target, authorization, contentType, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") || strings.ContainsAny(method, " \r\n\t") || method == "" {
			return // which the server itself refuses
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Method, r.URL, r.RequestURI, r.RemoteAddr = method, u, target, "127.0.0.1:40000"
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Less(t, w.Code, 500, w.Body.String())
		assert.NotContains(t, kept.String(), "panic")
		if w.Code == http.StatusUnauthorized {
			assert.NotEmpty(t, w.Header().Get("WWW-Authenticate"))
		}
		kept.Reset()
	})
}
