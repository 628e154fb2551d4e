package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	icholy "github.com/icholy/digest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// The words of the table of answers.
const (
	failed       = "Could not authenticate:"
	noKey        = "Must give an app key via X-Client-Key header or client_key query string parameter"
	badKey       = "The app key cannot be used with this account and scheme"
	foreign      = "Requests from another origin's page are not taken with these credentials"
	twoKeys      = "Bad request: the request names two different client keys"
	twoKinds     = "Bad request: more than one kind of credentials"
	overHTTP     = "Credentials are only taken over HTTPS"
	locked       = "No API Access"
	lockedMore   = "The authenticated account is locked due to an unpaid balance."
	disabled     = "API Access is disabled"
	disabledMore = "API access has been disabled for this user due to API terms violation."
)

// lockedOut is the answer to a locked or a disabled account of the demo, the same for every scheme.
func lockedOut(s *apitest.Server, user string, r *http.Request) question {
	if user == "locked" {
		return question{says: "a locked account", r: r, status: 403, message: locked, additional: lockedMore, reference: s.BaseURL + "/billing"}
	}
	return question{says: "a disabled account", r: r, status: 403, message: disabled, additional: disabledMore, reference: s.BaseURL + "/contact"}
}

func TestTheTableOfAnswersForDigest(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	key := "/v2?client_key=" + s.Key("aladdin_app")
	request := func(user, method, target string, change func(*apitest.Digest), fields ...string) *http.Request {
		d := s.Digest(user)
		if change != nil {
			change(d)
		}
		return d.Sign(s.NewRequest(method, target, fields...))
	}
	edited := func(old, new string) *http.Request {
		r := request("aladdin", "GET", key, nil)
		field := strings.Replace(r.Header.Get("Authorization"), old, new, 1)
		require.NotEqual(t, field, r.Header.Get("Authorization"))
		r.Header.Set("Authorization", field)
		return r
	}
	named := func(name string) func(*apitest.Digest) { return func(d *apitest.Digest) { d.Username = name } }
	stale := []string{digestSHA256 + ", stale=true", digestMD5 + ", stale=true", basicUTF8, oauth1}
	const malformed = "Bad request: the Authorization field breaks the grammar of Digest"
	for _, q := range []question{
		{says: "a wrong password", r: request("aladdin", "GET", key, func(d *apitest.Digest) { d.Password = "close sesame" }), status: 401, message: failed + " Aladdin"},
		{says: "a user who is unknown", r: request("aladdin", "GET", key, named("Iago")), status: 401, message: failed + " Iago"},
		{says: "a user without a name", r: request("aladdin", "GET", key, named("")), status: 400, message: "Bad request: Digest needs username, realm, nonce, uri, response, qop, nc and cnonce"},
		{says: "an encoded @ is another name", r: request("jasmine", "GET", key, named("jasmine%40agrabah.example")), status: 401, message: failed + " jasmine%40agrabah.example"},
		{says: "another realm", r: request("aladdin", "GET", key, func(d *apitest.Digest) { d.Realm = "elsewhere" }), status: 401, message: failed + " Aladdin"},
		{says: "an algorithm that was not offered", r: edited("algorithm=SHA-256", "algorithm=SHA-512-256"), status: 401, message: failed + " Aladdin"},
		{says: "a nonce that is forged", r: request("aladdin", "GET", key, func(d *apitest.Digest) { d.Nonce = strings.Repeat("0", 60) }), status: 401, message: failed + " Aladdin", challenges: stale},
		{says: "the wrong password of a locked account", r: request("locked", "GET", key, func(d *apitest.Digest) { d.Password = "x" }), status: 401, message: failed + " cassim"},

		{says: "no client key", r: request("aladdin", "GET", "/v2", nil), status: 400, message: noKey},
		{says: "an empty client key", r: request("aladdin", "GET", "/v2?client_key=", nil), status: 400, message: noKey},
		{says: "an unknown client key", r: request("aladdin", "GET", "/v2?client_key=nobody", nil), status: 403, message: badKey},
		{says: "another account's client key", r: request("aladdin", "GET", "/v2?client_key="+s.Key("jasmine_app"), nil), status: 403, message: badKey},
		{says: "the client key of an app that must use OAuth", r: request("aladdin", "GET", "/v2?client_key="+s.Key("published_app"), nil), status: 403, message: badKey},
		{says: "two client keys that disagree", r: request("aladdin", "GET", key, nil, "X-Client-Key", "other"), status: 400, message: twoKeys},

		lockedOut(s, "locked", request("locked", "GET", "/v2?client_key="+s.Key("locked_app"), nil)),
		lockedOut(s, "disabled", request("disabled", "GET", "/v2?client_key="+s.Key("disabled_app"), nil)),
		{says: "a scope that is missing", r: request("jasmine", "POST", "/v2/products?client_key="+s.Key("jasmine_app"), nil), status: 403, message: "This action needs the scope products:write"},
		{says: "an unsafe method from another origin's page", r: request("aladdin", "POST", "/v2/products"+key[3:], nil, "Origin", "http://evil.example"), status: 403, message: foreign},

		{says: "a parameter twice", r: edited("qop=auth", "qop=auth, qop=auth"), status: 400, message: malformed},
		{says: "no qop (RFC 2069)", r: edited("qop=auth, ", ""), status: 400, message: "Bad request: Digest needs username, realm, nonce, uri, response, qop, nc and cnonce"},
		{says: "a qop that was not offered", r: edited("qop=auth,", "qop=auth-int,"), status: 400, message: "Bad request: the qop of Digest is none of those that were offered"},
		{says: "another request's uri", r: edited(`uri="/v2`, `uri="/v2/products`), status: 400, message: "Bad request: the uri of Digest is not the target of the request"},
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
}

func TestWhoIsLetInByDigest(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, user := range []string{"aladdin", "jasmine", "unicode"} {
		d := s.Digest(user)
		for _, algorithm := range []string{"SHA-256", "MD5"} {
			d.Algorithm = algorithm
			r := d.Sign(s.NewRequest("GET", "/v2/products?client_key="+s.Key(user+"_app")))
			answer := apitest.Do(t, r)
			assert.Equal(t, 200, answer.Status, user)
			assert.Contains(t, answer.Body, fmt.Sprintf(`{"user":%q,"client_key":%q,"scheme":"Digest","scopes":["products:read"`, d.Username, s.Key(user+"_app")))
			assert.Contains(t, answer.Header.Get("Authentication-Info"), "rspauth=")
		}
	}
	d := s.Digest("aladdin")
	answer := apitest.Do(t, d.Sign(s.NewRequest("POST", "/v2/products?client_key="+s.Key("aladdin_app"))))
	assert.Equal(t, 200, answer.Status, "a nonce is good for several requests and methods")
}

// replayed sends one request n times to the servers in turn, at once, and returns how often it was let in.
func replayed(t *testing.T, n int, r *http.Request, servers ...*apitest.Server) int {
	t.Helper()
	if os.Getenv("SESAME_LONG") == "1" {
		n = 1000
	}
	var accepted atomic.Int32
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			again := r.Clone(t.Context())
			again.URL.Host = servers[i%len(servers)].Address
			if r.GetBody != nil {
				again.Body, _ = r.GetBody() // of a string: it does not fail
			}
			if answer, err := apitest.Try(again); assert.NoError(t, err) && answer.Status < 400 {
				accepted.Add(1)
			}
		})
	}
	wait.Wait()
	return int(accepted.Load())
}

