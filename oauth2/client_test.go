package oauth2_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

// tokenRequest posts a form to the token endpoint with a raw Authorization field and a raw query.
func (w *world) tokenRequest(authorization, query, body string) answer {
	r := httptest.NewRequest("POST", issuer+"/oauth2/token"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return w.request(r)
}

func basicAuth(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }

func TestClientAuthentication(t *testing.T) {
	const grant = "grant_type=client_credentials"
	secret := "client_secret=" + url.QueryEscape(secretOf("app"))
	right := basicAuth("app:" + secretOf("app"))
	for _, row := range []struct {
		name, authorization, query, body string
		status                           int
		code                             string
	}{
		{"Basic", right, "", grant, 200, ""},
		{"RFC6749-2.3.1-02 in the body, where the client may", "", "", grant + "&client_id=app&" + secret, 200, ""},
		{"RFC6749-2.3.1-02 in the body, where it may not", "", "", grant + "&client_id=basic&client_secret=" + secretOf("basic"), 401, "invalid_client"},
		{"RFC6749-2.3.1-02 in the query, never", "", "?" + secret, grant + "&client_id=app", 400, "invalid_request"},
		{"LIM-BODY-05 no protocol parameter in the query", right, "?scope=read", grant, 400, "invalid_request"},
		{"LIM-BODY-05 other parameters there are nobody's", right, "?utm=x", grant, 200, ""},
		{"RFC6749-2.3-01 two methods at once", right, "", grant + "&" + secret, 400, "invalid_request"},
		{"RFC6749-2.3-01 Basic and an assertion", right, "", grant + "&client_assertion=a.b.c&client_assertion_type=x", 401, "invalid_client"},
		{"RFC6749-2.3-02 client_id of another", right, "", grant + "&client_id=other", 400, "invalid_request"},
		{"RFC6749-2.3-02 client_id of the same", right, "", grant + "&client_id=app", 200, ""},
		{"RFC6749-2.3-03 a public client may not", "", "", grant + "&client_id=native", 400, "unauthorized_client"},
		{"RFC6749-2.3-03 a secret sent by a public client proves nothing", "", "", grant + "&client_id=native&client_secret=x", 401, "invalid_client"},
		{"RFC6749-5.2-01 a wrong secret", basicAuth("app:wrong"), "", grant, 401, "invalid_client"},
		{"RFC6749-5.2-01 an unknown client, by post", "", "", grant + "&client_id=nobody&client_secret=x", 401, "invalid_client"},
		{"a confidential client without its secret", "", "", grant + "&client_id=app", 401, "invalid_client"},
		{"no client", "", "", grant, 401, "invalid_client"},
		{"another scheme", "Bearer abc", "", grant, 401, "invalid_client"},
		{"Basic that does not decode", "Basic %%%", "", grant, 401, "invalid_client"},
		{"LIM-UTF8-01 a client that cannot be", "", "", grant + "&client_id=%ff%fe", 400, "invalid_request"},
		{"LIM-UTF8-01 a client with NUL", "", "", grant + "&client_id=a%00b", 401, "invalid_client"},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := newWorld(t).tokenRequest(row.authorization, row.query, row.body)
			require.Equal(t, row.status, a.StatusCode, a.text)
			assert.Equal(t, row.code, a.Error)
			t.Run("RFC9110-11.6.1-01 a 401 has a challenge, and no other status", func(t *testing.T) {
				assert.Equal(t, row.status == 401, strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic realm="))
			})
			assert.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		})
	}
}

func TestSecretsAreFormEncoded(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.store.PutClient(context.Background(), store.Client{
		ID: "a:b", Owner: "1", Secrets: []store.Secret{{Digest: store.DigestOf("p%+ é")}}, Scopes: []string{"read"}, GrantTypes: []string{"client_credentials"},
	}))
	t.Run("RFC6749-2.3.1-01 id and secret are decoded after the base64", func(t *testing.T) {
		encoded := basicAuth(url.QueryEscape("a:b") + ":" + url.QueryEscape("p%+ é"))
		assert.Equal(t, 200, w.tokenRequest(encoded, "", "grant_type=client_credentials").StatusCode)
		assert.Equal(t, 401, w.tokenRequest(basicAuth("a:b:p%+ é"), "", "grant_type=client_credentials").StatusCode, "sent raw")
	})
}

func TestSecretRotation(t *testing.T) {
	w := newWorld(t)
	client, err := w.store.Client(context.Background(), "app")
	require.NoError(t, err)
	client.Secrets = []store.Secret{
		{Digest: store.DigestOf("the new one")},
		{Digest: store.DigestOf(secretOf("app")), Expires: w.clock().Add(time.Hour)},
	}
	require.NoError(t, w.store.PutClient(context.Background(), client))
	old := func() int { return w.token("app", "grant_type", "client_credentials").StatusCode }
	fresh := func() int {
		return w.tokenRequest(basicAuth("app:the+new+one"), "", "grant_type=client_credentials").StatusCode
	}
	assert.Equal(t, []int{200, 200}, []int{old(), fresh()}, "both work while they overlap")
	w.advance(time.Hour)
	assert.Equal(t, []int{401, 200}, []int{old(), fresh()}, "then the new one alone")
}

func TestWrongSecretsAreLimitedPerClient(t *testing.T) {
	t.Run("SEC-RATE-02 one limit over all endpoints that check the same secret", func(t *testing.T) {
		w := newWorld(t, func(c *oauth2.Config) {
			limits, err := throttle.New(throttle.Config{Counters: c.Once.(store.Counters), PerAccountAddress: 9, Clock: c.Clock})
			require.NoError(t, err)
			c.Throttle = limits
		})
		wrong := func(path string) answer {
			r := httptest.NewRequest("POST", issuer+path, strings.NewReader("token=x&grant_type=client_credentials"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth("app", "wrong")
			return w.request(r)
		}
		for i := range 9 {
			require.Equal(t, 401, wrong([]string{"/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"}[i%3]).StatusCode)
		}
		limited := wrong("/oauth2/token")
		assert.Equal(t, http.StatusTooManyRequests, limited.StatusCode)
		assert.NotEmpty(t, limited.Header.Get("Retry-After"))
		assert.Equal(t, http.StatusTooManyRequests, w.token("app", "grant_type", "client_credentials").StatusCode, "for the right one too")
		assert.Equal(t, 200, w.token("other", "grant_type", "client_credentials").StatusCode, "and no other client")
		w.advance(time.Minute)
		assert.Equal(t, 200, w.token("app", "grant_type", "client_credentials").StatusCode)
	})
}
