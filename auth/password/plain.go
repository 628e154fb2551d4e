package password

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// A sha1Hash is the sum of {SHA}, which htpasswd -s writes.
type sha1Hash [sha1.Size]byte

func (s sha1Hash) matches(password string) bool {
	sum := sha1.Sum([]byte(password))
	return subtle.ConstantTimeCompare(sum[:], s[:]) == 1
}

func parseSHA1(encoded string) (sum sha1Hash, err error) {
	text := strings.TrimPrefix(encoded, "{SHA}")
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(text) != 28 || len(data) != len(sum) {
		return sum, &HashError{SHA1, "is malformed"}
	}
	return sha1Hash(data), nil
}

// A plainText is a password that was never hashed.
type plainText string

// matches compares digests, which are of one length.
func (p plainText) matches(password string) bool {
	want, got := sha256.Sum256([]byte(p)), sha256.Sum256([]byte(password))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
