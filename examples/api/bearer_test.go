package main_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// bearerChallenge is the challenge of a route that takes bearer tokens, with more parameters behind it.
func bearerChallenge(s *apitest.Server, more string) string {
	return `Bearer realm="Sesame example API", resource_metadata="` + s.BaseURL + `/.well-known/oauth-protected-resource"` + more
}

const apiKeyChallenge = `APIKey realm="Sesame example API"`

func TestTheTableOfAnswersForBearerTokens(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	token := func(name string) string { return "Bearer " + s.Credentials.DeveloperTokens[name].Token }
	get := func(target, field string) *http.Request { return s.NewRequest("GET", target, "Authorization", field) }
	good := s.Credentials.DeveloperTokens["aladdin"].Token
	app := clientToken(t, s, "aladdin_app")
	const invalid, needsUsers = `, error="invalid_token"`, `, scope="users:read"`
	one := func(more string) []string { return []string{bearerChallenge(s, more)} }
	for _, q := range []question{
		{says: "no credentials", r: s.NewRequest("GET", "/v1/users/me"), status: 401, message: failed, challenges: one("")},
		{says: "no credentials where a scope is needed", r: s.NewRequest("GET", "/v1/users"), status: 401, message: failed, challenges: one(needsUsers)},
		{says: "a token in the query is ignored", r: s.NewRequest("GET", "/v1/users/me?access_token="+good), status: 401, message: failed, challenges: one("")},
		{says: "an unknown scheme", r: get("/v1/users/me", "Wish three"), status: 401, message: failed, challenges: one("")},
		{says: "Basic is unknown here", r: s.As("aladdin", s.NewRequest("GET", "/v1/users/me")), status: 401, message: failed, challenges: one("")},
		{says: "a token that nobody has", r: get("/v1/users/me", "Bearer nobody"), status: 401, message: failed, challenges: one(invalid)},
		{says: "a token with a letter too few", r: get("/v1/users/me", "Bearer "+good[:len(good)-1]), status: 401, message: failed, challenges: one(invalid)},
		{says: "an API key is no bearer token", r: get("/v1/users/me", "Bearer "+s.Credentials.APIKeys["aladdin"]), status: 401, message: failed, challenges: one(invalid)},
		{says: "a token that is no token", r: get("/v1/users/me", "Bearer two words"), status: 400, message: "Bad request: the bearer token is no token68", challenges: one(`, error="invalid_request"`)},
		{says: "no token behind Bearer", r: get("/v1/users/me", "Bearer"), status: 400, message: "Bad request: the bearer token is no token68", challenges: one(`, error="invalid_request"`)},
		{says: "two Authorization fields", r: s.NewRequest("GET", "/v1/users/me", "Authorization", token("aladdin"), "Authorization", token("aladdin")), status: 400, message: "Bad request: more than one Authorization field", challenges: one(`, error="invalid_request"`)},
		{says: "a scope that is missing", r: get("/v1/users", token("read_only")), status: 403, message: "This action needs the scope users:read", challenges: one(needsUsers + `, error="insufficient_scope"`)},
		{says: "a token that stands for an app", r: get("/v1/users/me", "Bearer "+app), status: 403, message: "This token stands for an app, not for a user", challenges: one("")},
		withChallenge(lockedOut(s, "locked", get("/v1/users/me", token("locked"))), bearerChallenge(s, "")),
		withChallenge(lockedOut(s, "disabled", get("/v1/users/me", token("disabled"))), bearerChallenge(s, "")),
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
}

func withChallenge(q question, lines ...string) question {
	q.challenges = lines
	return q
}

func TestTheTableOfAnswersForAPIKeys(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	key := s.Credentials.APIKeys["aladdin"]
	get := func(target string, fields ...string) *http.Request { return s.NewRequest("GET", target, fields...) }
	both := []string{bearerChallenge(s, `, scope="products:read"`), apiKeyChallenge}
	for _, q := range []question{
		{says: "no credentials", r: get("/v1/data"), status: 401, message: failed, challenges: both},
		{says: "an empty key is none", r: get("/v1/data?api_key=", "X-API-Key", ""), status: 401, message: failed, challenges: both},
		{says: "a key that nobody has", r: get("/v1/data", "X-API-Key", "nobody"), status: 401, message: failed, challenges: both},
		{says: "a developer token is no key", r: get("/v1/data", "X-API-Key", s.Credentials.DeveloperTokens["aladdin"].Token), status: 401, message: failed, challenges: both},
		{says: "a key in both places", r: get("/v1/data?api_key="+key, "X-API-Key", key), status: 400, message: "Bad request: more than one API key"},
		{says: "a key twice", r: get("/v1/data?api_key=" + key + "&api_key=" + key), status: 400, message: "Bad request: more than one API key"},
		withChallenge(question{says: "a key and a bearer token", r: get("/v1/data", "X-API-Key", key, "Authorization", "Bearer "+s.Credentials.DeveloperTokens["aladdin"].Token), status: 400, message: twoKinds}, bearerChallenge(s, `, error="invalid_request"`)),
		{says: "a key and an unknown scheme", r: get("/v1/data", "X-API-Key", key, "Authorization", "Wish three"), status: 400, message: twoKinds},
		{says: "keys are for /v1/data alone", r: get("/v1/users", "X-API-Key", key), status: 401, message: failed, challenges: []string{bearerChallenge(s, `, scope="users:read"`)}},
		lockedOut(s, "locked", get("/v1/data", "X-API-Key", s.Credentials.APIKeys["locked"])),
		lockedOut(s, "disabled", get("/v1/data?api_key="+s.Credentials.APIKeys["disabled"])),
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
}

func TestWhoIsLetInByATokenOrAKey(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	developer := s.Credentials.DeveloperTokens
	for _, row := range []struct {
		says, target, field, value string
		body                       string
	}{
		{"a developer token", "/v1/users", "Authorization", "Bearer " + developer["aladdin"].Token, `{"user":"Aladdin","client_key":"","scheme":"Bearer","scopes":["products:read","products:write","users:read"]}`},
		{"bearer in another case", "/v1/data", "Authorization", "bEARER " + developer["read_only"].Token, `{"user":"Aladdin","client_key":"","scheme":"Bearer","scopes":["products:read"]}`},
		{"a token that stands for an app", "/v1/data", "Authorization", "Bearer " + clientToken(t, s, "jasmine_app"), `{"user":"","client_key":"` + s.Key("jasmine_app") + `","scheme":"Bearer","scopes":["products:read"]}`},
		{"a key in X-API-Key", "/v1/data", "X-API-Key", s.Credentials.APIKeys["aladdin"], `{"user":"Aladdin","client_key":"","scheme":"APIKey","scopes":["products:read","products:write","users:read"]}`},
		{"a key in the query", "/v1/data?api_key=" + s.Credentials.APIKeys["aladdin"], "X-API-Key", "", `{"user":"Aladdin","client_key":"","scheme":"APIKey","scopes":["products:read","products:write","users:read"]}`},
	} {
		t.Run(row.says, func(t *testing.T) {
			answer := apitest.Do(t, s.NewRequest("GET", row.target, row.field, row.value))
			assert.Equal(t, 200, answer.Status)
			assert.Equal(t, row.body+"\n", answer.Body)
		})
	}
	t.Run("who I am", func(t *testing.T) {
		var me map[string]any
		answer := apitest.Do(t, s.NewRequest("GET", "/v1/users/me", "Authorization", "Bearer "+developer["read_only"].Token))
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &me))
		assert.NotEmpty(t, me["id"])
		delete(me, "id")
		assert.Equal(t, map[string]any{
			"user": "Aladdin", "client_key": "", "scheme": "Bearer", "scopes": []any{"products:read"}, "email": "aladdin@agrabah.example",
		}, me)
	})
}

