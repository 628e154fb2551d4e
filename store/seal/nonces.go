package seal

import (
	"crypto/rand"
	"sync"
)

// Nonces draws the nonces of a process. Their first half is drawn for many texts at once, since each makes a key that has
// to be derived to open them; the second is drawn for each. Of 2^40 texts two have the same nonce with a probability of
// 2^-37, the key that makes it included.
type nonces struct {
	mu   sync.Mutex
	half nonceHalf
	left int
}

// perHalf is how many texts have the same first half.
const perHalf = 1 << 20

// draw fills in a nonce.
func (n *nonces) draw(nonce []byte) {
	n.mu.Lock()
	if n.left == 0 {
		_, _ = rand.Read(n.half[:]) // does not fail
		n.left = perHalf
	}
	n.left--
	copy(nonce, n.half[:])
	n.mu.Unlock()
	_, _ = rand.Read(nonce[len(n.half):])
}
