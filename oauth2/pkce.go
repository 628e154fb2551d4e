package oauth2

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/seed-f67351ce/sesame/store"
)

// challengeLength is that of BASE64URL(SHA256(verifier)) without padding.
const challengeLength = 43

// validChallenge reports whether text can be an S256 challenge (RFC 7636 §4.2): 43 characters of base64url.
func validChallenge(text string) bool {
	if len(text) != challengeLength {
		return false
	}
	var encoded [challengeLength]byte
	var decoded [sha256.Size]byte
	copy(encoded[:], text)
	n, err := strictURL.Decode(decoded[:], encoded[:])
	return err == nil && n == sha256.Size
}

// strictURL is base64url without padding, and refuses trailing bits that are not zero (RFC 4648 §3.5).
var strictURL = base64.RawURLEncoding.Strict()

// validVerifier reports whether text is a code verifier (RFC 7636 §4.1): 43 to 128 unreserved characters.
func validVerifier(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
		default:
			return false
		}
	}
	return len(text) >= 43 && len(text) <= 128
}

// matchesChallenge reports whether verifier is the one that challenge was made from (RFC 7636 §4.6).
func matchesChallenge(verifier, challenge string) bool {
	if len(challenge) != challengeLength {
		return false
	}
	var made, kept [challengeLength]byte
	sum := store.DigestOf(verifier)
	base64.RawURLEncoding.Encode(made[:], sum[:])
	copy(kept[:], challenge)
	return subtle.ConstantTimeCompare(made[:], kept[:]) == 1
}