func TestTheTableOfAnswersForThePasswordLogin(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off", "-access-ttl", "10m")
	login := func(user, password string) *http.Request {
		return s.Post("/authorization", url.Values{"username": {user}, "password": {password}})
	}
	form := []string{`Form realm="Sesame example API"`}
	u := s.Credentials.Users
	for _, q := range []question{
		{says: "a wrong password", r: login("Aladdin", "close sesame"), status: 401, message: failed + " Aladdin", challenges: form},
		{says: "a user who is unknown", r: login("Iago", "x"), status: 401, message: failed + " Iago", challenges: form},
		{says: "nothing", r: s.Post("/authorization", url.Values{}), status: 401, message: failed, challenges: form},
		{says: "in the body and in the query", r: s.Post("/authorization?username=Aladdin&password=open+sesame", url.Values{"username": {"Aladdin"}, "password": {"open sesame"}}), status: 400,
			message: "Bad request: the user name and the password are in the body and in the query"},
		lockedOut(s, "locked", login("cassim", u["locked"].Password)),
		lockedOut(s, "disabled", login("jafar", u["disabled"].Password)),
		{says: "GET", r: s.NewRequest("GET", "/authorization?username=Aladdin&password=open+sesame"), status: 405, message: "This endpoint takes POST"},
	} {
		t.Run(q.says, func(t *testing.T) { ask(t, q) })
	}
	for _, r := range []*http.Request{
		login("Jäsøn", u["unicode"].Password),
		s.NewRequest("POST", "/authorization?"+url.Values{"username": {"Jäsøn"}, "password": {u["unicode"].Password}}.Encode()),
	} {
		answer := apitest.Do(t, r)
		require.Equal(t, 200, answer.Status, answer.Body)
		var issued map[string]any
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &issued))
		assert.Equal(t, "Bearer", issued["token_type"])
		assert.Equal(t, 600.0, issued["expires_in"])
		assert.Len(t, issued, 3)
		assert.Regexp(t, "^[0-9A-Za-z_]+$", issued["access_token"])
		assert.Equal(t, 200, bearerStatus(t, s, issued["access_token"].(string)))
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for path, wanted := range map[string]map[string]any{
		"/.well-known/oauth-protected-resource":   {"resource": s.BaseURL, "authorization_servers": []any{s.BaseURL}},
		"/.well-known/oauth-authorization-server": {"issuer": s.BaseURL, "token_endpoint": s.BaseURL + "/oauth2/token", "code_challenge_methods_supported": []any{"S256"}},
	} {
		answer := apitest.Do(t, s.NewRequest("GET", path, "Origin", "https://elsewhere.example"))
		assert.Equal(t, 200, answer.Status)
		assert.Equal(t, "*", answer.Header.Get("Access-Control-Allow-Origin"))
		var document map[string]any
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &document))
		for name, value := range wanted {
			assert.Equal(t, value, document[name], name)
		}
		assert.Equal(t, []any{"products:read", "products:write", "users:read"}, document["scopes_supported"])
	}
}
