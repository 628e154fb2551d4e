package oauth1_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

func TestTransport(t *testing.T) {
	p, insecure := newProvider(t), newProvider(t, func(c *oauth1.ServerConfig) { c.InsecureAllowHTTP = true })
	t.Run("RFC5849-2-01 clear HTTP is refused, but not on loopback", func(t *testing.T) {
		for _, path := range []string{"/oauth/request_token", "/oauth/access_token"} {
			call := beginCall(callbackURL)
			call.URL = "http://api.example.com" + path
			r := p.consumer().Request(call)
			r.RemoteAddr = "192.0.2.1:1234"
			answer := p.do(r)
			assert.Equal(t, 403, answer.Code, path)
			assert.NotContains(t, answer.Body.String(), "oauth_token")
		}
		call := beginCall(callbackURL)
		call.URL = "http://127.0.0.1:8080/oauth/request_token"
		assert.Equal(t, 200, p.do(p.consumer().Request(call)).Code)
		r := insecure.consumer().Request(call)
		r.RemoteAddr = "192.0.2.1:1234"
		assert.Equal(t, 200, insecure.do(r).Code)
	})
}

func TestTemporaryCredentials(t *testing.T) {
	p, lenient := newProvider(t), newProvider(t, func(c *oauth1.ServerConfig) { c.AllowGET = true })
	status := func(p *provider, call client.Call) int { return p.do(p.consumer().Request(call)).Code }
	t.Run("RFC5849-2.1-01 a signed POST with oauth_callback", func(t *testing.T) {
		assert.Equal(t, 200, status(p, beginCall(callbackURL)))
		absent := beginCall(callbackURL)
		absent.Extra = nil
		answer := p.do(p.consumer().Request(absent))
		assert.Equal(t, 400, answer.Code)
		assert.Equal(t, "Bad request: oauth_callback is missing", readDocument(t, answer).Message)
		assert.Equal(t, 200, status(p, beginCall(callbackURL, [2]string{"oauth_token", ""})), "an empty token is none")
		assert.Equal(t, 400, status(p, beginCall(callbackURL, [2]string{"oauth_token", "x"})))
		get := beginCall(callbackURL)
		get.Method = "GET"
		refused := p.do(p.consumer().Request(get))
		assert.Equal(t, 405, refused.Code)
		assert.Equal(t, "POST", refused.Header().Get("Allow"))
		assert.Equal(t, 200, status(lenient, get))
		get.Method = "HEAD"
		assert.Equal(t, 405, status(lenient, get))
		wrong := p.consumer()
		wrong.Secret = "wrong"
		unsigned := p.do(wrong.Request(beginCall(callbackURL)))
		assert.Equal(t, 401, unsigned.Code)
		assert.Equal(t, `OAuth realm="api"`, unsigned.Header().Get("WWW-Authenticate"))
		assert.Equal(t, document{Status: 401, Message: "Could not authenticate:"}, readDocument(t, unsigned))
	})
	t.Run("RFC5849-2.1-02 the answer is a form with the credentials", func(t *testing.T) {
		answer := p.do(p.consumer().Request(beginCall(callbackURL)))
		assert.Equal(t, 200, answer.Code)
		assert.Equal(t, "application/x-www-form-urlencoded", answer.Header().Get("Content-Type"))
		assert.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
		values, err := url.ParseQuery(answer.Body.String())
		require.NoError(t, err)
		assert.Equal(t, []string{"true"}, values["oauth_callback_confirmed"])
		assert.Regexp(t, "^[0-9A-Za-z_]{43}$", values.Get("oauth_token"))
		assert.Regexp(t, "^[0-9A-Za-z_]{43}$", values.Get("oauth_token_secret"))
		assert.Len(t, values, 3)
	})
	t.Run("RFC5849-2.1-03 an absolute URI or oob", func(t *testing.T) {
		assert.Equal(t, 200, status(p, beginCall("oob")))
		evil := []string{"OOB", "/rel", "javascript:1", "javascript://x/%0aalert(1)", "", "client.example/cb", "//client.example/cb", "data:text/html,x",
			"https:", "https:///cb", "https://client.example/cb#f", "https://client.example/cb ", " oob", "http://u:p@client.example/cb"}
		p.changeClient(appKey, func(c *store.Client) { c.RedirectURIs = append(c.RedirectURIs, evil...) })
		for _, callback := range evil {
			assert.Equal(t, 400, status(p, beginCall(callback)), callback)
		}
	})
	t.Run("RFC5849-2.1-04 a callback that is registered, exactly", func(t *testing.T) {
		for _, callback := range []string{
			"https://evil.example/cb", "https://client.example/", "https://client.example/cb/", "https://client.example/cb?x=1", "https://CLIENT.example/cb",
			"http://client.example/cb", "https://client.example:443/cb", "https://client.example/cb/../evil", "https://client.example/CB",
		} {
			answer := p.do(p.consumer().Request(beginCall(callback)))
			assert.Equal(t, 400, answer.Code, callback)
			assert.NotContains(t, answer.Body.String(), "oauth_token")
		}
		assert.Equal(t, 200, status(p, beginCall("https://client.example/ready?x=1")))
		forger := p.consumer()
		forger.Secret = "guessed"
		assert.Equal(t, 401, p.do(forger.Request(beginCall("https://evil.example/cb"))).Code, "only the app learns what is registered")
	})
	t.Run("parameters in the header, the body or the query", func(t *testing.T) {
		for _, place := range []client.Place{client.InHeader, client.InForm, client.InQuery} {
			call := beginCall(callbackURL)
			call.Place = place
			assert.Equal(t, 200, status(p, call), place)
		}
	})
	t.Run("what is too much", func(t *testing.T) {
		call := beginCall(callbackURL)
		call.Form = "a=" + strings.Repeat("x", 64<<10)
		assert.Equal(t, 413, status(p, call))
		chunked := p.consumer().Request(call)
		chunked.ContentLength = -1
		assert.Equal(t, 413, p.do(chunked).Code)
		call.Form = strings.Repeat("a=1&", 101)
		assert.Equal(t, 400, status(p, call))
		coded := p.consumer().Request(beginCall(callbackURL))
		coded.Header.Set("Content-Encoding", "gzip")
		assert.Equal(t, 415, p.do(coded).Code)
		twice := p.consumer().Request(beginCall(callbackURL))
		twice.Header.Add("Authorization", "OAuth")
		assert.Equal(t, 400, p.do(twice).Code)
		long := p.consumer().Request(beginCall(callbackURL, [2]string{"oauth_x", strings.Repeat("x", 17000)}))
		assert.Equal(t, 400, p.do(long).Code)
	})
	t.Run("a request is good once", func(t *testing.T) {
		r := p.consumer().Request(beginCall(callbackURL))
		assert.Equal(t, 200, p.do(r).Code)
		assert.Equal(t, 401, p.do(r).Code)
	})
}

