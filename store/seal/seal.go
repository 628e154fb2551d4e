package seal

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

var (
	// ErrKeyMissing says that a text was sealed under a key that is not in the ring. The error names the key.
	ErrKeyMissing = errors.New("seal: the key is not in the ring")
	// ErrForged says that a text was not sealed by this ring for this binding, or was changed since.
	ErrForged = errors.New("seal: forged, damaged or moved")
)

// A sealed text is version, key ID, nonce, ciphertext, tag.
const (
	version  = 1
	idEnd    = 1 + len(keyID{})
	nonceEnd = idEnd + nonceSize
	overhead = nonceEnd + tagSize
)

// A Binding names the place where a sealed text is kept: the kind of record, its ID, the field, and whatever else must
// not be exchanged. A text opens under the same parts in the same order alone.
type Binding []string

// appendData appends the additional data: the header, then the parts, each behind its length, which no other header and
// parts give.
func (b Binding) appendData(data, header []byte) []byte {
	data = append(data, header...)
	for _, part := range b {
		data = binary.BigEndian.AppendUint32(data, uint32(len(part)))
		data = append(data, part...)
	}
	return data
}

// Seal encrypts plaintext for binding under the ring's first key. The result is 45 bytes longer.
func (r *Ring) Seal(binding Binding, plaintext []byte) []byte {
	key := &r.keys[0]
	sealed := make([]byte, nonceEnd, overhead+len(plaintext))
	sealed[0] = version
	copy(sealed[1:], key.id[:])
	r.nonces.draw(sealed[idEnd:])
	half, nonce := nonceHalf(sealed[idEnd:]), sealed[idEnd+len(nonceHalf{}):]
	return key.xaes.under(half).Seal(sealed, nonce, plaintext, binding.appendData(nil, sealed[:idEnd]))
}

// Open decrypts what Seal made for the same binding. Stale says that a key other than the first sealed it: seal it again.
// The errors are ErrKeyMissing and ErrForged.
func (r *Ring) Open(binding Binding, sealed []byte) (plaintext []byte, stale bool, err error) {
	return r.AppendOpen(nil, binding, sealed)
}

// AppendOpen is Open, and appends the plaintext to dst.
func (r *Ring) AppendOpen(dst []byte, binding Binding, sealed []byte) (plaintext []byte, stale bool, err error) {
	if len(sealed) < overhead || sealed[0] != version {
		return nil, false, ErrForged
	}
	id := keyID(sealed[1:idEnd])
	key := r.find(id)
	if key == nil {
		return nil, false, fmt.Errorf("%w: %s", ErrKeyMissing, hex.EncodeToString(id[:]))
	}
	half, nonce := nonceHalf(sealed[idEnd:]), sealed[idEnd+len(nonceHalf{}):nonceEnd]
	s, _ := r.scratches.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	defer r.putBack(s)
	s.data = binding.appendData(s.data[:0], sealed[:idEnd])
	if s.text, err = key.xaes.under(half).Open(s.text[:0], nonce, sealed[nonceEnd:], s.data); err != nil {
		return nil, false, ErrForged
	}
	return append(dst, s.text...), key != &r.keys[0], nil
}

// A scratch is where a text is opened. What a cipher behind an interface is given cannot be on the stack; what is copied
// from here can.
type scratch struct{ data, text []byte }

// putBack leaves no plaintext behind.
func (r *Ring) putBack(s *scratch) {
	clear(s.text)
	r.scratches.Put(s)
}
