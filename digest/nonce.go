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

// A nonce is 48 bits of milliseconds, 64 random bits, and the first 128 bits of the HMAC-SHA-256 over both, in
// hexadecimal.
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
	// key is what the store knows it by: all of the HMAC, whose second half nobody else learns.
	key store.Digest
	// expires is when it ends.
	expires time.Time
}

func newNonceKeys(ring *seal.Ring, lifetime time.Duration) *nonceKeys {
	n := &nonceKeys{lifetime: lifetime}
	for _, secret := range ring.Derive("Digest nonces") {
		n.keys = append(n.keys, newMACKey(secret))
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
	sum := n.keys[0].sum([bodySize]byte(octets[:bodySize]))
	copy(octets[bodySize:], sum[:])
	return hex.EncodeToString(octets[:])
}

// check returns the nonce where it is ours and not over at this time. Nothing else of a request need be looked at before.
func (n *nonceKeys) check(text string, now time.Time) (nonce, bool) {
	octets, ok := decodeNonce(text)
	if !ok {
		return nonce{}, false
	}
	body, tag := [bodySize]byte(octets[:bodySize]), octets[bodySize:]
	for i := range n.keys {
		sum := n.keys[i].sum(body)
		if subtle.ConstantTimeCompare(sum[:len(tag)], tag) == 1 {
			made := timeOf(body)
			found := nonce{key: sum, expires: made.Add(n.lifetime)}
			return found, now.Before(found.expires) && !now.Before(made.Add(-maxSkew))
		}
	}
	return nonce{}, false
}

// decodeNonce takes the one spelling that mint writes.
func decodeNonce(text string) (octets [nonceSize]byte, ok bool) {
	if len(text) != nonceChars || !isLowerHex(text) {
		return octets, false
	}
	var digits [nonceChars]byte // on the stack
	copy(digits[:], text)
	_, err := hex.Decode(octets[:], digits[:])
	return octets, err == nil
}

func timeOf(body [bodySize]byte) time.Time {
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

// A macKey is a key of HMAC-SHA-256 (RFC 2104) for messages of one length. Unlike crypto/hmac it allocates nothing.
type macKey struct {
	inner, outer [sha256.BlockSize]byte
}

// newMACKey takes a secret of at most a block.
func newMACKey(secret []byte) (k macKey) {
	copy(k.inner[:], secret)
	k.outer = k.inner
	for i := range k.inner {
		k.inner[i] ^= 0x36
		k.outer[i] ^= 0x5c
	}
	return k
}

func (k *macKey) sum(message [bodySize]byte) [sha256.Size]byte {
	var first [sha256.BlockSize + bodySize]byte
	copy(first[:], k.inner[:])
	copy(first[sha256.BlockSize:], message[:])
	inner := sha256.Sum256(first[:])

	var second [sha256.BlockSize + sha256.Size]byte
	copy(second[:], k.outer[:])
	copy(second[sha256.BlockSize:], inner[:])
	return sha256.Sum256(second[:])
}
