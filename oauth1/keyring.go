package oauth1

import (
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
	"sync"

	"github.com/seed-f67351ce/sesame/store"
)

// maxParsed is how many JWK Sets are kept parsed.
const maxParsed = 1024

// A keyring remembers parsed JWK Sets by their text, since parsing one costs as much as a verification.
type keyring struct {
	mu     sync.RWMutex
	parsed map[store.Digest][]*rsa.PublicKey
}

// of returns the keys of a set, and none for one that has no usable key.
func (k *keyring) of(set []byte) []*rsa.PublicKey {
	if len(set) == 0 {
		return nil
	}
	digest := store.Digest(sha256.Sum256(set))
	k.mu.RLock()
	keys, known := k.parsed[digest]
	k.mu.RUnlock()
	if known {
		return keys
	}
	keys, _ = ParseKeys(set)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.parsed == nil || len(k.parsed) >= maxParsed {
		k.parsed = map[store.Digest][]*rsa.PublicKey{}
	}
	k.parsed[digest] = keys
	return keys
}

// nobody is a key to verify with where an app has none, to take as long. What comes of it is not looked at.
var nobody = []*rsa.PublicKey{{N: new(big.Int).SetBit(big.NewInt(1), minKeyBits-1, 1), E: 65537}}

// matchesKeys reports whether one of the keys in set signed m.
func (k *keyring) matchesKeys(set []byte, m *message) bool {
	keys := k.of(set)
	usable := len(keys) > 0
	if !usable {
		keys = nobody
	}
	matched := false
	for _, key := range keys {
		matched = matched || matchesRSA(m.method.hash(), key, m.signature, m.baseString())
	}
	return matched && usable
}
