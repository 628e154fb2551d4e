package seal

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// A Key is one secret of a ring: 256 random bits.
type Key [32]byte

// NewKey draws a key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // does not fail
	return k
}

// ID is what the key is called in sealed texts, files and errors: 8 hexadecimal digits. It is made of the secret, so
// that it cannot disagree with it, and says nothing about it.
func (k Key) ID() string {
	id := k.id()
	return hex.EncodeToString(id[:])
}

type keyID [4]byte

func (k Key) id() keyID { return keyID(k.derive("id", len(keyID{}))) }

// derive makes a key of length bytes for one purpose (RFC 5869). Different purposes give independent keys.
func (k Key) derive(purpose string, length int) []byte {
	key, err := hkdf.Key(sha256.New, k[:], nil, "sesame/store/seal "+purpose, length)
	if err != nil {
		panic(err) // only for a length over 255 times the hash's, and for keys that FIPS 140 finds too short
	}
	return key
}

// Format writes the key's ID for every verb: a key never shows in a log.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "seal.Key("+k.ID()+")") }

// MarshalText gives the key's ID: a key never shows in a document either.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.ID()), nil }
