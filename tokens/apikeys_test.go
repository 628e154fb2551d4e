package tokens_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/tokens"
)

func TestTransports(t *testing.T) {
	w := newWorld(t)
	secret := w.mint(key).Secret
	both, header, query, neither := w.node[0], w.newAPI("X-API-Key", ""), w.newAPI("", "api_key"), w.newAPI("", "")
	inHeader, inQuery, asBearer := []string{"X-API-Key", secret}, "/?api_key="+secret, []string{"Authorization", "Bearer " + secret}

	t.Run("TOK-TRANS-01 each where its option is on, and nowhere else", func(t *testing.T) {
		assert.Equal(t, 401, w.call(neither, "GET", "/", inHeader...).Code)
		assert.Equal(t, 401, w.call(neither, "GET", inQuery).Code)
		assert.Equal(t, 401, w.call(header, "GET", inQuery).Code)
		assert.Equal(t, 401, w.call(query, "GET", "/", inHeader...).Code)
		assert.Equal(t, 200, w.call(header, "GET", "/", inHeader...).Code)
		assert.Equal(t, 200, w.call(query, "GET", inQuery).Code)
		assert.Equal(t, 200, w.call(both, "GET", "/", inHeader...).Code)
		assert.Equal(t, 200, w.call(both, "GET", inQuery).Code)
		assert.Equal(t, 200, w.call(neither, "GET", "/", asBearer...).Code, "bearer is on")
	})
	t.Run("TOK-TRANS-02 two transports or two values are refused", func(t *testing.T) {
		other := w.mint(key).Secret
		for name, answer := range map[string]int{
			"bearer and header":          w.call(both, "GET", "/", append(inHeader, asBearer...)...).Code,
			"bearer and query":           w.call(both, "GET", inQuery, asBearer...).Code,
			"header and query":           w.call(both, "GET", inQuery, inHeader...).Code,
			"the header twice":           w.call(both, "GET", "/", append(inHeader, "X-API-Key", other)...).Code,
			"the query twice":            w.call(both, "GET", inQuery+"&api_key="+other).Code,
			"the same twice":             w.call(both, "GET", inQuery+"&api_key="+secret).Code,
			"beside an unknown scheme":   w.call(both, "GET", "/", append(inHeader, "Authorization", "Basic eDp5")...).Code,
			"an encoded name beside one": w.call(both, "GET", inQuery+"&api%5Fkey="+other).Code,
		} {
			assert.Equal(t, 400, answer, name)
		}
	})
	t.Run("an empty key is none", func(t *testing.T) {
		for _, answer := range []*httptest.ResponseRecorder{w.call(both, "GET", "/", "X-API-Key", ""), w.call(both, "GET", "/?api_key=")} {
			assert.Equal(t, 401, answer.Code)
			assert.Equal(t, []string{`Bearer realm="test", scope="read"`, `APIKey realm="test"`}, answer.Header()["Www-Authenticate"])
		}
		assert.Equal(t, 200, w.call(both, "GET", "/?api_key=", asBearer...).Code)
	})
	t.Run("caches keep nothing of it", func(t *testing.T) {
		answer := w.call(both, "GET", "/", inHeader...)
		assert.Equal(t, "private, no-store", answer.Header().Get("Cache-Control"))
		assert.Equal(t, "X-Api-Key", answer.Header().Get("Vary"))
	})
}

func TestNewAPIKeysRefuses(t *testing.T) {
	verifier := newVerifier(t, newWorld(t).db, nil)
	for name, cfg := range map[string]tokens.APIKeysConfig{
		"no verifier":              {Realm: "r", Header: "X-API-Key"},
		"no realm":                 {Verifier: verifier, Header: "X-API-Key"},
		"a realm with line breaks": {Verifier: verifier, Header: "X-API-Key", Realm: "a\nb"},
		"no place":                 {Verifier: verifier, Realm: "r"},
		"Authorization":            {Verifier: verifier, Realm: "r", Header: "authorization"},
		"Cookie":                   {Verifier: verifier, Realm: "r", Header: "Cookie"},
		"no field name":            {Verifier: verifier, Realm: "r", Header: "X API Key"},
		"no ASCII":                 {Verifier: verifier, Realm: "r", Header: "X-Schlüssel"},
	} {
		_, err := tokens.NewAPIKeys(cfg)
		assert.Error(t, err, name)
	}
}

// FuzzAPIKeys holds the extraction against the standard library's parser: a request is let in exactly where it carries
// one key that is not empty, and that one is good.
func FuzzAPIKeys(f *testing.F) {
	w := newWorld(f)
	good := w.mint(key).Secret
	verifier := newVerifier(f, w.db, w.clock)
	scheme, err := tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: verifier, Realm: "test", Header: "X-API-Key", AllowQuery: "api_key"})
	require.NoError(f, err)
	for _, seed := range [][2]string{
		{"", "api_key=KEY"}, {"KEY", ""}, {"KEY", "api_key=KEY"}, {"", "api%5fkey=KEY&x=1"}, {"", "api_key=%4bEY"}, {"", "api_key=KEY&api_key="},
		{"", "api_key=KEY%zz"}, {"x", "api_key=%"}, {"", "&&=&api_key"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, header, query string) {
		r := httptest.NewRequest("GET", "/", nil)
		replace := func(text string) string {
			if text == "KEY" {
				return good
			}
			return text
		}
		header = replace(header)
		if at, ok := cutKey(query); ok {
			query = query[:at] + good + query[at+len("KEY"):]
		}
		r.URL.RawQuery = query
		r.Header["X-Api-Key"] = []string{header}
		var keys []string
		if header != "" {
			keys = append(keys, header)
		}
		parsed, parseErr := url.ParseQuery(query)
		for _, value := range parsed["api_key"] {
			if value != "" {
				keys = append(keys, value)
			}
		}
		present := scheme.Present(r, "")
		if len(keys) > 0 {
			assert.True(t, present)
		}
		if !present {
			return
		}
		_, err := scheme.Verify(ctx, r)
		if err == nil {
			assert.Equal(t, []string{good}, keys)
		}
		if parseErr == nil && len(keys) == 1 && keys[0] == good {
			assert.NoError(t, err)
		}
	})
}

// cutKey finds the place of the word KEY in a query.
func cutKey(query string) (int, bool) {
	for i := 0; i+3 <= len(query); i++ {
		if query[i:i+3] == "KEY" {
			return i, true
		}
	}
	return 0, false
}