// two starts two servers on one SQLite file that clients take for one.
func two(t *testing.T, flags ...string) (a, b *apitest.Server) {
	t.Helper()
	dir := t.TempDir()
	flags = append(flags, "-store", "sqlite:"+filepath.Join(dir, "sesame.db"), "-credentials", filepath.Join(dir, "credentials.json"), "-throttle", "off")
	a = apitest.Start(t, flags...)
	return a, apitest.Start(t, append(flags, "-base-url", a.BaseURL)...)
}

func TestOneCountOfANonceIsGoodOnceOnTwoServers(t *testing.T) {
	t.Parallel()
	a, b := two(t)
	d := a.Digest("aladdin")
	r := d.Sign(a.NewRequest("GET", "/v2?client_key="+a.Key("aladdin_app")))
	assert.Equal(t, 1, replayed(t, 64, r, a, b))
	next := d.Sign(a.NewRequest("GET", "/v2?client_key="+a.Key("aladdin_app")))
	next.URL.Host = b.Address
	assert.Equal(t, 200, apitest.Do(t, next).Status, "the next count is good on the other")
}

func TestGuessesByDigestAndByBasicCountTogether(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	d := s.Digest("aladdin")
	d.Password = "close sesame"
	key := "/v2?client_key=" + s.Key("aladdin_app")
	for i := range 30 { // 10 within a minute, which may end meanwhile
		r := s.NewRequest("GET", key, "Authorization", basicField("Aladdin:close sesame"))
		if i%2 == 0 {
			r = d.Sign(s.NewRequest("GET", key))
		}
		if apitest.Do(t, r).Status == 429 {
			break
		}
	}
	right := s.Digest("aladdin")
	assert.Equal(t, 429, apitest.Do(t, right.Sign(s.NewRequest("GET", key))).Status)
	assert.Equal(t, 429, apitest.Do(t, s.As("aladdin", s.NewRequest("GET", key))).Status)
}

func TestAccountsFromBeforeDigestGetItAtTheirNextSignIn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	first := apitest.Start(t, "-store", "sqlite:"+path)
	first.Stop()
	_, err := apitest.OpenDatabase(t, path).Exec("UPDATE sesame_users SET ha1s = '[]'")
	require.NoError(t, err)

	s := apitest.Start(t, "-store", "sqlite:"+path, "-credentials", first.CredentialsFile)
	key := "/v2?client_key=" + s.Key("aladdin_app")
	assert.Equal(t, 401, apitest.Do(t, s.Digest("aladdin").Sign(s.NewRequest("GET", key))).Status)
	assert.Equal(t, 200, apitest.Do(t, s.As("aladdin", s.NewRequest("GET", key))).Status)
	assert.Equal(t, 200, apitest.Do(t, s.Digest("aladdin").Sign(s.NewRequest("GET", key))).Status)
}

func TestAGoClientGetsThroughDigest(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, user := range []string{"aladdin", "jasmine", "unicode"} {
		u := s.Credentials.Users[user]
		client := http.Client{Transport: &icholy.Transport{Username: u.Username, Password: u.Password}}
		for range 3 { // the nonce is used again
			answer, err := client.Get(s.BaseURL + "/v2/products?a=b&client_key=" + s.Key(user+"_app"))
			require.NoError(t, err)
			assert.Equal(t, 200, answer.StatusCode, user)
			require.NoError(t, answer.Body.Close())
		}
	}
}
