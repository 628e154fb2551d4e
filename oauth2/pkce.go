package oauth2

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// challengeLength is that of BASE64URL(SHA256(verifier)) without padding.
const challengeLength = 43

// validChallenge reports whether text can be an S256 challenge (RFC 7636 §4.2): 43 characters of base64url.
func validChallenge(text string) bool {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(text) == challengeLength && len(decoded) == sha256.Size
}

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
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}
