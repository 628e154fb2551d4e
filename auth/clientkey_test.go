package auth_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

func newClients() *fakeClients {
	return &fakeClients{apps: map[string]store.Client{
		"aladdin_app": {ID: "aladdin_app", Owner: "id-aladdin", Scopes: []string{"read"}},
		"other_app":   {ID: "other_app", Owner: "id-aladdin", Scopes: []string{"read", "write"}},
		"jasmine_app": {ID: "jasmine_app", Owner: "id-jasmine", Scopes: []string{"read"}},
		"revoked_app": {ID: "revoked_app", Owner: "id-aladdin", Scopes: []string{"read"}, Revoked: time.Unix(1, 0)},
		"public_app":  {ID: "public_app", Owner: "id-aladdin", Scopes: []string{"read"}, Published: true},
		"cassim_app":  {ID: "cassim_app", Owner: "id-cassim", Scopes: []string{"read"}},
		"orphan":      {ID: "orphan", Scopes: []string{"read"}},
	}}
}

const (
	keyMissing  = "Must give an app key via X-Client-Key header or client_key query string parameter"
	keyRefused  = "The app key cannot be used with this account and scheme"
	keyDisagree = "Bad request: the request names two different client keys"
)

func TestClientKeys(t *testing.T) {
	for _, row := range []struct {
		name    string
		account string
		target  string
		fields  []string
		status  int
		message string
	}{
		{"none", "aladdin", "/", nil, 400, keyMissing},
		{"an empty one is none", "aladdin", "/?client_key=", []string{"X-Client-Key", ""}, 400, keyMissing},
		{"no credentials, no key: the credentials come first", "", "/", nil, 401, "Could not authenticate:"},
		{"no credentials, two keys", "", "/?client_key=a&app_key=b", nil, 401, "Could not authenticate:"},
		{"none and wrong credentials: nothing was verified", "iago", "/", nil, 400, keyMissing},
		{"wrong credentials with a key", "iago", "/?client_key=aladdin_app", nil, 401, "Could not authenticate: iago"},
		{"X-Client-Key", "aladdin", "/", []string{"X-Client-Key", "aladdin_app"}, 200, ""},
		{"x-app-key, the older name", "aladdin", "/", []string{"x-app-key", "aladdin_app"}, 200, ""},
		{"client_key", "aladdin", "/?a=b&client_key=aladdin_app", nil, 200, ""},
		{"app_key, the older name", "aladdin", "/?app_key=aladdin_app&c=d", nil, 200, ""},
		{"an encoded name and value", "aladdin", "/?client%5fkey=aladdin%5Fapp", nil, 200, ""},
		{"the same twice is one", "aladdin", "/?app_key=aladdin_app&client_key=aladdin_app", []string{"X-Client-Key", "aladdin_app"}, 200, ""},
		{"an empty one beside a good one", "aladdin", "/?client_key=", []string{"X-Client-Key", "aladdin_app"}, 200, ""},
		{"two that disagree in the query", "aladdin", "/?client_key=aladdin_app&client_key=other_app", nil, 400, keyDisagree},
		{"two that disagree in header and query", "aladdin", "/?client_key=aladdin_app", []string{"X-Client-Key", "other_app"}, 400, keyDisagree},
		{"two that disagree in the headers", "aladdin", "/", []string{"X-App-Key", "aladdin_app", "X-Client-Key", "other_app"}, 400, keyDisagree},
		{"a bad escape", "aladdin", "/?client_key=%zz", nil, 400, "Bad request: the client key in the query is not encoded properly"},
		{"unknown", "aladdin", "/?client_key=who", nil, 403, keyRefused},
		{"another account's", "aladdin", "/?client_key=jasmine_app", nil, 403, keyRefused},
		{"revoked", "aladdin", "/?client_key=revoked_app", nil, 403, keyRefused},
		{"of an app that must use OAuth", "aladdin", "/?client_key=public_app", nil, 403, keyRefused},
		{"of an app that nobody owns", "aladdin", "/?client_key=orphan", nil, 403, keyRefused},
		{"the account's state comes before the key", "cassim", "/?client_key=aladdin_app", nil, 403, "No API Access"},
		{"the state comes even with the right key", "cassim", "/?client_key=cassim_app", nil, 403, "No API Access"},
	} {
		t.Run(row.name, func(t *testing.T) {
			gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: newClients()}})
			r := newRequest("GET", row.target, row.fields...)
			if row.account != "" {
				r.Header.Set("Authorization", "Fake "+row.account)
			}
			w := serve(gate, r, "read")
			require.Equal(t, row.status, w.Code, w.Body.String())
			if row.status == 200 {
				assert.Equal(t, "aladdin aladdin_app read", w.Body.String(), "the scopes that both hold")
			} else {
				assert.Equal(t, row.message, message(t, w))
			}
		})
	}
}

func TestTheScopesThatCountAreThoseThatBothHold(t *testing.T) {
	gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: newClients()}})
	r := newRequest("POST", "/?client_key=aladdin_app", "Authorization", "Fake aladdin")
	w := serve(gate, r, "write")
	assert.Equal(t, 403, w.Code)
	assert.Equal(t, "This action needs the scope write", message(t, w))

	r = newRequest("POST", "/?client_key=other_app", "Authorization", "Fake aladdin")
	assert.Equal(t, 200, serve(gate, r, "write").Code)
}

func TestAMissingKeyCostsNothing(t *testing.T) {
	scheme, clients := newFake(), newClients()
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}, ClientKeys: &auth.ClientKeys{Clients: clients}})
	assert.Equal(t, 400, serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin"), "read").Code)
	assert.Zero(t, scheme.verified, "no password was looked at")
	assert.Zero(t, clients.reads)
}

func TestKeysThatCannotBeDoNotReachTheStore(t *testing.T) {
	for _, target := range []string{"/?client_key=%ff%fe", "/?client_key=a%00b", "/?client_key=a%0ab"} {
		t.Run("LIM-UTF8-01 "+target, func(t *testing.T) {
			clients := newClients()
			gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: clients}})
			assert.Equal(t, 403, serve(gate, newRequest("GET", target, "Authorization", "Fake aladdin"), "read").Code)
			assert.Zero(t, clients.reads)
		})
	}
}

func TestABrokenClientStoreLetsNobodyIn(t *testing.T) {
	clients := newClients()
	clients.broken = errors.New("database is locked")
	gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: clients}})
	w := serve(gate, newRequest("GET", "/?client_key=aladdin_app", "Authorization", "Fake aladdin"), "read")
	assert.Equal(t, 503, w.Code)
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
}

func TestNamesOfTheHost(t *testing.T) {
	gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: newClients(), Headers: []string{"x-my-app"}, Query: []string{}}})
	assert.Equal(t, 200, serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin", "X-My-App", "aladdin_app"), "read").Code)
	assert.Equal(t, 400, serve(gate, newRequest("GET", "/?client_key=aladdin_app", "Authorization", "Fake aladdin"), "read").Code)
}

func TestOtherSchemesNameTheirOwnClient(t *testing.T) {
	oauth := newFake()
	oauth.ambient = false
	verdict := oauth.accounts["aladdin"]
	verdict.Identity.ClientKey = "jasmine_app"
	oauth.accounts["aladdin"] = verdict
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{oauth}, ClientKeys: &auth.ClientKeys{Clients: newClients()}})
	for target, status := range map[string]int{"/": 200, "/?client_key=jasmine_app": 200, "/?client_key=aladdin_app": 400} {
		assert.Equal(t, status, serve(gate, newRequest("GET", target, "Authorization", "Fake aladdin"), "read").Code, target)
	}
}
