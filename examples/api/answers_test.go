package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// Challenges of the routes, with "…" for what is drawn.
var (
	digestSHA256 = `Digest realm="Sesame example API", qop="auth", algorithm=SHA-256, nonce="…", charset=UTF-8`
	digestMD5    = `Digest realm="Sesame example API", qop="auth", algorithm=MD5, nonce="…", charset=UTF-8`
	basicUTF8    = `Basic realm="Sesame example API", charset="UTF-8"`

	oauth1 = `OAuth realm="Sesame example API"`

	v2Challenges = []string{digestSHA256, digestMD5, basicUTF8, oauth1}
)

// challenges are those of an answer, with "…" for what is drawn.
func challenges(a apitest.Answer) (list []string) {
	for _, line := range a.Header.Values("WWW-Authenticate") {
		list = append(list, regexp.MustCompile(`nonce="[0-9a-f]+"`).ReplaceAllString(line, `nonce="…"`))
	}
	return list
}

// A question is a request and the answer that the table of answers promises.
type question struct {
	says       string
	r          *http.Request
	status     int
	message    string
	additional string
	reference  string
	challenges []string // with a 401 those of API 1 by default
}

// ask checks the whole of a JSON error.
func ask(t *testing.T, q question) {
	t.Helper()
	answer := apitest.Do(t, q.r)
	assert.Equal(t, q.status, answer.Status)
	wanted, err := json.Marshal(struct {
		Status     int    `json:"status"`
		Message    string `json:"message"`
		Additional string `json:"additional"`
		Reference  string `json:"reference"`
	}{q.status, q.message, q.additional, q.reference})
	require.NoError(t, err)
	assert.Equal(t, string(wanted)+"\n", answer.Body)
	assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	if q.challenges == nil && q.status == http.StatusUnauthorized {
		q.challenges = v2Challenges
	}
	assert.Equal(t, q.challenges, challenges(answer))
}

