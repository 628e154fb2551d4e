package main_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	dghubble "github.com/dghubble/oauth1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// legs is an app of the demo as dghubble/oauth1 is configured.
func legs(s *apitest.Server, name, callback string, signer dghubble.Signer) *dghubble.Config {
	c := s.Credentials.Clients[name]
	return &dghubble.Config{
		ConsumerKey: c.ClientKey, ConsumerSecret: c.ClientSecret, CallbackURL: callback, Signer: signer,
		Endpoint: dghubble.Endpoint{
			RequestTokenURL: s.BaseURL + "/v2/oauth/request_token",
			AuthorizeURL:    s.BaseURL + "/v2/oauth/authorize",
			AccessTokenURL:  s.BaseURL + "/v2/oauth/access_token",
		},
	}
}

// verifierOf is the verifier that a view leads back with, or shows.
func verifierOf(t *testing.T, view apitest.View) string {
	t.Helper()
	if view.Left != nil {
		return view.Left.Query().Get("oauth_verifier")
	}
	found := regexp.MustCompile(`data-verifier[^>]*>([^<]+)<`).FindStringSubmatch(view.Body)
	require.Len(t, found, 2, view.Body)
	return strings.TrimSpace(found[1])
}

// walk has a person allow an app by all three legs, and returns the app's token.
func walk(t *testing.T, s *apitest.Server, user string, config *dghubble.Config) *dghubble.Token {
	t.Helper()
	token, secret, err := config.RequestToken()
	require.NoError(t, err)
	link, err := config.AuthorizationURL(token)
	require.NoError(t, err)
	token, secret, err = config.AccessToken(token, secret, verifierOf(t, s.Visitor().Decide(user, link.String(), "allow")))
	require.NoError(t, err)
	return dghubble.NewToken(token, secret)
}

const callback = "http://127.0.0.1:9999/callback"

func TestAppsWalkAllThreeLegs(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	secret := s.Credentials.Clients["aladdin_app"].ClientSecret
	for _, row := range []struct {
		says, app, user, callback string
		signer                    dghubble.Signer
		scopes                    string
	}{
		{"HMAC-SHA1 and a callback", "aladdin_app", "unicode", callback, &dghubble.HMACSigner{ConsumerSecret: secret}, `"products:read","products:write","users:read"`},
		{"HMAC-SHA256 and a code that a person types", "aladdin_app", "unicode", "oob", &dghubble.HMAC256Signer{ConsumerSecret: secret}, `"products:read","products:write","users:read"`},
		{"a scope that only the user lacks is left out", "aladdin_app", "jasmine", callback, &dghubble.HMACSigner{ConsumerSecret: secret}, `"products:read"`},
		{"RSA-SHA1", "rsa_app", "unicode", callback, &dghubble.RSASigner{PrivateKey: privateKey(t, s)}, `"products:read"`},
		{"an app that must use OAuth", "published_app", "jasmine", callback, nil, `"products:read"`},
	} {
		t.Run(row.says, func(t *testing.T) {
			config := legs(s, row.app, row.callback, row.signer)
			app := config.Client(t.Context(), walk(t, s, row.user, config))
			answer, err := app.Get(s.BaseURL + "/v2/products?a=b+c&d=%C3%A9~")
			require.NoError(t, err)
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprintf(`{"user":%q,"client_key":%q,"scheme":"OAuth","scopes":[%s]}`+"\n",
				s.Credentials.Users[row.user].Username, s.Key(row.app), row.scopes), string(text))
		})
	}
}

func TestAPersonDeniesAnAppOfOAuth1(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	config := legs(s, "aladdin_app", callback, nil)
	token, secret, err := config.RequestToken()
	require.NoError(t, err)
	link, err := config.AuthorizationURL(token)
	require.NoError(t, err)
	v := s.Visitor()
	view := v.Decide("jasmine", link.String(), "deny")
	require.NotNil(t, view.Left)
	assert.Equal(t, url.Values{"oauth_token": {token}, "oauth_problem": {"user_refused"}}, view.Left.Query())
	_, _, err = config.AccessToken(token, secret, "x")
	assert.Error(t, err)
	assert.Equal(t, 400, v.Open(link.String()).Status, "the temporary credentials are dead")
}

