package oauth1_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

const home = "https://api.example.com/v2/products?size=original"

func TestWhoSigned(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	require.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})))
	assert.Equal(t, auth.Identity{
		Kind: auth.User, Subject: "u1", Username: "Aladdin", ClientKey: appKey, Scheme: "OAuth",
		Scopes: everyScope, TokenID: "t1", GrantID: "g-t1",
	}, service.seen.identity)
}

func TestScopesAreThoseThatEverybodyHoldsNow(t *testing.T) {
	w := newWorld(t)
	w.putToken("narrow", "narrow", "s", appKey, "u1", func(t *store.Token) { t.Scopes = everyScope[:1] })
	narrow := w.app()
	narrow.Token, narrow.TokenSecret = "narrow", "s"
	service := w.service(w.scheme())
	write := client.Call{Method: "POST", URL: "https://api.example.com/write"}
	t.Run("RFC5849-2.3-06 a token for reading does not write", func(t *testing.T) {
		assert.Equal(t, 200, service.status(narrow.Request(client.Call{URL: home})))
		answer := service.do(narrow.Request(write))
		assert.Equal(t, 403, answer.Code)
		assert.Contains(t, readDocument(t, answer).Message, "products:write")
	})
	assert.Equal(t, 200, service.status(w.app().Request(write)))
	w.changeClient(appKey, func(c *store.Client) { c.Scopes = everyScope[:1] })
	assert.Equal(t, 403, service.status(w.app().Request(write)), "the app lost a scope")
	w.changeClient(appKey, func(c *store.Client) { c.Scopes = everyScope })
	require.NoError(t, w.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", Scopes: everyScope[:1]}))
	assert.Equal(t, 403, service.status(w.app().Request(write)), "the user lost a scope")
}

func TestProtocolParameters(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	with := func(name, value string) client.Call {
		return client.Call{URL: home, Extra: client.Pairs{{name, value}}}
	}
	without := func(names ...string) client.Call { return client.Call{URL: home, Without: names} }
	late := w.clock.Now().Unix()
	for _, row := range []struct {
		name   string
		call   client.Call
		status int
	}{
		{"a plain request", client.Call{URL: home}, 200},
		{"RFC5849-3.1-02 another case of a name is another parameter", client.Call{
			URL: home, Extra: client.Pairs{{"OAUTH_NONCE", "x"}}, Without: []string{"oauth_nonce"}}, 400},
		{"RFC5849-3.1-02 another case of a method is another method", with("oauth_signature_method", "hmac-sha1"), 400},
		{"RFC5849-3.1-03 version 1.0", with("oauth_version", "1.0"), 200},
		{"RFC5849-3.1-03 version 1.0a", with("oauth_version", "1.0a"), 400},
		{"RFC5849-3.1-03 version 1.0A without the option", with("oauth_version", "1.0A"), 400},
		{"RFC5849-3.1-03 version 2.0", with("oauth_version", "2.0"), 400},
		{"RFC5849-3.1-03 an empty version", with("oauth_version", ""), 400},
		{"RFC5849-3.1-04 no nonce", without("oauth_nonce"), 400},
		{"RFC5849-3.1-04 no timestamp", without("oauth_timestamp"), 400},
		{"RFC5849-3.1-04 neither", without("oauth_nonce", "oauth_timestamp"), 400},
		{"RFC5849-3.2-04 an empty nonce", with("oauth_nonce", ""), 400},
		{"RFC5849-3.2-04 no consumer key", without("oauth_consumer_key"), 400},
		{"RFC5849-3.2-04 no signature method", without("oauth_signature_method"), 400},
		{"RFC5849-3.2-04 an unknown consumer key", with("oauth_consumer_key", "nobody"), 401},
		{"RFC5849-3.2-04 an unknown token", with("oauth_token", "nothing"), 401},
		{"RFC5849-3.2-04 a wrong signature", with("oauth_signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), 401},
		{"RFC5849-3.2-04 a signature that is no base64", with("oauth_signature", "?"), 401},
		{"RFC5849-3.3-01 timestamp 0", with("oauth_timestamp", "0"), 400},
		{"RFC5849-3.3-01 timestamp -1", with("oauth_timestamp", "-1"), 400},
		{"RFC5849-3.3-01 timestamp 1.5", with("oauth_timestamp", "1.5"), 400},
		{"RFC5849-3.3-01 timestamp 1e9", with("oauth_timestamp", "1e9"), 400},
		{"RFC5849-3.3-01 an empty timestamp", with("oauth_timestamp", ""), 400},
		{"RFC5849-3.3-01 a timestamp beyond 64 bits", with("oauth_timestamp", "99999999999999999999"), 400},
		{"RFC5849-3.3-01 full-width digits", with("oauth_timestamp", "１７０００００００００"), 400},
		{"RFC5849-3.3-02 a timestamp at the window's edge", with("oauth_timestamp", fmt.Sprint(late-300)), 200},
		{"RFC5849-3.3-02 301 seconds old", with("oauth_timestamp", fmt.Sprint(late-301)), 401},
		{"RFC5849-3.3-02 300 seconds ahead", with("oauth_timestamp", fmt.Sprint(late+300)), 200},
		{"RFC5849-3.3-02 301 seconds ahead", with("oauth_timestamp", fmt.Sprint(late+301)), 401},
		{"RFC5849-3.3-05 a nonce of 4 KiB", with("oauth_nonce", strings.Repeat("n", 4096)), 400},
		{"a nonce of 255 bytes", with("oauth_nonce", strings.Repeat("n", 255)), 200},
		{"a consumer key of 256 bytes", with("oauth_consumer_key", strings.Repeat("k", 256)), 400},
		{"a consumer key that no store should see", with("oauth_consumer_key", "a\x00b"), 401},
		{"RFC5849-3.4.1.3.1-05 an unknown protocol parameter that is signed", with("oauth_foo", "bar"), 200},
		{"no token", without("oauth_token"), 401},
		{"an empty token counts as none", with("oauth_token", ""), 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			calls := service.seen.calls
			answer := service.do(w.app().Request(row.call))
			assert.Equal(t, row.status, answer.Code, answer.Body)
			if row.status == 200 {
				return
			}
			assert.Equal(t, calls, service.seen.calls)
			doc := readDocument(t, answer)
			if row.status == 401 {
				assert.Equal(t, document{Status: 401, Message: "Could not authenticate:"}, doc)
				assert.Equal(t, []string{`OAuth realm="api"`}, answer.Header()["Www-Authenticate"])
			} else {
				assert.True(t, strings.HasPrefix(doc.Message, "Bad request: "), doc.Message)
				assert.Empty(t, answer.Header()["Www-Authenticate"])
			}
			for _, secret := range []string{appSecret, tokenSecret, "oauth_token%3D", tokenText} {
				assert.NotContains(t, answer.Body.String(), secret)
			}
		})
	}
	t.Run("RFC5849-3.1-03 version 1.0A with the option, and 2.0 not even then", func(t *testing.T) {
		service := w.service(w.scheme(func(c *oauth1.Config) { c.AllowVersion1_0A = true }))
		for version, status := range map[string]int{"1.0": 200, "1.0A": 200, "2.0": 400, "1.0a": 400} {
			assert.Equal(t, status, service.status(w.app().Request(with("oauth_version", version))), version)
		}
	})
	t.Run("RFC5849-3.4.1.3.1-05 an unknown protocol parameter that was added after signing", func(t *testing.T) {
		r := w.app().Request(client.Call{URL: home})
		r.Header.Set("Authorization", r.Header.Get("Authorization")+`, oauth_foo="bar"`)
		assert.Equal(t, 401, service.status(r))
	})
	t.Run("RFC5849-3.1-01 a parameter twice in the header, and one in header and query", func(t *testing.T) {
		r := w.app().Request(client.Call{URL: home})
		r.Header.Set("Authorization", r.Header.Get("Authorization")+`, oauth_nonce="again"`)
		assert.Equal(t, 400, service.status(r))
		assert.Equal(t, 400, service.status(w.app().Request(client.Call{URL: home + "&oauth_token=" + tokenText})))
	})
}

func TestEveryChangeAfterSigningIsSeen(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	call := client.Call{Method: "POST", URL: "https://api.example.com/v2/a%2Fb?x=1&y=2", Form: "c=3&d=4+5"}
	require.Equal(t, 200, service.status(w.app().Request(call)))
	t.Run("RFC5849-3.2-01 one character of method, path, query or body", func(t *testing.T) {
		body := func(text string) func(*http.Request) {
			return func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(text)) }
		}
		for name, change := range map[string]func(r *http.Request){
			"the method":            func(r *http.Request) { r.Method = "PUT" },
			"the method's case":     func(r *http.Request) { r.Method = "POSt" },
			"the path":              func(r *http.Request) { r.RequestURI = strings.Replace(r.RequestURI, "v2", "v3", 1) },
			"an escape in the path": func(r *http.Request) { r.RequestURI = strings.Replace(r.RequestURI, "%2F", "%2f", 1) },
			"a value in the query":  func(r *http.Request) { r.URL.RawQuery = "x=1&y=3" },
			"a name in the query":   func(r *http.Request) { r.URL.RawQuery = "x=1&z=2" },
			"more in the query":     func(r *http.Request) { r.URL.RawQuery = "x=1&y=2&z" },
			"the host":              func(r *http.Request) { r.Host = "api.example.org" },
			"the port":              func(r *http.Request) { r.Host = "api.example.com:8443" },
			"the scheme":            func(r *http.Request) { r.TLS = nil },
			"a value in the body":   body("c=3&d=4+6"),
			"a name in the body":    body("c=3&e=4+5"),
			"more in the body":      body("c=3&d=4+5&e="),
			"less in the body":      body("c=3"),
			"the body to the query": func(r *http.Request) { r.URL.RawQuery += "&c=3"; body("d=4")(r) },
		} {
			r := w.app().Request(call)
			change(r)
			assert.Equal(t, 401, service.status(r), name)
		}
	})
	t.Run("RFC5849-3.2-01 one character of the signature", func(t *testing.T) {
		stamp := client.Pairs{{"oauth_nonce", "once"}, {"oauth_timestamp", fmt.Sprint(w.clock.Now().Unix())}}
		right := w.app().Signature(client.Call{URL: home, Extra: stamp})
		send := func(signature string) int {
			return service.status(w.app().Request(client.Call{URL: home, Extra: append(stamp, [2]string{"oauth_signature", signature})}))
		}
		for i := range len(right) {
			for _, other := range []byte{right[i] ^ 1, right[i] ^ 0x20, '+', 0} {
				if other != right[i] {
					assert.Equal(t, 401, send(right[:i]+string(rune(other))+right[i+1:]), "%q at %d", other, i)
				}
			}
		}
		assert.Equal(t, 200, send(right))
	})
}

