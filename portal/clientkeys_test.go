package portal_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/portal"
)

func setOf(t testing.TB, keys ...any) string {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key})
	}
	text, err := json.Marshal(set)
	require.NoError(t, err)
	return string(text)
}

func pemOf(t testing.TB, kind string, der []byte, err error) string {
	t.Helper()
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestKeys(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	one, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	require.NoError(t, err)
	encrypts, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), Use: "enc"})
	require.NoError(t, err)
	pkix, pkixErr := x509.MarshalPKIXPublicKey(key.Public())
	pkcs8, pkcs8Err := x509.MarshalPKCS8PrivateKey(key)
	public := pemOf(t, "PUBLIC KEY", pkix, pkixErr)
	for name, c := range map[string]struct {
		text string
		n    int // how many keys are kept; none is a refusal
	}{
		"a set of RSA, P-256 and Ed25519": {setOf(t, key.Public(), p256.Public(), ed), 3},
		"one key that is no set":          {string(one), 1},
		"a public key in PEM":             {public, 1},
		"two in PEM":                      {public + public, 2},
		"an RSA public key in PEM":        {pemOf(t, "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey), nil), 1},
		"six keys":                        {strings.Repeat(public, 6), 0},
		"a private key in PEM":            {pemOf(t, "PRIVATE KEY", pkcs8, pkcs8Err), 0},
		"a private key in a set":          {setOf(t, key), 0},
		"a shared secret":                 {setOf(t, []byte("0123456789abcdef0123456789abcdef")), 0},
		"RSA of 1024 bits":                {setOf(t, short.Public()), 0},
		"P-384":                           {setOf(t, p384.Public()), 0},
		"a key for encryption":            {string(encrypts), 0},
		"a certificate":                   {pemOf(t, "CERTIFICATE", pkix, nil), 0},
		"PEM with rubbish behind":         {public + "rubbish", 0},
		"PEM of rubbish":                  {pemOf(t, "PUBLIC KEY", []byte("rubbish"), nil), 0},
		"an empty set":                    {`{"keys":[]}`, 0},
		"no key at all":                   {"null", 0},
	} {
		t.Run(name, func(t *testing.T) {
			set, problem := portal.ParseKeys(c.text)
			assert.Equal(t, c.n == 0, problem != "", problem)
			var kept jose.JSONWebKeySet
			if c.n > 0 {
				require.NoError(t, json.Unmarshal(set, &kept))
				assert.Len(t, kept.Keys, c.n)
			} else {
				assert.Nil(t, set)
			}
		})
	}
}

// FuzzKeys: whatever is kept is a set of public keys, and is read again as it was written.
func FuzzKeys(f *testing.F) {
	f.Add(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
	f.Add("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n")
	f.Add("-----BEGIN PUBLIC KEY-----\n")
	f.Add(`{"kty":"oct","k":"AAAA"}`)
	f.Fuzz(func(t *testing.T, text string) {
		set, problem := portal.ParseKeys(text)
		if problem != "" {
			require.Nil(t, set)
			return
		}
		var kept jose.JSONWebKeySet
		require.NoError(t, json.Unmarshal(set, &kept))
		for _, key := range kept.Keys {
			require.True(t, key.IsPublic() && key.Valid())
		}
		again, problem := portal.ParseKeys(string(set))
		require.Empty(t, problem)
		require.Equal(t, string(set), string(again))
	})
}
