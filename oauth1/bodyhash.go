package oauth1

import (
	"crypto"
	"crypto/subtle"
	"encoding/base64"
)

// matchesBody reports whether text is the oauth_body_hash of body: the base64 of its hash by the method's own function
// (OAuth Request Body Hash 1.0, §3.2). Of PLAINTEXT, for which nobody names one, it is SHA-1.
func matchesBody(method Method, text string, body []byte) bool {
	hash := method.hash()
	if hash == 0 {
		hash = crypto.SHA1
	}
	digest := hashOf(hash, body)
	want := base64.StdEncoding.EncodeToString(digest[:hash.Size()])
	return subtle.ConstantTimeCompare([]byte(want), []byte(text)) == 1
}
