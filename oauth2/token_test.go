package oauth2_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

func TestTokenEndpointErrors(t *testing.T) {
	for _, row := range []struct {
		name   string
		fields []string
		code   string
	}{
		{"RFC6749-5.2-02 no grant type", nil, "invalid_request"},
		{"RFC6749-5.2-02 an unknown grant type", []string{"grant_type", "foo"}, "unsupported_grant_type"},
		{"RFC9700-2.4-01 there is no password grant", []string{"grant_type", "password", "username", "Aladdin", "password", "x"}, "unsupported_grant_type"},
		{"RFC6749-5.2-02 a scope that does not exist", []string{"grant_type", "client_credentials", "scope", "fly"}, "invalid_scope"},
		{"RFC6749-3.3-01 scopes are case-sensitive", []string{"grant_type", "client_credentials", "scope", "Read"}, "invalid_scope"},
		{"RFC6749-3.3-01 two spaces", []string{"grant_type", "client_credentials", "scope", "read  write"}, "invalid_scope"},
		{"RFC6749-3.3-01 a quote", []string{"grant_type", "client_credentials", "scope", `re"ad`}, "invalid_scope"},
		{"a scope that is not the client's", []string{"grant_type", "client_credentials", "scope", "admin"}, "invalid_scope"},
		{"RFC6749-3.1-01 a parameter twice", []string{"grant_type", "client_credentials", "grant_type", "client_credentials"}, "invalid_request"},
		{"RFC6749-3.1-01 a code twice", []string{"grant_type", "authorization_code", "code", "a", "code", "b"}, "invalid_request"},
		{"no code", []string{"grant_type", "authorization_code"}, "invalid_request"},
		{"no refresh token", []string{"grant_type", "refresh_token"}, "invalid_request"},
		{"RFC8707-2-01 a resource that is none", []string{"grant_type", "client_credentials", "resource", "foo"}, "invalid_target"},
		{"RFC8707-2-01 a resource with a fragment", []string{"grant_type", "client_credentials", "resource", issuer + "/x#f"}, "invalid_target"},
		{"RFC8707-2-01 another's resource", []string{"grant_type", "client_credentials", "resource", "https://elsewhere.example"}, "invalid_target"},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := newWorld(t).token("app", row.fields...)
			assert.Equal(t, http.StatusBadRequest, a.StatusCode)
			assert.Equal(t, row.code, a.Error)
			assert.Equal(t, "application/json", a.Header.Get("Content-Type"))
			t.Run("RFC6749-5.2-03 a description of the allowed characters", func(t *testing.T) {
				assert.Regexp(t, `^[\x20-\x21\x23-\x5B\x5D-\x7E]+$`, a.ErrorDescription)
			})
		})
	}
	t.Run("RFC6749-5.2-02 a grant type that the client may not use", func(t *testing.T) {
		assert.Equal(t, "unauthorized_client", newWorld(t).token("code", "grant_type", "client_credentials").Error)
	})
}

func TestTokenRequestsAreFormsThatArePosted(t *testing.T) {
	w := newWorld(t)
	send := func(method, contentType, body string) answer {
		r := httptest.NewRequest(method, issuer+"/oauth2/token", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		r.SetBasicAuth("app", secretOf("app"))
		return w.request(r)
	}
	t.Run("RFC6749-3.2-01 POST alone", func(t *testing.T) {
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			a := send(method, "application/x-www-form-urlencoded", "grant_type=client_credentials")
			assert.Equal(t, http.StatusMethodNotAllowed, a.StatusCode)
			t.Run("RFC9110-15.5.6-01 with Allow", func(t *testing.T) { assert.Equal(t, "POST", a.Header.Get("Allow")) })
		}
	})
	t.Run("LIM-BODY-04 no JSON and no multipart", func(t *testing.T) {
		for contentType, body := range map[string]string{
			"application/json":                `{"grant_type":"client_credentials"}`,
			"multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--x--\r\n",
		} {
			a := send("POST", contentType, body)
			assert.Equal(t, http.StatusBadRequest, a.StatusCode)
			assert.Equal(t, "invalid_request", a.Error)
		}
	})
	t.Run("LIM-BODY-01 at most 64 KiB", func(t *testing.T) {
		a := send("POST", "application/x-www-form-urlencoded", "grant_type=client_credentials&x="+strings.Repeat("x", 64<<10))
		assert.Equal(t, http.StatusRequestEntityTooLarge, a.StatusCode)
	})
	t.Run("RFC6749-3.1-02 empty parameters are none, unknown ones nobody's", func(t *testing.T) {
		a := w.token("app", "grant_type", "client_credentials", "scope", "", "foo", "bar")
		assert.Equal(t, 200, a.StatusCode)
		t.Run("RFC6749-3.3-02 without a scope those of the client", func(t *testing.T) { assert.Equal(t, "read write", a.Scope) })
	})
}

