package main_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// hasStatus says that an answer has this status.
func hasStatus(status int) func(apitest.Answer) bool {
	return func(a apitest.Answer) bool { return a.Status == status }
}

// asks is the step of a request that is answered so, made anew each time.
func asks(t *testing.T, status int, request func() *http.Request) step {
	return step{do: func() apitest.Answer { return apitest.Do(t, request()) }, done: hasStatus(status)}
}

// put puts a token of the account's into the store, and returns its secret.
func (r *round) put(t *testing.T, kind store.TokenKind, prefix string, change func(*store.Token)) (secret string) {
	t.Helper()
	format, err := tokens.NewFormat(prefix)
	require.NoError(t, err)
	secret = format.New()
	token := store.Token{
		Digest: store.DigestOf(secret), ID: rand.Text(), Kind: kind, User: r.u.ID, Scopes: r.u.Scopes, Description: "old", Created: time.Now(),
	}
	if change != nil {
		change(&token)
	}
	require.NoError(t, r.raw.Tokens.PutTokens(t.Context(), []store.Token{token}, 0))
	return secret
}

func (r *round) developerToken(t *testing.T) string {
	return r.put(t, store.DeveloperToken, "sesame_pat_", nil)
}

func (r *round) bearer(secret string) *http.Request {
	return r.s.NewRequest("GET", "/v1/users/me", "Authorization", "Bearer "+secret)
}

// works says what a bearer token is answered.
func (r *round) works(t *testing.T, secret string) int {
	t.Helper()
	return apitest.Do(t, r.bearer(secret)).Status
}

// gateEndpoints are those behind a gate, and the login and the scanner's, which stand alone. What is refused with a store
// that works is never let in by one that does not.
func gateEndpoints() []endpoint {
	const path = "/v2?client_key="
	return []endpoint{
		{says: "Basic", despite: []string{"Add 2"}, ready: func(t *testing.T, r *round) step {
			return asks(t, 200, func() *http.Request { return r.s.As("me", r.s.NewRequest("GET", path+r.s.Key("app"))) })
		}},
		{says: "Basic with a wrong password", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			return asks(t, 401, func() *http.Request {
				return r.s.NewRequest("GET", path+r.s.Key("app"), "Authorization", basicField(r.u.Name+":close sesame"))
			})
		}},
		{says: "Basic with another's client key", despite: []string{"Add 2", "AppendEvents"}, ready: func(t *testing.T, r *round) step {
			return asks(t, 403, func() *http.Request { return r.s.As("me", r.s.NewRequest("GET", path+"another")) })
		}},
		{says: "Digest", despite: []string{"Add 2"}, ready: func(t *testing.T, r *round) step {
			d := r.s.Digest("me")
			return asks(t, 200, func() *http.Request { return d.Sign(r.s.NewRequest("GET", "/v2/products?client_key="+r.s.Key("app"))) })
		}},
		{says: "Digest with a count for the second time", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			d := r.s.Digest("me")
			first := d.Sign(r.s.NewRequest("GET", path+r.s.Key("app")))
			require.Equal(t, 200, apitest.Do(t, first).Status)
			return asks(t, 401, func() *http.Request { return first })
		}},
		{says: "OAuth 1.0a", ready: func(t *testing.T, r *round) step {
			signed := allowed(t, r.s, "app", "me")
			signed.method, signed.target = "POST", "/v2/products"
			return asks(t, 200, func() *http.Request { return signed.request(t, r.s) })
		}},
		{says: "OAuth 1.0a for the second time", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			request := allowed(t, r.s, "app", "me").request(t, r.s)
			require.Equal(t, 200, apitest.Do(t, request).Status)
			return asks(t, 401, func() *http.Request { return request })
		}},
		{says: "a bearer token", ready: func(t *testing.T, r *round) step {
			secret := r.developerToken(t)
			return asks(t, 200, func() *http.Request { return r.bearer(secret) })
		}},
		{says: "a bearer token that was revoked", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			secret := r.put(t, store.DeveloperToken, "sesame_pat_", func(token *store.Token) { token.Revoked = time.Now() })
			return asks(t, 401, func() *http.Request { return r.bearer(secret) })
		}},
		{says: "a bearer token of a locked account", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			secret := r.developerToken(t)
			locked := r.u
			locked.State = store.Locked
			require.NoError(t, r.raw.UserWriter.UpdateUser(t.Context(), locked))
			return asks(t, 403, func() *http.Request { return r.s.NewRequest("GET", "/v1/users", "Authorization", "Bearer "+secret) })
		}},
		{says: "an API key", ready: func(t *testing.T, r *round) step {
			secret := r.put(t, store.APIKey, "sesame_key_", nil)
			return asks(t, 200, func() *http.Request { return r.s.NewRequest("GET", "/v1/data", "X-API-Key", secret) })
		}},
		{says: "password login", despite: []string{"Add 2"}, ready: readyPasswordLogin},
		{says: "password login with a wrong password", despite: []string{"AppendEvents"}, ready: func(t *testing.T, r *round) step {
			return asks(t, 401, func() *http.Request {
				return r.s.Post("/authorization", url.Values{"username": {r.u.Name}, "password": {"close sesame"}})
			})
		}},
		{says: "secret scanning", ready: readyScanning},
	}
}

func readyPasswordLogin(t *testing.T, r *round) step {
	s := asks(t, 200, func() *http.Request {
		return r.s.Post("/authorization", url.Values{"username": {r.u.Name}, "password": {r.s.Credentials.Users["me"].Password}})
	})
	s.check = func(t *testing.T, a apitest.Answer) { assert.Equal(t, 200, r.works(t, issuedIn(t, a).AccessToken)) }
	return s
}

// An issuance is what a token endpoint answers.
type issuance struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

func issuedIn(t *testing.T, a apitest.Answer) (i issuance) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.Body), &i), a.Body)
	return i
}

func readyScanning(t *testing.T, r *round) step {
	secret := r.developerToken(t)
	message := `[{"token":"` + secret + `","type":"sesame_pat","url":"https://example.com/leak","source":"content"}]`
	sum := sha256.Sum256([]byte(message))
	signature, err := ecdsa.SignASN1(rand.Reader, scannerKey(), sum[:])
	require.NoError(t, err)
	return step{
		do: func() apitest.Answer {
			request, err := http.NewRequest("POST", r.base+"/scanning", strings.NewReader(message))
			require.NoError(t, err)
			request.Header.Set("Github-Public-Key-Identifier", "key")
			request.Header.Set("Github-Public-Key-Signature", base64.StdEncoding.EncodeToString(signature))
			return apitest.Do(t, request)
		},
		done:      func(a apitest.Answer) bool { return a.Status == 200 && strings.Contains(a.Body, "true_positive") },
		check:     func(t *testing.T, _ apitest.Answer) { assert.Equal(t, 401, r.works(t, secret)) },
		untouched: func(t *testing.T) { assert.Equal(t, 200, r.works(t, secret)) },
	}
}
