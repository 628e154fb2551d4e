package oauth1

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Bounds of RSA keys, in bits. Below the first nothing is secure; beyond the second a verification costs too much.
const (
	minKeyBits = 2048
	maxKeyBits = 4096 // what go-jose reads, too
)

// maxKeys is how many keys of one app are tried.
const maxKeys = 4

// ErrKeys says that a JWK Set has no key by which an app could sign.
var ErrKeys = errors.New("oauth1: no usable RSA key")

// ParseKeys reads the RSA keys of a JWK Set (RFC 7517 §5) by which an app may sign: those of 2048 to 4096 bits that
// are meant for signatures by PKCS #1 v1.5, at most four. Keys of other types are passed over. A key that is too short or too
// long, and a set without any, is [ErrKeys]; hosts ask when an app is registered.
func ParseKeys(set []byte) ([]*rsa.PublicKey, error) {
	var jwks jose.JSONWebKeySet
	if err := json.Unmarshal(set, &jwks); err != nil {
		return nil, fmt.Errorf("%w: not a JWK Set", ErrKeys)
	}
	var keys []*rsa.PublicKey
	for i := range jwks.Keys {
		jwk := &jwks.Keys[i]
		key, ok := jwk.Key.(*rsa.PublicKey)
		if !ok || jwk.Use != "" && jwk.Use != "sig" || jwk.Algorithm != "" && !strings.HasPrefix(jwk.Algorithm, "RS") {
			continue
		}
		if bits := key.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
			return nil, fmt.Errorf("%w: a key has %d bits", ErrKeys, bits)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, fmt.Errorf("%w: %d keys", ErrKeys, len(keys))
	}
	return keys, nil
}

// matchesRSA reports whether signature is the base64 of one by the key over the base string (§3.4.3).
func matchesRSA(hash crypto.Hash, key *rsa.PublicKey, signature, baseString []byte) bool {
	var room [maxKeyBits/8 + 3]byte // what a text without padding would decode to
	if base64.StdEncoding.EncodedLen(key.Size()) != len(signature) {
		return false
	}
	n, err := base64.StdEncoding.Strict().Decode(room[:], signature)
	if err != nil {
		return false
	}
	digest := hashOf(hash, baseString)
	return rsa.VerifyPKCS1v15(key, hash, digest[:hash.Size()], room[:n]) == nil
}