func TestWhatACodeIsBoundTo(t *testing.T) {
	w := newWorld(t)
	code := w.code("1", "app")
	for _, row := range []struct {
		name, client string
		fields       []string
		code         string
	}{
		{"RFC6749-4.1.2-02 another client", "other", nil, "invalid_grant"},
		{"RFC6749-4.1.3-01 another redirect_uri", "app", []string{"redirect_uri", "https://client.example/callback/"}, "invalid_grant"},
		{"RFC7636-4.1-01 a verifier of 42 characters", "app", []string{"code_verifier", verifier[:42]}, "invalid_request"},
		{"RFC7636-4.1-01 a verifier of 129 characters", "app", []string{"code_verifier", strings.Repeat("a", 129)}, "invalid_request"},
		{"RFC7636-4.1-01 a verifier with a plus", "app", []string{"code_verifier", verifier[:42] + "+"}, "invalid_request"},
		{"RFC7636-4.6-01 RFC9700-4.5-01 a wrong verifier", "app", []string{"code_verifier", strings.Repeat("a", 43)}, "invalid_grant"},
		{"RFC9700-2.1.1-02 no verifier", "app", []string{"code_verifier", ""}, "invalid_grant"},
		{"RFC8707-2.2-01 a resource elsewhere", "app", []string{"resource", "https://elsewhere.example"}, "invalid_target"},
	} {
		t.Run(row.name, func(t *testing.T) {
			fields := map[string]string{"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
			for i := 0; i < len(row.fields); i += 2 {
				fields[row.fields[i]] = row.fields[i+1]
			}
			var flat []string
			for name, value := range fields {
				flat = append(flat, name, value)
			}
			assert.Equal(t, row.code, w.token(row.client, flat...).Error)
		})
	}
	t.Run("RFC7636-4.6-01 RFC7636-4.2-01 none of this burnt it: the right verifier still works", func(t *testing.T) {
		a := w.redeem("app", code, "redirect_uri", "https://client.example/callback")
		assert.Equal(t, 200, a.StatusCode, a.text)
	})
	t.Run("RFC6749-4.1.2-02 after its life", func(t *testing.T) {
		code := w.code("1", "app")
		w.advance(61 * time.Second)
		assert.Equal(t, "invalid_grant", w.redeem("app", code).Error)
	})
	t.Run("SEC-CLOCK-01 a clock that steps back revives nothing that was used", func(t *testing.T) {
		code := w.code("1", "app")
		require.Equal(t, 200, w.redeem("app", code).StatusCode)
		w.advance(-time.Hour)
		assert.Equal(t, "invalid_grant", w.redeem("app", code).Error)
		w.advance(time.Hour)
	})
	t.Run("RFC6749-10.10-01 one character changed or missing", func(t *testing.T) {
		code := w.code("1", "app")
		for _, wrong := range []string{code[1:], code + "x", strings.ToUpper(code), "x" + code[1:]} {
			if wrong != code {
				assert.Equal(t, "invalid_grant", w.redeem("app", wrong).Error)
			}
		}
	})
}

func TestAccountsThatMayNot(t *testing.T) {
	w := newWorld(t)
	first := w.tokens("1", "app")
	code := w.code("1", "app")
	require.NoError(t, w.store.UpdateUser(context.Background(), store.User{ID: "1", Name: "Aladdin", State: store.Disabled, Scopes: []string{"read"}}))
	t.Run("ASVS-7.4.2 a disabled user's codes and tokens stop", func(t *testing.T) {
		assert.Equal(t, "invalid_grant", w.redeem("app", code).Error)
		assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error)
		status, body := w.call(first.AccessToken)
		assert.Equal(t, 403, status)
		assert.Contains(t, body, "API Access is disabled")
	})
	require.NoError(t, w.store.DeleteUser(context.Background(), "1"))
	t.Run("ASVS-7.4.2 a deleted user's are nobody's", func(t *testing.T) {
		status, _ := w.call(first.AccessToken)
		assert.Equal(t, 401, status)
	})
}

func TestAppsOfOwnersThatMayNot(t *testing.T) {
	w := newWorld(t)
	first := w.tokens("2", "app")
	code := w.code("2", "app")
	aladdin := store.User{ID: "1", Name: "Aladdin", State: store.Locked, Scopes: []string{"read", "write"}}
	require.NoError(t, w.store.UpdateUser(context.Background(), aladdin))
	assert.Equal(t, "unauthorized_client", w.redeem("app", code).Error, "an app of a locked owner gets no tokens")
	assert.Equal(t, "unauthorized_client", w.refresh("app", first.RefreshToken).Error)
	aladdin.State = store.Active
	require.NoError(t, w.store.UpdateUser(context.Background(), aladdin))
	assert.Equal(t, 200, w.redeem("app", code).StatusCode, "what was refused is not used up")
	assert.Equal(t, 200, w.refresh("app", first.RefreshToken).StatusCode)
}