// A signed request of OAuth 1.0a, written out, so that a test can send what no client would.
type signed struct {
	method, target      string
	key, secret         string
	token, tokenSecret  string
	algorithm           string
	more                url.Values // further parameters, or others in the place of the usual ones; an empty one is left out
	form                url.Values
	inQuery, inForm     bool
	afterSigning, field string
}

// request is the request.
func (c signed) request(t *testing.T, s *apitest.Server) *http.Request {
	t.Helper()
	protocol := url.Values{
		"oauth_consumer_key": {c.key}, "oauth_token": {c.token}, "oauth_signature_method": {c.algorithm}, "oauth_version": {"1.0"},
		"oauth_timestamp": {strconv.FormatInt(time.Now().Unix(), 10)}, "oauth_nonce": {rand.Text()},
	}
	for name, values := range c.more {
		protocol[name] = values
	}
	for name, values := range protocol {
		if values[0] == "" {
			delete(protocol, name)
		}
	}
	protocol.Set("oauth_signature", c.sign(t, s, protocol))
	path, query, _ := strings.Cut(c.target, "?")
	form := url.Values{}
	for name, values := range c.form {
		form[name] = values
	}
	fields := []string{}
	switch {
	case c.inQuery:
		query = strings.TrimPrefix(query+"&"+protocol.Encode(), "&")
	case c.inForm:
		for name, values := range protocol {
			form[name] = values
		}
	default:
		var list []string
		for name, values := range protocol {
			list = append(list, name+`="`+escape(values[0])+`"`)
		}
		slices.Sort(list)
		fields = []string{"Authorization", "OAuth " + strings.Join(list, ", ") + c.field}
	}
	if query != "" {
		path += "?" + query
	}
	path += c.afterSigning
	if len(form) > 0 {
		return s.Post(path, form, fields...)
	}
	return s.NewRequest(c.method, path, fields...)
}

