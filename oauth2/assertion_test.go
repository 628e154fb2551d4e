package oauth2_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

// A signer is a client with keys of its own.
type signer struct {
	key       any
	algorithm jose.SignatureAlgorithm
}

func newSigner(t testing.TB) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return signer{key, jose.RS256}
}

// sign makes a compact JWS over the payload.
func (s signer) sign(t testing.TB, payload string) string {
	t.Helper()
	signing, err := jose.NewSigner(jose.SigningKey{Algorithm: s.algorithm, Key: s.key}, nil)
	require.NoError(t, err)
	jws, err := signing.Sign([]byte(payload))
	require.NoError(t, err)
	text, err := jws.CompactSerialize()
	require.NoError(t, err)
	return text
}

// addSigner registers a client "signer" with the public keys.
func (w *world) addSigner(keys ...any) {
	w.t.Helper()
	var set jose.JSONWebKeySet
	for _, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key})
	}
	text, err := json.Marshal(set)
	require.NoError(w.t, err)
	require.NoError(w.t, w.store.PutClient(context.Background(), store.Client{
		ID: "signer", Owner: "1", Keys: text, Scopes: []string{"read"}, GrantTypes: []string{"client_credentials"}, AuthMethods: []string{"private_key_jwt"},
	}))
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func (w *world) assert(text string) answer {
	return w.token("", "grant_type", "client_credentials", "client_assertion_type", assertionType, "client_assertion", text)
}

// claims are good ones, with changes; a nil value removes a claim.
func (w *world) claims(jti string, changes map[string]any) string {
	claims := map[string]any{"iss": "signer", "sub": "signer", "aud": issuer, "exp": w.clock().Add(time.Minute).Unix(), "jti": jti}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	text, _ := json.Marshal(claims)
	return string(text)
}

func TestAssertions(t *testing.T) {
	s := newSigner(t)
	public := s.key.(*rsa.PrivateKey).Public()
	stranger := newSigner(t)
	w := newWorld(t)
	w.addSigner(public)
	assert.Equal(t, 200, w.assert(s.sign(t, w.claims("first", nil))).StatusCode)
	for _, row := range []struct {
		name    string
		changes map[string]any
	}{
		{"RFC7523-3-01 another issuer", map[string]any{"iss": "app"}},
		{"RFC7523-3-01 no issuer", map[string]any{"iss": nil}},
		{"RFC7523-3-01 another subject", map[string]any{"sub": "app"}},
		{"RFC7523-3-01 no subject", map[string]any{"sub": nil}},
		{"RFC7523-3-01 no audience", map[string]any{"aud": nil}},
		{"RFC7523-3-01 expired", map[string]any{"exp": w.clock().Add(-time.Minute).Unix()}},
		{"RFC7523-3-03 no expiry", map[string]any{"exp": nil}},
		{"RFC7523-3-03 a day ahead", map[string]any{"exp": w.clock().Add(24 * time.Hour).Unix()}},
		{"RFC7523-3-03 no jti", map[string]any{"jti": nil}},
		{"RFC7523-3-02 another audience", map[string]any{"aud": "https://other.example"}},
		{"RFC7523-3-02 several audiences", map[string]any{"aud": []string{issuer, "https://other.example"}}},
		{"RFC7523-3-02 the token endpoint, by default", map[string]any{"aud": issuer + "/oauth2/token"}},
		{"not yet", map[string]any{"nbf": w.clock().Add(time.Hour).Unix()}},
		{"LIM-JSON-02 the name of a claim in another case", map[string]any{"sub": nil, "SUB": "signer"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := w.assert(s.sign(t, w.claims("jti of "+row.name, row.changes)))
			assert.Equal(t, 401, a.StatusCode)
			assert.Equal(t, "invalid_client", a.Error)
		})
	}
	t.Run("RFC7523-3-03 used twice", func(t *testing.T) {
		text := s.sign(t, w.claims("twice", nil))
		assert.Equal(t, 200, w.assert(text).StatusCode)
		assert.Equal(t, 401, w.assert(text).StatusCode)
	})
	t.Run("RFC7523-3-03 used many times at once", func(t *testing.T) {
		text := s.sign(t, w.claims("raced", nil))
		var mu sync.Mutex
		won := 0
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				if w.assert(text).StatusCode == 200 {
					mu.Lock()
					won++
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		assert.Equal(t, 1, won)
	})
	t.Run("RFC7523-3-01 a stranger's key", func(t *testing.T) {
		assert.Equal(t, 401, w.assert(stranger.sign(t, w.claims("stranger", nil))).StatusCode)
	})
	t.Run("RFC7523-3-01 HS256 with what is public", func(t *testing.T) {
		hmac := signer{[]byte(strings.Repeat("signer", 10)), jose.HS256}
		assert.Equal(t, 401, w.assert(hmac.sign(t, w.claims("hmac", nil))).StatusCode)
	})
	t.Run("RFC7523-3-01 another type URN", func(t *testing.T) {
		a := w.token("", "grant_type", "client_credentials", "client_assertion_type", "jwt", "client_assertion", s.sign(t, w.claims("type", nil)))
		assert.Equal(t, 401, a.StatusCode)
	})
	t.Run("LIM-JSON-02 a claim twice", func(t *testing.T) {
		payload := strings.Replace(w.claims("dup", nil), `"sub":"signer"`, `"sub":"signer","sub":"signer"`, 1)
		assert.Equal(t, 401, w.assert(s.sign(t, payload)).StatusCode)
	})
	t.Run("LIM-JSON-01 nesting without end, and data behind the object", func(t *testing.T) {
		deep := strings.Replace(w.claims("deep", nil), `{`, `{"x":`+strings.Repeat("[", 1500)+strings.Repeat("]", 1500)+`,`, 1)
		assert.NotEqual(t, 500, w.assert(s.sign(t, deep)).StatusCode)
		assert.Equal(t, 401, w.assert(s.sign(t, w.claims("trail", nil)+`{}`)).StatusCode)
	})
	t.Run("LIM-HDR-02 a string of dots", func(t *testing.T) {
		dots := strings.Repeat(".", 60_000)
		assert.Equal(t, 401, w.assert(dots).StatusCode)
	})
}

func TestAssertionAudienceByOption(t *testing.T) {
	s := newSigner(t)
	w := newWorld(t, func(c *oauth2.Config) { c.AllowTokenEndpointAudience = true })
	w.addSigner(s.key.(*rsa.PrivateKey).Public())
	t.Run("RFC7523-3-02 the token endpoint where the host allows it", func(t *testing.T) {
		assert.Equal(t, 200, w.assert(s.sign(t, w.claims("a", map[string]any{"aud": issuer + "/oauth2/token"}))).StatusCode)
		assert.Equal(t, 200, w.assert(s.sign(t, w.claims("b", nil))).StatusCode)
	})
}

func TestAssertionsByOtherAlgorithms(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	r := newSigner(t)
	w := newWorld(t)
	w.addSigner(r.key.(*rsa.PrivateKey).Public(), ec.Public())
	assert.Equal(t, 200, w.assert(signer{ec, jose.ES256}.sign(t, w.claims("es256", nil))).StatusCode)
	assert.Equal(t, 200, w.assert(signer{r.key, jose.PS256}.sign(t, w.claims("ps256", nil))).StatusCode)
	assert.Equal(t, 401, w.assert(signer{r.key, jose.RS384}.sign(t, w.claims("rs384", nil))).StatusCode, "not on the list")
}

func FuzzAssertion(f *testing.F) {
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("...")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, text string) {
		assert.Contains(t, []int{400, 401}, w.assert(text).StatusCode)
	})
}
