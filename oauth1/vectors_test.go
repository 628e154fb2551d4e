package oauth1

import (
	"crypto"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A vector is a signed request of a specification with every value on the way to its signature.
type vector struct {
	Section          string
	Method           string
	HTTPS            bool
	Host             string
	Target           string
	Authorization    string
	ContentType      string `json:"content_type"`
	Body             string
	ConsumerSecret   string      `json:"consumer_secret"`
	TokenSecret      string      `json:"token_secret"`
	BaseURI          string      `json:"base_uri"`
	Pairs            [][2]string // decoded, in any order
	Sorted           [][2]string // encoded
	Normalised       string
	BaseString       string `json:"base_string"`
	Key              string
	Signature        string
	PrintedSignature string `json:"printed_signature"` // what the text has; wrong in RFC 5849 §3.1
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/rfc5849.json")
	require.NoError(t, err)
	var all []vector
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

func (v vector) request() *http.Request {
	r := httptest.NewRequest(v.Method, v.Target, strings.NewReader(v.Body))
	r.Host = v.Host
	if v.HTTPS {
		r.TLS = &tls.ConnectionState{}
	}
	r.Header.Set("Authorization", v.Authorization)
	if v.ContentType != "" {
		r.Header.Set("Content-Type", v.ContentType)
	}
	return r
}

// parameters collects those of the vector's request.
func (v vector) parameters(t *testing.T) *parameters {
	t.Helper()
	p := &parameters{limit: 100}
	r := v.request()
	_, credentials := auth.Authorization(r)
	require.NoError(t, p.addHeader(credentials))
	require.NoError(t, p.addPairs(r.URL.RawQuery, inQuery))
	require.NoError(t, p.addPairs(v.Body, inForm))
	return p
}

// decodedTwice undoes what appendTwice did.
func decodedTwice(text []byte) string { return decoded(decoded(string(text), false), false) }

func TestVectors(t *testing.T) {
	ids := map[string]string{
		"RFC 5849 §1.2, temporary credentials": "RFC5849-1.2-01 ", "RFC 5849 §1.2, token credentials": "RFC5849-1.2-01 ",
		"RFC 5849 §1.2, the photo": "RFC5849-1.2-01 ", "OAuth Core 1.0a appendix A": "RFC5849-1.2-01 ",
		"RFC 5849 §3.1 and §3.4.1": "RFC5849-3.1-05 ",
	}
	for _, v := range vectors(t) {
		t.Run(ids[v.Section]+v.Section, func(t *testing.T) {
			p := v.parameters(t)
			var pairs [][2]string
			for _, at := range p.pairs {
				pairs = append(pairs, [2]string{decodedTwice(p.name(at)), decodedTwice(p.value(at))})
			}
			assert.ElementsMatch(t, v.Pairs, pairs, "collected (§3.4.1.3.1)")

			require.NoError(t, p.sort())
			var sorted [][2]string
			var normalised []string
			for _, at := range p.pairs {
				name, value := decoded(string(p.name(at)), false), decoded(string(p.value(at)), false)
				sorted = append(sorted, [2]string{name, value})
				normalised = append(normalised, name+"="+value)
			}
			assert.Equal(t, v.Sorted, sorted, "encoded and sorted (§3.4.1.3.2)")
			assert.Equal(t, v.Normalised, strings.Join(normalised, "&"), "concatenated (§3.4.1.3.2)")

			uri, err := appendBaseURI(nil, v.request(), "")
			require.NoError(t, err)
			assert.Equal(t, v.BaseURI, decoded(string(uri), false), "base string URI (§3.4.1.2)")

			room, err := appendBaseString(make([]byte, padRoom), v.request(), "", p)
			require.NoError(t, err)
			assert.Equal(t, v.BaseString, string(room[padRoom:]), "base string (§3.4.1.1)")

			consumer, token := []byte(v.ConsumerSecret), []byte(v.TokenSecret)
			assert.Equal(t, v.Key, string(appendKey(nil, consumer, token)), "key (§3.4.2)")
			assert.True(t, matchesHMAC(crypto.SHA1, []byte(v.Signature), room, consumer, token), "signature (§3.4.2)")
			assert.Equal(t, v.PrintedSignature, string(p.signature), "the signature that was sent")
			assert.Equal(t, v.Section != "RFC 5849 §3.1 and §3.4.1", matchesHMAC(crypto.SHA1, p.signature, room, consumer, token))
		})
	}
}

func TestTheReferenceRequest(t *testing.T) {
	v := vectors(t)[3]
	require.Equal(t, "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", v.Target)
	t.Run("RFC5849-3.4.1.3.1-01 query, header without realm, and form give eleven pairs", func(t *testing.T) {
		p := v.parameters(t)
		assert.Len(t, p.pairs, 11)
		values := map[string][]string{}
		for _, at := range p.pairs {
			name := decodedTwice(p.name(at))
			values[name] = append(values[name], decodedTwice(p.value(at)))
		}
		assert.ElementsMatch(t, []string{"a", "2 q"}, values["a3"])
		assert.Equal(t, []string{"=%3D"}, values["b5"])
		assert.Equal(t, []string{""}, values["c@"])
		assert.Equal(t, []string{"r b"}, values["a2"])
		assert.Equal(t, []string{""}, values["c2"])
		assert.NotContains(t, values, "realm")
	})
	t.Run("RFC5849-3.4.1.1-01 the base string is the printed one byte for byte", func(t *testing.T) {
		p := v.parameters(t)
		require.NoError(t, p.sort())
		base, err := appendBaseString(nil, v.request(), "", p)
		require.NoError(t, err)
		assert.Equal(t, "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"+
			"%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"+
			"%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"+
			"%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7", string(base))
	})
}

// acceptingScheme is a scheme whose store has the credentials of the vector, at the time of the vector.
func acceptingScheme(t *testing.T, v vector) *Scheme {
	t.Helper()
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	p := v.parameters(t)
	seconds, ok := parseTimestamp(p.values[timestamp])
	require.True(t, ok)
	db, ctx := memory.New(), t.Context()
	app := store.Client{ID: p.values[consumerKey], SignatureMethods: []string{"HMAC-SHA1"}}
	app.Secrets = []store.Secret{{Sealed: ring.Seal(ClientSecret(app.ID), []byte(v.ConsumerSecret))}}
	require.NoError(t, db.CreateUsers(ctx, store.User{ID: "jane", Name: "Jane"}))
	require.NoError(t, db.PutClient(ctx, app))
	require.NoError(t, db.PutGrant(ctx, store.Grant{ID: "g", User: "jane", Client: app.ID}))
	require.NoError(t, db.PutTokens(ctx, []store.Token{{
		Digest: store.DigestOf(p.values[token]), ID: "t", Kind: store.OAuth1Token, User: "jane", Client: app.ID, Grant: "g",
		Sealed: ring.Seal(binding(ofToken, "t"), []byte(v.TokenSecret)),
	}}, 0))
	scheme, err := New(Config{
		Realm: "Photos", Methods: []Method{HMACSHA1}, Clients: db, Users: db, Tokens: db, Once: db, Ring: ring, AllowTwoLegged: true,
		Clock: func() time.Time { return time.Unix(seconds, 0) },
	})
	require.NoError(t, err)
	return scheme
}

func TestTheVerifierAcceptsTheVectors(t *testing.T) {
	for _, v := range vectors(t) {
		if v.Signature != v.PrintedSignature {
			continue
		}
		t.Run("RFC5849-1.2-01 "+v.Section, func(t *testing.T) {
			_, err := acceptingScheme(t, v).Verify(t.Context(), v.request())
			assert.NoError(t, err)
		})
	}
	t.Run("RFC5849-3.1-05 the erratum's signature and not the printed one", func(t *testing.T) {
		v := vectors(t)[3]
		scheme := acceptingScheme(t, v)
		_, err := scheme.Verify(t.Context(), v.request())
		assert.ErrorIs(t, err, autherr.Unauthenticated)
		v.Authorization = strings.Replace(v.Authorization, client.Encode(v.PrintedSignature), client.Encode(v.Signature), 1)
		_, err = scheme.Verify(t.Context(), v.request())
		assert.NoError(t, err)
	})
}