// escape is percent-encoding (RFC 5849 §3.6).
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// sign is the signature (RFC 5849 §3.4).
func (c signed) sign(t *testing.T, s *apitest.Server, protocol url.Values) string {
	t.Helper()
	secrets := escape(c.secret) + "&" + escape(c.tokenSecret)
	if c.algorithm == "PLAINTEXT" {
		return secrets
	}
	path, query, _ := strings.Cut(c.target, "?")
	parsed, err := url.ParseQuery(query)
	require.NoError(t, err)
	var pairs []string
	for _, values := range []url.Values{protocol, parsed, c.form} {
		for name, list := range values {
			for _, value := range list {
				pairs = append(pairs, escape(name)+"="+escape(value))
			}
		}
	}
	slices.Sort(pairs)
	text := c.method + "&" + escape(s.BaseURL+path) + "&" + escape(strings.Join(pairs, "&"))
	family, digest, _ := strings.Cut(c.algorithm, "-")
	algorithm := map[string]struct {
		new  func() hash.Hash
		hash crypto.Hash
	}{"SHA1": {sha1.New, crypto.SHA1}, "SHA256": {sha256.New, crypto.SHA256}, "SHA512": {sha512.New, crypto.SHA512}}[digest]
	if family == "RSA" {
		sum := algorithm.new()
		sum.Write([]byte(text))
		signature, err := rsa.SignPKCS1v15(nil, privateKey(t, s), algorithm.hash, sum.Sum(nil))
		require.NoError(t, err)
		return base64.StdEncoding.EncodeToString(signature)
	}
	mac := hmac.New(algorithm.new, []byte(secrets))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// allowed is a request of an app that a person has allowed.
func allowed(t *testing.T, s *apitest.Server, app, user string) signed {
	t.Helper()
	c := s.Credentials.Clients[app]
	var signer dghubble.Signer
	algorithm := "HMAC-SHA256"
	if c.PrivateKeyPEM != "" {
		signer, algorithm = &dghubble.RSASigner{PrivateKey: privateKey(t, s)}, "RSA-SHA256"
	}
	token := walk(t, s, user, legs(s, app, callback, signer))
	return signed{
		method: "GET", target: "/v2", key: c.ClientKey, secret: c.ClientSecret,
		token: token.Token, tokenSecret: token.TokenSecret, algorithm: algorithm,
	}
}

func TestEverySignatureMethodAndPlace(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	hmacs, rsas := allowed(t, s, "aladdin_app", "unicode"), allowed(t, s, "rsa_app", "unicode")
	check := func(says string, c signed, change func(*signed)) {
		t.Run(says, func(t *testing.T) {
			change(&c)
			answer := apitest.Do(t, c.request(t, s))
			assert.Equal(t, 200, answer.Status, answer.Body)
			assert.Contains(t, answer.Body, `"user":"Jäsøn","client_key":"`+c.key+`","scheme":"OAuth"`)
		})
	}
	for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"} {
		check(method, hmacs, func(c *signed) { c.algorithm = method })
	}
	for _, method := range []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"} {
		check(method, rsas, func(c *signed) { c.algorithm = method })
	}
	check("PLAINTEXT without nonce and timestamp", hmacs, func(c *signed) {
		c.algorithm, c.more = "PLAINTEXT", url.Values{"oauth_nonce": {""}, "oauth_timestamp": {""}}
	})
	check("oauth_version 1.0A", hmacs, func(c *signed) { c.more = url.Values{"oauth_version": {"1.0A"}} })
	check("parameters in the query", hmacs, func(c *signed) { c.target, c.inQuery = "/v2/products?a=b", true })
	check("parameters in a form", hmacs, func(c *signed) {
		c.method, c.target, c.form, c.inForm = "POST", "/v2/products", url.Values{"name": {"lamp"}}, true
	})
	check("a form that is signed", hmacs, func(c *signed) { c.method, c.target, c.form = "POST", "/v2/products", url.Values{"name": {"lamp"}} })
	check("the client key besides, the same", hmacs, func(c *signed) { c.target = "/v2?client_key=" + c.key })
}