func TestTokensThatDoNotCount(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	at := w.clock.Now()
	w.putToken("expired", "expired", "s", appKey, "u1", func(t *store.Token) { t.Expires = at })
	w.putToken("lasting", "lasting", "s", appKey, "u1", func(t *store.Token) { t.Expires = at.Add(time.Second) })
	w.putToken("revoked", "revoked", "s", appKey, "u1")
	w.putToken("ungranted", "ungranted", "s", appKey, "u1")
	w.putToken("bearer", "bearer", "s", appKey, "u1", func(t *store.Token) { t.Kind = store.AccessToken })
	w.putToken("unsealed", "unsealed", "", appKey, "u1", func(t *store.Token) { t.Sealed = nil })
	_, err := w.store.RevokeTokens(t.Context(), store.TokenFilter{ID: "revoked"}, at)
	require.NoError(t, err)
	_, err = w.store.RevokeGrants(t.Context(), store.GrantFilter{ID: "g-ungranted"}, at)
	require.NoError(t, err)
	status := func(token, secret string) int {
		app := w.app()
		app.Token, app.TokenSecret = token, secret
		return service.status(app.Request(client.Call{URL: home}))
	}
	require.Equal(t, 200, status("lasting", "s"))
	for _, row := range []struct{ name, token, secret string }{
		{"RFC5849-3.2-03 a revoked token", "revoked", "s"},
		{"RFC5849-3.2-03 a token whose grant was revoked", "ungranted", "s"},
		{"RFC5849-3.2-03 an expired token", "expired", "s"},
		{"RFC5849-3.2-03 a token of consumer A signed by consumer B", otherToken, otherSecond},
		{"a token of another kind", "bearer", "s"},
		{"a token without a secret", "unsealed", ""},
	} {
		t.Run(row.name, func(t *testing.T) { assert.Equal(t, 401, status(row.token, row.secret)) })
	}
	t.Run("RFC5849-3.2-03 consumer B in the name of consumer A", func(t *testing.T) {
		app := w.app()
		app.Secret = otherSecret
		assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})))
	})
}

