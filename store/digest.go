package store

import "crypto/sha256"

// A Digest is the SHA-256 of a random secret, or of an injective encoding of what a key is made of.
type Digest [sha256.Size]byte

// DigestOf is the digest of text.
func DigestOf(text string) Digest {
	if len(text) <= 128 { // a copy on the stack spares the conversion's allocation on every request
		var buffer [128]byte
		return sha256.Sum256(buffer[:copy(buffer[:], text)])
	}
	return sha256.Sum256([]byte(text))
}