func TestScopeParameter(t *testing.T) {
	p := newProvider(t)
	for asked, status := range map[string]int{
		"": 200, "products:read": 200, "products:read products:write": 200, "products:write,products:read": 200, "products:read, products:write": 200,
		"products:fly": 400, "users:read": 400, "products:read users:read": 400, "Products:read": 400,
	} {
		for _, call := range []client.Call{
			{Method: "POST", URL: providerURL + "/oauth/request_token?scope=" + url.QueryEscape(asked)},
			{Method: "POST", URL: providerURL + "/oauth/request_token", Form: "scope=" + url.QueryEscape(asked)},
		} {
			call.Extra = client.Pairs{{"oauth_callback", callbackURL}}
			assert.Equal(t, status, p.do(p.consumer().Request(call)).Code, asked)
		}
	}
}

func TestScopeTwice(t *testing.T) {
	p := newProvider(t)
	call := beginCall(callbackURL)
	call.Form = "scope=products%3Aread&scope=products%3Awrite"
	assert.Equal(t, 400, p.do(p.consumer().Request(call)).Code)
	service := p.service(p.scheme())
	assert.Equal(t, 200, service.status(p.app().Request(client.Call{URL: home + "&scope=a&scope=b"})), "elsewhere it is the host's own parameter")
}