func TestTheTableOfAnswersForOAuth1(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	good := allowed(t, s, "aladdin_app", "jasmine")
	changed := func(change func(*signed)) *http.Request {
		c := good
		change(&c)
		return c.request(t, s)
	}
	more := func(name, value string) *http.Request {
		return changed(func(c *signed) { c.more = url.Values{name: {value}} })
	}
	replayed := good.request(t, s)
	require.Equal(t, 200, apitest.Do(t, replayed).Status)
	old := strconv.FormatInt(time.Now().Add(-10*time.Minute).Unix(), 10)
	for _, q := range []question{
		{says: "a wrong signature", r: changed(func(c *signed) { c.secret = "x" }), status: 401, message: failed},
		{says: "a query that was not signed", r: changed(func(c *signed) { c.afterSigning = "?a=b" }), status: 401, message: failed},
		{says: "an unknown consumer key", r: changed(func(c *signed) { c.key = "nobody" }), status: 401, message: failed},
		{says: "an unknown token", r: changed(func(c *signed) { c.token = "nobody" }), status: 401, message: failed},
		{says: "another app's token", r: changed(func(c *signed) {
			c.key, c.secret = s.Key("unicode_app"), s.Credentials.Clients["unicode_app"].ClientSecret
		}), status: 401, message: failed},
		{says: "no token (two-legged)", r: changed(func(c *signed) { c.token, c.tokenSecret = "", "" }), status: 401, message: failed},
		{says: "a method that this app may not use", r: changed(func(c *signed) { c.algorithm = "RSA-SHA256" }), status: 401, message: failed},
		{says: "a timestamp outside the window", r: more("oauth_timestamp", old), status: 401, message: failed},
		{says: "a request for the second time", r: replayed, status: 401, message: failed},

		{says: "a timestamp that is no number", r: more("oauth_timestamp", "now"), status: 400, message: "Bad request: oauth_timestamp is not a positive integer"},
		{says: "no nonce", r: more("oauth_nonce", ""), status: 400, message: "Bad request: oauth_nonce is missing"},
		{says: "another version", r: more("oauth_version", "2.0"), status: 400, message: "Bad request: oauth_version is not 1.0"},
		{says: "a parameter twice", r: changed(func(c *signed) { c.field = `, oauth_version="1.0"` }), status: 400, message: "Bad request: the Authorization field breaks the grammar of OAuth"},
		{says: "parameters in two places", r: changed(func(c *signed) { c.afterSigning = "?oauth_verifier=x" }), status: 400, message: "Bad request: protocol parameters stand in more than one place"},
		{says: "a client key that disagrees", r: changed(func(c *signed) { c.target = "/v2?client_key=other" }), status: 400, message: twoKeys},
		{says: "a form without credentials", r: s.Post("/v2/products", url.Values{"name": {"lamp"}}), status: 401, message: failed},
		{says: "a scope that is missing", r: changed(func(c *signed) { c.method, c.target = "POST", "/v2/products" }), status: 403, message: "This action needs the scope products:write"},
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
}

func TestTheTableOfAnswersForRequestTokens(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	request := func(app string, more url.Values, form url.Values) *http.Request {
		c := s.Credentials.Clients[app]
		if more == nil {
			more = url.Values{"oauth_callback": {callback}}
		}
		return signed{
			method: "POST", target: "/v2/oauth/request_token", key: c.ClientKey, secret: c.ClientSecret, algorithm: "HMAC-SHA1", more: more, form: form,
		}.request(t, s)
	}
	challenge := []string{oauth1}
	for _, q := range []question{
		{says: "an app that is unknown", r: request("nobody", url.Values{"oauth_consumer_key": {"nobody"}, "oauth_callback": {callback}}, nil), status: 401, message: failed, challenges: challenge},
		{says: "a public app", r: request("public_app", nil, nil), status: 401, message: failed, challenges: challenge},
		lockedOut(s, "locked", request("locked_app", url.Values{"oauth_callback": {"oob"}}, nil)),
		lockedOut(s, "disabled", request("disabled_app", url.Values{"oauth_callback": {"oob"}}, nil)),
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
	for says, r := range map[string]*http.Request{
		"no callback":                    request("aladdin_app", url.Values{}, nil),
		"a callback that is not its own": request("aladdin_app", url.Values{"oauth_callback": {"http://evil.example/"}}, nil),
		"a scope that is unknown":        request("aladdin_app", nil, url.Values{"scope": {"everything"}}),
		"a scope that the app lacks":     request("jasmine_app", nil, url.Values{"scope": {"users:read"}}),
	} {
		assert.Equal(t, 400, apitest.Do(t, r).Status, says)
	}
	for _, scope := range []string{"products:read users:read", "products:read,users:read"} {
		answer := apitest.Do(t, request("aladdin_app", nil, url.Values{"scope": {scope}}))
		assert.Equal(t, 200, answer.Status, answer.Body)
		assert.Contains(t, answer.Body, "oauth_callback_confirmed=true")
	}
	t.Run("GET", func(t *testing.T) {
		c := s.Credentials.Clients["aladdin_app"]
		r := signed{
			method: "GET", target: "/v2/oauth/request_token", key: c.ClientKey, secret: c.ClientSecret, algorithm: "HMAC-SHA1",
			more: url.Values{"oauth_callback": {callback}},
		}.request(t, s)
		assert.Equal(t, 200, apitest.Do(t, r).Status)
	})
}

func TestOneSignedRequestIsGoodOnceOnTwoServers(t *testing.T) {
	t.Parallel()
	a, b := two(t)
	assert.Equal(t, 1, replayed(t, 1000, allowed(t, a, "aladdin_app", "unicode").request(t, a), a, b))
}
