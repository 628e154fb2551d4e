package oauth1

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rsaVector has signatures that another program made.
type rsaVector struct {
	BaseString   string `json:"base_string"`
	Keys         json.RawMessage
	OtherKeys    json.RawMessage `json:"other_keys"`
	PublicKeyPEM string          `json:"public_key_pem"`
	Signatures   map[Method]string
}

func readRSAVector(t *testing.T) rsaVector {
	t.Helper()
	text, err := os.ReadFile("testdata/rsa.json")
	require.NoError(t, err)
	var v rsaVector
	require.NoError(t, json.Unmarshal(text, &v))
	return v
}

func TestRSASignatures(t *testing.T) {
	v := readRSAVector(t)
	keys, err := ParseKeys(v.Keys)
	require.NoError(t, err)
	others, err := ParseKeys(v.OtherKeys)
	require.NoError(t, err)
	base := []byte(v.BaseString)
	for method, signature := range v.Signatures {
		t.Run("RFC5849-3.4.3-01 "+string(method)+" by PKCS #1 v1.5 as openssl signs", func(t *testing.T) {
			assert.True(t, matchesRSA(method.hash(), keys[0], []byte(signature), base))
			assert.False(t, matchesRSA(method.hash(), others[0], []byte(signature), base), "by another key")
			assert.False(t, matchesRSA(method.hash(), keys[0], []byte(signature), base[1:]), "over another base string")
			for name, other := range map[string]string{
				"empty": "", "cut": signature[4:], "not base64": "!" + signature[1:], "with a line break": "\n" + signature[1:],
				"changed":         strings.ToLower(signature[:1]) + strings.ToUpper(signature[1:2]) + "x" + signature[3:],
				"without padding": strings.Repeat("A", len(signature)),
			} {
				assert.False(t, matchesRSA(method.hash(), keys[0], []byte(other), base), name)
			}
			for other := range v.Signatures {
				if other != method {
					assert.False(t, matchesRSA(other.hash(), keys[0], []byte(signature), base), "by another hash")
				}
			}
		})
	}
}

func TestParseKeys(t *testing.T) {
	v := readRSAVector(t)
	with := func(members string) []byte {
		return []byte(strings.Replace(string(v.Keys), `"kty"`, members+`, "kty"`, 1))
	}
	key := func(bits int) string { return `{"kty":"RSA","e":"AQAB","n":"` + modulus(bits) + `"}` }
	for _, row := range []struct {
		name string
		set  []byte
		keys int
	}{
		{"a plain key", v.Keys, 1},
		{"a key for signatures", with(`"use": "sig", "alg": "RS256"`), 1},
		{"a key for encryption", with(`"use": "enc"`), 0},
		{"a key for PSS", with(`"alg": "PS256"`), 0},
		{"an EC key is passed over", []byte(`{"keys":[` + ecKey + `,` + key(2048) + `]}`), 1},
		{"an EC key alone", []byte(`{"keys":[` + ecKey + `]}`), 0},
		{"RFC5849-3.4.3-01 2048 bits are enough", []byte(`{"keys":[` + key(2048) + `]}`), 1},
		{"RFC5849-3.4.3-01 2047 bits are refused at registration", []byte(`{"keys":[` + key(2047) + `]}`), 0},
		{"RFC5849-3.4.3-01 a short key beside a long one is refused too", []byte(`{"keys":[` + key(4096) + `,` + key(1024) + `]}`), 0},
		{"4096 bits", []byte(`{"keys":[` + key(4096) + `]}`), 1},
		{"more than 4096 bits", []byte(`{"keys":[` + key(4097) + `]}`), 0},
		{"four keys", []byte(`{"keys":[` + strings.Repeat(key(2048)+",", 3) + key(2048) + `]}`), 4},
		{"five keys", []byte(`{"keys":[` + strings.Repeat(key(2048)+",", 4) + key(2048) + `]}`), 0},
		{"no keys", []byte(`{"keys":[]}`), 0},
		{"nothing", nil, 0},
		{"not JSON", []byte("-----BEGIN PUBLIC KEY-----"), 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			keys, err := ParseKeys(row.set)
			assert.Len(t, keys, row.keys)
			if row.keys == 0 {
				assert.ErrorIs(t, err, ErrKeys)
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

const ecKey = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`

// modulus is an odd number of that many bits, as a JWK has it.
func modulus(bits int) string {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return base64.RawURLEncoding.EncodeToString(n.SetBit(n, 0, 1).Bytes())
}