func TestRevocation(t *testing.T) {
	at := newClock().Now()
	for name, end := range map[string]func(w *world) error{
		"the token": func(w *world) error {
			_, err := w.store.RevokeTokens(context.Background(), store.TokenFilter{User: "u1", Client: appKey}, at)
			return err
		},
		"the user's grant to the app": func(w *world) error {
			_, err := w.store.RevokeGrants(context.Background(), store.GrantFilter{User: "u1", Client: appKey}, at)
			return err
		},
		"the app, which is switched off": func(w *world) error {
			w.changeClient(appKey, func(c *store.Client) { c.Revoked = at })
			return nil
		},
		"the app, which is removed":  func(w *world) error { return w.store.DeleteClient(context.Background(), appKey) },
		"the user, which is removed": func(w *world) error { return w.store.DeleteUser(context.Background(), "u1") },
	} {
		t.Run("OAUTH1-REV-01 holds for the next request: "+name, func(t *testing.T) {
			w := newWorld(t)
			service := w.service(w.scheme())
			require.Equal(t, 200, service.status(w.app().Request(client.Call{URL: home})))
			require.NoError(t, end(w))
			assert.Equal(t, 401, service.status(w.app().Request(client.Call{URL: home})))
		})
	}
}

func TestTheClientKeyIsTheConsumerKey(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	for key, status := range map[string]int{"": 200, appKey: 200, otherKey: 400, "nobody": 400} {
		r := w.app().Request(client.Call{URL: home})
		r.Header.Set("X-Client-Key", key)
		assert.Equal(t, status, service.status(r), key)
	}
}