func TestClientsOverClearHTTP(t *testing.T) {
	proxies, err := auth.ParseProxies("10.0.0.0/8")
	require.NoError(t, err)
	trusting := newWorld(t, func(c *oauth2.Config) { c.Proxies = proxies })
	lenient := newWorld(t, func(c *oauth2.Config) { c.InsecureAllowHTTP = true })
	for _, row := range []struct {
		name        string
		w           *world
		peer, proto string
		status      int
	}{
		{"SEC-TLS-01 a stranger", newWorld(t), "198.51.100.1:99", "", 403},
		{"SEC-TLS-01 a stranger who says https", newWorld(t), "198.51.100.1:99", "https", 403},
		{"SEC-TLS-01 a trusted proxy that says http", trusting, "10.0.0.7:99", "http", 403},
		{"a trusted proxy that says https", trusting, "10.0.0.7:99", "https", 200},
		{"this machine", newWorld(t), "127.0.0.1:99", "", 200},
		{"a host that allows it", lenient, "198.51.100.1:99", "", 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"} {
				r := httptest.NewRequest("POST", "http://api.example"+path, strings.NewReader("grant_type=client_credentials&token=x"))
				r.RemoteAddr = row.peer
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if row.proto != "" {
					r.Header.Set("X-Forwarded-Proto", row.proto)
				}
				r.SetBasicAuth("app", secretOf("app"))
				rec := httptest.NewRecorder()
				row.w.handler.ServeHTTP(rec, r)
				assert.Equal(t, row.status, rec.Code, path)
			}
		})
	}
}

func TestRefreshBinding(t *testing.T) {
	w := newWorld(t)
	first := w.tokens("1", "app", "resource", issuer+"/v1")
	t.Run("RFC6749-6-01 another client's", func(t *testing.T) {
		assert.Equal(t, "invalid_grant", w.refresh("other", first.RefreshToken).Error)
	})
	t.Run("RFC6749-6-01 a wider scope", func(t *testing.T) {
		assert.Equal(t, "invalid_scope", w.refresh("app", first.RefreshToken, "scope", "read write admin").Error)
	})
	t.Run("RFC9700-4.14-04 a resource that was not granted", func(t *testing.T) {
		assert.Equal(t, "invalid_target", w.refresh("app", first.RefreshToken, "resource", issuer+"/v2").Error)
	})
	t.Run("RFC6749-6-01 a narrower scope, and the grant stays", func(t *testing.T) {
		narrow := w.refresh("app", first.RefreshToken, "scope", "read")
		require.Equal(t, 200, narrow.StatusCode, narrow.text)
		assert.Equal(t, "read", narrow.Scope)
		assert.Equal(t, "read write", w.refresh("app", narrow.RefreshToken).Scope)
	})
}

func TestGrace(t *testing.T) {
	graceful := func(c *oauth2.Config) { c.Grace = 10 * time.Second }
	t.Run("RFC9700-4.14-02 a lost answer is forgiven for some seconds", func(t *testing.T) {
		w := newWorld(t, graceful)
		first := w.tokens("1", "app")
		second := w.refresh("app", first.RefreshToken)
		w.advance(5 * time.Second)
		again := w.refresh("app", first.RefreshToken)
		require.Equal(t, 200, again.StatusCode, again.text)
		assert.Empty(t, again.RefreshToken, "an access token alone")
		assert.True(t, w.works(second.AccessToken) && w.works(again.AccessToken))
		assert.Equal(t, 200, w.refresh("app", second.RefreshToken).StatusCode, "the family is intact")
		assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error, "its successor was used by now")
	})
	t.Run("RFC9700-4.14-02 and then it is a reuse", func(t *testing.T) {
		w := newWorld(t, graceful)
		first := w.tokens("1", "app")
		second := w.refresh("app", first.RefreshToken)
		w.advance(11 * time.Second)
		assert.Equal(t, "invalid_grant", w.refresh("app", first.RefreshToken).Error)
		assert.False(t, w.works(second.AccessToken))
	})
}

func TestNothingIssuedIsInTheStore(t *testing.T) {
	t.Run("RFC6749-STORE-01 codes and tokens are kept as digests", func(t *testing.T) {
		w := newWorld(t)
		code := w.code("1", "app")
		a := w.redeem("app", code)
		grants, err := w.store.Grants(context.Background(), store.GrantFilter{User: "1"}, 10)
		require.NoError(t, err)
		all, err := w.store.ListTokens(context.Background(), store.TokenFilter{User: "1"}, "", 10)
		require.NoError(t, err)
		handle, err := w.store.Handle(context.Background(), store.DigestOf(code))
		require.NoError(t, err)
		dump := dumpOf(grants, all, handle)
		require.NotEmpty(t, dump)
		for _, secret := range []string{code, a.AccessToken, a.RefreshToken} {
			assert.NotContains(t, dump, secret)
		}
	})
}
