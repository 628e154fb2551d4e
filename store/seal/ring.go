package seal

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// A Ring is the keys of one service. It is safe for concurrent use.
type Ring struct {
	keys      []ringKey
	nonces    nonces
	scratches sync.Pool // of *scratch
}

type ringKey struct {
	id     keyID
	secret Key
	xaes   *xaes
}

// New makes a ring of at least one key. The first seals; all of them open.
func New(keys ...Key) (*Ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("seal: a ring needs a key")
	}
	r := &Ring{}
	for _, key := range keys {
		if key == (Key{}) {
			return nil, errors.New("seal: a key is all zeros")
		}
		if r.find(key.id()) != nil {
			return nil, fmt.Errorf("seal: the key %s is there twice", key.ID())
		}
		xaes, err := newXAES(key.derive("sealing", keySize))
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		r.keys = append(r.keys, ringKey{key.id(), key, xaes})
	}
	return r, nil
}

// find returns the key with this ID, and nil where there is none.
func (r *Ring) find(id keyID) *ringKey {
	for i := range r.keys {
		if r.keys[i].id == id {
			return &r.keys[i]
		}
	}
	return nil
}

// Derive makes a key of 32 bytes for purpose of each of the ring's keys, in their order: sign by the first, accept all.
// Different purposes give independent keys.
func (r *Ring) Derive(purpose string) [][]byte {
	derived := make([][]byte, len(r.keys))
	for i, key := range r.keys {
		derived[i] = key.secret.derive("for "+purpose, len(Key{}))
	}
	return derived
}

// Format writes the IDs of the keys for every verb.
func (r *Ring) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "seal.Ring(")
	for i, key := range r.keys {
		if i > 0 {
			_, _ = io.WriteString(s, " ")
		}
		_, _ = io.WriteString(s, key.secret.ID())
	}
	_, _ = io.WriteString(s, ")")
}