func basicField(pair string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func TestTheTableOfAnswers(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	get := func(target string, fields ...string) *http.Request { return s.NewRequest("GET", target, fields...) }
	key := "/v2?client_key=" + s.Key("aladdin_app")
	long := strings.Repeat("é", 200)
	for _, q := range []question{
		{says: "no credentials", r: get("/v2"), status: 401, message: failed},
		{says: "a client key is no credential", r: get(key), status: 401, message: failed},
		{says: "a wrong password", r: get(key, "Authorization", basicField("Aladdin:close sesame")), status: 401, message: failed + " Aladdin"},
		{says: "another's password", r: get(key, "Authorization", basicField("Aladdin:tiger: rajah & co")), status: 401, message: failed + " Aladdin"},
		{says: "an empty password", r: get(key, "Authorization", basicField("Aladdin:")), status: 401, message: failed + " Aladdin"},
		{says: "another case", r: get(key, "Authorization", basicField("aladdin:open sesame")), status: 401, message: failed + " aladdin"},
		{says: "a user who is unknown", r: get(key, "Authorization", basicField("Iago:open sesame")), status: 401, message: failed + " Iago"},
		{says: "a user without a name", r: get(key, "Authorization", basicField(":open sesame")), status: 401, message: failed},
		{says: "a name that is encoded for a URL", r: get(key, "Authorization", basicField("jasmine%40agrabah.example:tiger: rajah & co")), status: 401, message: failed + " jasmine%40agrabah.example"},
		{says: "a name with a line break is not echoed", r: get(key, "Authorization", basicField("Ala\nddin:x")), status: 401, message: failed},
		{says: "a name that is not UTF-8 is not echoed", r: get(key, "Authorization", basicField("Ala\xffddin:x")), status: 401, message: failed},
		{says: "of a long name 256 bytes are echoed", r: get(key, "Authorization", basicField(long+":x")), status: 401, message: failed + " " + long[:256]},
		{says: "Basic that does not decode", r: get(key, "Authorization", "Basic %%%"), status: 401, message: failed},
		{says: "Basic without a colon", r: get(key, "Authorization", basicField("Aladdin")), status: 401, message: failed},
		{says: "an unknown scheme", r: get(key, "Authorization", "Wish three"), status: 401, message: failed},
		{says: "the wrong password of a locked account", r: get(key, "Authorization", basicField("cassim:x")), status: 401, message: failed + " cassim"},

		{says: "no client key", r: s.As("aladdin", get("/v2")), status: 400, message: noKey},
		{says: "no client key, a wrong password", r: get("/v2", "Authorization", basicField("Aladdin:x")), status: 400, message: noKey},
		{says: "no client key, a locked account", r: s.As("locked", get("/v2")), status: 400, message: noKey},
		{says: "an empty client key", r: s.As("aladdin", get("/v2?client_key=", "X-Client-Key", "")), status: 400, message: noKey},

		{says: "an unknown client key", r: s.As("aladdin", get("/v2?client_key=nobody")), status: 403, message: badKey},
		{says: "another account's client key", r: s.As("aladdin", get("/v2?client_key="+s.Key("jasmine_app"))), status: 403, message: badKey},
		{says: "the client key of an app that must use OAuth", r: s.As("aladdin", get("/v2?client_key="+s.Key("published_app"))), status: 403, message: badKey},
		{says: "two client keys that disagree", r: s.As("aladdin", get(key, "X-Client-Key", "other")), status: 400, message: twoKeys},
		{says: "an old and a new name that disagree", r: s.As("aladdin", get(key+"&app_key=other")), status: 400, message: twoKeys},

		lockedOut(s, "locked", s.As("locked", get("/v2?client_key="+s.Key("locked_app")))),
		lockedOut(s, "disabled", s.As("disabled", get("/v2?client_key="+s.Key("disabled_app")))),
		{says: "a locked account with another's client key", r: s.As("locked", get(key)), status: 403,
			message: locked, additional: lockedMore, reference: s.BaseURL + "/billing"},

		{says: "a scope that is missing", r: s.As("jasmine", s.NewRequest("POST", "/v2/products?client_key="+s.Key("jasmine_app"))), status: 403,
			message: "This action needs the scope products:write"},
		{says: "two Authorization fields", r: get(key, "Authorization", basicField("Aladdin:open sesame"), "Authorization", basicField("Aladdin:open sesame")), status: 400,
			message: "Bad request: more than one Authorization field"},
		{says: "an Authorization field that is too long", r: get(key, "Authorization", "Basic "+strings.Repeat("A", 17<<10)), status: 400,
			message: "Bad request: the Authorization field is too long"},
		{says: "an unsafe method from another origin's page", r: s.As("aladdin", s.NewRequest("POST", "/v2/products"+key[3:], "Origin", "http://evil.example")), status: 403, message: foreign},
		{says: "the same without Origin", r: s.As("aladdin", s.NewRequest("POST", "/v2/products"+key[3:], "Sec-Fetch-Site", "cross-site")), status: 403, message: foreign},

		{says: "a path that is not there", r: get("/v3"), status: 404, message: "There is nothing here"},
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
}

func TestFieldsThatAreMuchTooLong(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	answer := apitest.Do(t, s.NewRequest("GET", "/v2", "Authorization", "Bearer "+strings.Repeat("a.", 512<<10)))
	assert.Equal(t, http.StatusRequestHeaderFieldsTooLarge, answer.Status)
	assert.NotContains(t, s.Log(), "a.a.")
}

func TestWhoIsLetIn(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	all := []string{"products:read", "products:write", "users:read"}
	for _, row := range []struct {
		says, user, app, method, target string
		fields                          []string
		scopes                          []string
	}{
		{"the key in X-Client-Key", "aladdin", "aladdin_app", "GET", "/v2", []string{"X-Client-Key", "KEY"}, all},
		{"the key in client_key", "aladdin", "aladdin_app", "GET", "/v2?client_key=KEY", nil, all},
		{"the key in X-App-Key", "aladdin", "aladdin_app", "GET", "/v2/products", []string{"X-App-Key", "KEY"}, all},
		{"the key in app_key", "aladdin", "aladdin_app", "GET", "/v2/products?app_key=KEY", nil, all},
		{"the same key in each place", "aladdin", "aladdin_app", "GET", "/v2?client_key=KEY&app_key=KEY", []string{"X-Client-Key", "KEY", "X-App-Key", "KEY"}, all},
		{"an @ in the name, colons in the password", "jasmine", "jasmine_app", "GET", "/v2?client_key=KEY", nil, all[:1]},
		{"UTF-8", "unicode", "unicode_app", "GET", "/v2?client_key=KEY", nil, all},
		{"the scope to write", "unicode", "unicode_app", "POST", "/v2/products?client_key=KEY", nil, all},
		{"a page of this origin", "aladdin", "aladdin_app", "POST", "/v2/products?client_key=KEY", []string{"Origin", s.BaseURL}, all},
		{"a safe method from another origin's page", "aladdin", "aladdin_app", "GET", "/v2?client_key=KEY", []string{"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site"}, all},
	} {
		t.Run(row.says, func(t *testing.T) {
			key := strings.NewReplacer("KEY", s.Key(row.app))
			r := s.As(row.user, s.NewRequest(row.method, key.Replace(row.target)))
			for i := 0; i < len(row.fields); i += 2 {
				r.Header.Set(row.fields[i], key.Replace(row.fields[i+1]))
			}
			answer := apitest.Do(t, r)
			require.Equal(t, 200, answer.Status, answer.Body)
			assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
			assert.Equal(t, fmt.Sprintf(`{"user":%q,"client_key":%q,"scheme":"Basic","scopes":["%s"]}`+"\n",
				s.Credentials.Users[row.user].Username, s.Key(row.app), strings.Join(row.scopes, `","`)), answer.Body)

			if row.method == "GET" {
				r.Method = "HEAD"
				head := apitest.Do(t, r)
				assert.Equal(t, 200, head.Status)
				assert.Empty(t, head.Body)
				assert.Equal(t, answer.Header.Get("Content-Length"), head.Header.Get("Content-Length"))
			}
		})
	}
}

func TestMethodsThatARouteDoesNotTake(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	t.Run("RFC9110-15.5.6-01 a 405 with Allow, with good credentials too", func(t *testing.T) {
		for _, row := range []struct{ method, path, allow string }{
			{"POST", "/v2", "GET, HEAD"}, {"DELETE", "/v2", "GET, HEAD"}, {"OPTIONS", "/v2", "GET, HEAD"}, {"TRACE", "/v2", "GET, HEAD"},
			{"PUT", "/v2/products", "GET, HEAD, POST"}, {"FOO", "/v2/products", "GET, HEAD, POST"},
			{"POST", "/healthz", "GET, HEAD"}, {"POST", "/billing", "GET, HEAD"}, {"POST", "/contact", "GET, HEAD"},
		} {
			r := s.As("aladdin", s.NewRequest(row.method, row.path, "X-Client-Key", s.Key("aladdin_app")))
			ask(t, question{r: r, status: 405, message: "This takes " + row.allow + " alone"})
			assert.Equal(t, row.allow, apitest.Do(t, r).Header.Get("Allow"), row)
		}
	})
}

func TestEscapedAndDottedPathsMeetTheSameGate(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, target := range []string{"/%76%32", "/v2/%70roducts", "/v2/", "//v2", "/./v2", "/v2/../v2", "/v2%2fproducts", "/V2", "/v2;x", "/billing/../v2", "/billing/..%2fv2"} {
		answer := apitest.Do(t, s.NewRequest("GET", target))
		assert.Contains(t, []int{301, 307, 401, 404}, answer.Status, target)
		assert.NotContains(t, answer.Body, "scopes", target)
	}
}

func TestPublicPagesAndHealth(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for path, contains := range map[string]string{"/healthz": `"ok"`, "/billing": "<h1>Billing</h1>", "/contact": "<h1>Contact</h1>"} {
		answer := apitest.Do(t, s.NewRequest("GET", path))
		assert.Equal(t, 200, answer.Status)
		assert.Contains(t, answer.Body, contains)
		assert.Empty(t, answer.Header.Values("WWW-Authenticate"))
	}
}

func TestCredentialsNeedHTTPSFromElsewhere(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-trusted-proxies", "127.0.0.1", "-base-url", "http://api.example")
	request := func(fields ...string) *http.Request {
		r := s.As("aladdin", s.NewRequest("GET", "/v2?client_key="+s.Key("aladdin_app"), fields...))
		r.URL.Host = s.Address
		return r
	}
	refused := question{status: 403, message: "Credentials are only taken over HTTPS"}
	refused.r = request("X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "http")
	ask(t, refused)
	refused.r = request("Forwarded", "for=203.0.113.7;proto=http")
	ask(t, refused)
	for _, fields := range [][]string{
		{"X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https"},
		{"Forwarded", "for=203.0.113.7;proto=https"},
		{},
	} {
		assert.Equal(t, 200, apitest.Do(t, request(fields...)).Status, fields)
	}
	assert.Contains(t, s.Log(), "clear HTTP", "an http origin off loopback is taken with a warning")
}

func TestTooManyFailures(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	wrong := s.NewRequest("GET", "/v2?client_key="+s.Key("aladdin_app"), "Authorization", basicField("Aladdin:close sesame"))
	answer := apitest.Do(t, wrong)
	for range 25 { // 10 within a minute, which may end meanwhile
		if answer.Status != 401 {
			break
		}
		answer = apitest.Do(t, wrong)
	}
	assert.Equal(t, 429, answer.Status)
	assert.Equal(t, `{"status":429,"message":"Too many failed attempts: wait before you try again","additional":"","reference":""}`+"\n", answer.Body)
	assert.Regexp(t, "^([1-9]|[1-5][0-9]|60)$", answer.Header.Get("Retry-After"))
	others := s.As("jasmine", s.NewRequest("GET", "/v2?client_key="+s.Key("jasmine_app")))
	assert.Equal(t, 200, apitest.Do(t, others).Status, "another account is served")
}
