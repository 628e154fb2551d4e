package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"sync/atomic"
)

// The sizes of XAES-256-GCM, in bytes.
const (
	keySize   = 32
	nonceSize = 24
	tagSize   = 16
)

// An xaes is a key of XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with nonces of 192 bits, whose first half makes
// the key, and whose second half is the nonce under that.
type xaes struct {
	block  cipher.Block
	subkey [aes.BlockSize]byte // K1 of CMAC (NIST SP 800-38B §6.1)
	// lately are keys that were derived lately, of a kilobyte each. A nonce's first half says where.
	lately [1024]atomic.Pointer[derived]
}

type nonceHalf [nonceSize / 2]byte

// Derived is AES-256-GCM under the key that a nonce's first half makes. Making one costs more than opening a text.
type derived struct {
	half nonceHalf
	aead cipher.AEAD
}

func newXAES(key []byte) (*xaes, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	x := &xaes{block: block}
	x.block.Encrypt(x.subkey[:], x.subkey[:])
	carry := byte(0)
	for i := len(x.subkey) - 1; i >= 0; i-- {
		x.subkey[i], carry = x.subkey[i]<<1|carry, x.subkey[i]>>7
	}
	x.subkey[len(x.subkey)-1] ^= carry * 0b1000_0111
	return x, nil
}

// under is AES-256-GCM under the key for a nonce's first half.
func (x *xaes) under(half nonceHalf) cipher.AEAD {
	place := &x.lately[int(binary.LittleEndian.Uint16(half[:]))%len(x.lately)]
	if d := place.Load(); d != nil && d.half == half {
		return d.aead
	}
	aead := x.derive(half)
	place.Store(&derived{half, aead})
	return aead
}

// derive makes the key, each half by one block of CMAC, which encodes its number and the label "X".
func (x *xaes) derive(half nonceHalf) cipher.AEAD {
	var key [keySize]byte
	for i := range 2 {
		of := key[i*aes.BlockSize : (i+1)*aes.BlockSize]
		copy(of, []byte{0, byte(i + 1), 'X', 0})
		copy(of[4:], half[:])
		subtle.XORBytes(of, of, x.subkey[:])
		x.block.Encrypt(of, of)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // only for keys of another size
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for blocks of another size
	}
	return aead
}
