package digest

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A nonce is 48 bits of milliseconds, 64 random bits, and the first 128 bits of a tag of both, in hexadecimal.
const (
	timeSize   = 6
	bodySize   = timeSize + 8
	nonceSize  = bodySize + 16
	nonceChars = 2 * nonceSize
)

// maxSkew is how far the clocks of two nodes may differ.
const maxSkew = time.Minute

// nonceKeys are the keys that nonces are made and checked with. It holds the key ring's first two: a nonce outlives one
// rotation, not two.
type nonceKeys struct {
	keys     []macKey
	lifetime time.Duration
}

// A nonce is one that a node of ours made.
type nonce struct {
	// key is what the store knows it by: all of the tag, whose second half nobody else learns.
	key store.Digest
	// expires is when it ends.
	expires time.Time
}

func newNonceKeys(ring *seal.Ring, lifetime time.Duration) *nonceKeys {
	n := &nonceKeys{lifetime: lifetime}
	for _, secret := range ring.Derive("tags of Digest's nonces") {
		n.keys = append(n.keys, macKey(secret))
	}
	n.keys = n.keys[:min(len(n.keys), 2)]
	return n
}

// mint makes a nonce.
func (n *nonceKeys) mint(now time.Time) string {
	var octets [nonceSize]byte
	ms := uint64(now.UnixMilli())
	for i := range timeSize {
		octets[i] = byte(ms >> (8 * (timeSize - 1 - i)))
	}
	_, _ = rand.Read(octets[timeSize:bodySize]) // does not fail
	tag := n.keys[0].sum(octets[:bodySize])
	copy(octets[bodySize:], tag[:])
	return hex.EncodeToString(octets[:])
}

// check returns the nonce where it is ours and not over at this time. Nothing else of a request need be looked at before.
func (n *nonceKeys) check(text string, now time.Time) (found nonce, ok bool) {
	var octets [nonceSize]byte
	if len(text) != nonceChars || !decodeHex(octets[:], text) {
		return nonce{}, false // not as mint writes it
	}
	body, tag := octets[:bodySize], octets[bodySize:]
	for i := range n.keys {
		found.key = n.keys[i].sum(body)
		if subtle.ConstantTimeCompare(found.key[:len(tag)], tag) == 1 {
			made := timeOf(body)
			found.expires = made.Add(n.lifetime)
			return found, now.Before(found.expires) && !now.Before(made.Add(-maxSkew))
		}
	}
	return nonce{}, false
}

func timeOf(body []byte) time.Time {
	ms := int64(0)
	for _, octet := range body[:timeSize] {
		ms = ms<<8 | int64(octet)
	}
	return time.UnixMilli(ms)
}

// claimed is until when a store keeps the nonce's counts: past the end on the slowest clock.
func (n nonce) claimed() time.Time { return n.expires.Add(maxSkew) }

// single is the key under which the nonce is claimed as a whole, where it is good for one request.
func (n nonce) single() store.Digest {
	return sha256.Sum256(append(n.key[:], "single use"...))
}

// ending reports whether the nonce is in the last fifth of its life.
func (n *nonceKeys) ending(of nonce, now time.Time) bool { return of.expires.Sub(now) < n.lifetime/5 }

// A macKey makes the tag of a nonce: SHA-256 of key and body. Both fit in one block and no text has another length, so
// that there is nothing to extend, and that the tag is as good as its assumption: SHA-256's compression, keyed by its
// message, is a pseudorandom function, which HMAC needs too (RFC 2104). HMAC would be four compressions for this one.
type macKey [sha256.Size]byte

func (k *macKey) sum(body []byte) [sha256.Size]byte {
	var text [sha256.Size + bodySize]byte
	copy(text[:], k[:])
	copy(text[sha256.Size:], body)
	return sha256.Sum256(text[:])
}
