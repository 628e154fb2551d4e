package oauth1

import (
	"bytes"
	"crypto"
	"crypto/sha1" // #nosec G505 -- HMAC-SHA1 is what RFC 5849 §3.4.2 defines
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
)

// A Method is a signature method. Names are case-sensitive.
type Method string

// The signature methods. RFC 5849 defines HMAC-SHA1, RSA-SHA1 and PLAINTEXT; the others are the same over newer hashes.
const (
	HMACSHA1   Method = "HMAC-SHA1"
	HMACSHA256 Method = "HMAC-SHA256"
	HMACSHA512 Method = "HMAC-SHA512"
	RSASHA1    Method = "RSA-SHA1"
	RSASHA256  Method = "RSA-SHA256"
	RSASHA512  Method = "RSA-SHA512"
	Plaintext  Method = "PLAINTEXT"
)

// hash is the hash function of the method; PLAINTEXT has none.
func (m Method) hash() crypto.Hash {
	switch m {
	case HMACSHA1, RSASHA1:
		return crypto.SHA1
	case HMACSHA256, RSASHA256:
		return crypto.SHA256
	case HMACSHA512, RSASHA512:
		return crypto.SHA512
	}
	return 0
}

// rsa reports whether the method verifies with a public key.
func (m Method) rsa() bool { return m == RSASHA1 || m == RSASHA256 || m == RSASHA512 }

// A sum is the result of any of the hash functions, the first bytes of it.
type sum [sha512.Size]byte

// hashOf is the hash of data.
func hashOf(hash crypto.Hash, data []byte) (result sum) {
	switch hash {
	case crypto.SHA1:
		short := sha1.Sum(data) // #nosec G401 -- as above
		copy(result[:], short[:])
	case crypto.SHA256:
		short := sha256.Sum256(data)
		copy(result[:], short[:])
	case crypto.SHA512:
		result = sha512.Sum512(data)
	}
	return result
}

// blockSize is that of the hash function, in bytes.
func blockSize(hash crypto.Hash) int {
	if hash == crypto.SHA512 {
		return sha512.BlockSize
	}
	return sha256.BlockSize // and SHA-1's
}

// appendKey appends the key of HMAC, which is also the signature of PLAINTEXT (§3.4.2, §3.4.4).
func appendKey(dst, consumerSecret, tokenSecret []byte) []byte {
	dst = append(appendEncoded(dst, consumerSecret), '&')
	return appendEncoded(dst, tokenSecret)
}

// hmacOf is the HMAC (RFC 2104) of what follows the first padRoom bytes of room, which are overwritten. Two hashes over
// buffers that are there already cost less than half of crypto/hmac, and no allocation.
func hmacOf(hash crypto.Hash, key, room []byte) sum {
	block := blockSize(hash)
	var padded [sha512.BlockSize + sha512.Size]byte
	if len(key) > block {
		digest := hashOf(hash, key)
		copy(padded[:], digest[:hash.Size()])
	} else {
		copy(padded[:], key)
	}
	inner := room[padRoom-block:]
	subtle.XORBytes(inner, padded[:block], innerPad[:])
	subtle.XORBytes(padded[:], padded[:block], outerPad[:])
	digest := hashOf(hash, inner)
	n := copy(padded[block:], digest[:hash.Size()])
	clear(room[:padRoom])
	return hashOf(hash, padded[:block+n])
}

// The pads of RFC 2104 §2.
var innerPad, outerPad = [padRoom]byte(bytes.Repeat([]byte{0x36}, padRoom)), [padRoom]byte(bytes.Repeat([]byte{0x5c}, padRoom))

// matchesHMAC reports whether signature is the base64 of the HMAC under the secrets (§3.4.2). It compares the text:
// base64 has several texts for one value, and only one of them is the signature.
func matchesHMAC(hash crypto.Hash, signature, room, consumerSecret, tokenSecret []byte) bool {
	var keyRoom [256]byte
	digest := hmacOf(hash, appendKey(keyRoom[:0], consumerSecret, tokenSecret), room)
	var text [(sha512.Size + 2) / 3 * 4]byte
	base64.StdEncoding.Encode(text[:], digest[:hash.Size()])
	return subtle.ConstantTimeCompare(text[:base64.StdEncoding.EncodedLen(hash.Size())], signature) == 1
}

// matchesPlaintext reports whether signature is made of the secrets (§3.4.4). Hashes have one length.
func matchesPlaintext(signature, consumerSecret, tokenSecret []byte) bool {
	var keyRoom [256]byte
	want := sha256.Sum256(appendKey(keyRoom[:0], consumerSecret, tokenSecret))
	got := sha256.Sum256(signature)
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