func TestOwnersWhoMayNotUseTheAPI(t *testing.T) {
	p := newProvider(t)
	app := p.begin(callbackURL)
	verifier := p.approve("u2", app.Token)
	for _, row := range []struct {
		state   store.State
		message string
	}{{store.Locked, "No API Access"}, {store.Disabled, "API Access is disabled"}} {
		require.NoError(t, p.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", State: row.state, Scopes: everyScope}))
		for _, answer := range []func() *http.Request{
			func() *http.Request { return p.consumer().Request(beginCall(callbackURL)) },
			func() *http.Request { return app.Request(exchangeCall(verifier)) },
		} {
			refused := p.do(answer())
			assert.Equal(t, 403, refused.Code)
			assert.Equal(t, row.message, readDocument(t, refused).Message)
		}
	}
	assert.Empty(t, p.issuedTokens())
	require.NoError(t, p.store.UpdateUser(t.Context(), store.User{ID: "u1", Name: "Aladdin", Scopes: everyScope}))
	require.NoError(t, p.store.UpdateUser(t.Context(), store.User{ID: "u2", Name: "Jasmine", State: store.Locked, Scopes: everyScope}))
	assert.Equal(t, 403, p.do(app.Request(exchangeCall(verifier))).Code, "the user who approved")
	assert.Empty(t, p.issuedTokens())
}

func TestObservations(t *testing.T) {
	p := newProvider(t)
	p.begin(callbackURL)
	wrong := p.consumer()
	wrong.Secret = "wrong"
	p.do(wrong.Request(beginCall(callbackURL)))
	p.visit("u1", "bogus")
	require.Len(t, p.observed, 3)
	assert.Equal(t, 200, p.observed[0].Status)
	assert.Equal(t, appKey, p.observed[0].Client)
	assert.Equal(t, "127.0.0.1", p.observed[0].Address.String())
	assert.Equal(t, "wrong_signature", p.observed[1].Reason)
	assert.Equal(t, 401, p.observed[1].Status)
	assert.Equal(t, "unknown_token", p.observed[2].Reason)
	assert.Equal(t, 400, p.observed[2].Status)
}

func TestServerConfig(t *testing.T) {
	p := newProvider(t)
	for name, change := range map[string]func(c *oauth1.ServerConfig){
		"no scheme":          func(c *oauth1.ServerConfig) { c.Scheme = nil },
		"no grants":          func(c *oauth1.ServerConfig) { c.Grants = nil },
		"no handles":         func(c *oauth1.ServerConfig) { c.Handles = nil },
		"no interactions":    func(c *oauth1.ServerConfig) { c.Interactions = nil },
		"no pages":           func(c *oauth1.ServerConfig) { c.Pages = nil },
		"a negative life":    func(c *oauth1.ServerConfig) { c.TokenLife = -1 },
		"tokens of 15 bytes": func(c *oauth1.ServerConfig) { c.NewToken = func() string { return strings.Repeat("x", 15) } },
		"tokens of 256":      func(c *oauth1.ServerConfig) { c.NewToken = func() string { return strings.Repeat("x", 256) } },
	} {
		cfg := oauth1.ServerConfig{Scheme: p.scheme(), Grants: p.store, Handles: p.store, Interactions: p.interactions, Pages: p}
		change(&cfg)
		_, err := oauth1.NewServer(cfg)
		assert.Error(t, err, name)
	}
}