func TestConfig(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(c *oauth1.Config){
		"no realm":                 func(c *oauth1.Config) { c.Realm = "" },
		"no methods":               func(c *oauth1.Config) { c.Methods = nil },
		"an unknown method":        func(c *oauth1.Config) { c.Methods = []oauth1.Method{"HMAC-MD5"} },
		"PLAINTEXT among them":     func(c *oauth1.Config) { c.Methods = []oauth1.Method{oauth1.Plaintext} },
		"clear PLAINTEXT alone":    func(c *oauth1.Config) { c.InsecurePlaintextOverHTTP = true },
		"no clients":               func(c *oauth1.Config) { c.Clients = nil },
		"no users":                 func(c *oauth1.Config) { c.Users = nil },
		"no tokens":                func(c *oauth1.Config) { c.Tokens = nil },
		"no once":                  func(c *oauth1.Config) { c.Once = nil },
		"no ring":                  func(c *oauth1.Config) { c.Ring = nil },
		"a base URL with a query":  func(c *oauth1.Config) { c.BaseURL = "https://x/?y" },
		"a window of two hours":    func(c *oauth1.Config) { c.Window = 2 * time.Hour },
		"a window of half seconds": func(c *oauth1.Config) { c.Window = 500 * time.Millisecond },
		"a negative window":        func(c *oauth1.Config) { c.Window = -time.Second },
		"a negative body":          func(c *oauth1.Config) { c.MaxBody = -1 },
	} {
		_, err := oauth1.New(w.config(change))
		assert.Error(t, err, name)
	}
	_, err := oauth1.New(w.config(func(c *oauth1.Config) { c.Methods, c.AllowPlaintext = nil, true }))
	assert.NoError(t, err)
}

func TestChallenges(t *testing.T) {
	scheme := newWorld(t).scheme()
	assert.Len(t, scheme.Challenges(nil, auth.Refuse("", "")), 1)
	for _, kind := range []autherr.Kind{autherr.BadRequest, autherr.Forbidden, autherr.Unavailable, autherr.TooManyRequests} {
		assert.Empty(t, scheme.Challenges(nil, &autherr.Error{Kind: kind}))
	}
}
