package password

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// A memory holds proofs of verified passwords for a while. A proof is an HMAC-SHA256 under a key that lives and dies with
// the process.
type memory struct {
	inner, outer [sha256.BlockSize]byte // the key with HMAC's paddings (RFC 2104 §2)
	seed         maphash.Seed
	proofs       *proofs
	keep         time.Duration
}

func newMemory(limit int, keep time.Duration) *memory {
	m := &memory{seed: maphash.MakeSeed(), proofs: newProofs(limit), keep: keep}
	copy(m.inner[:], randomBytes(sha256.Size))
	m.outer = m.inner
	for i := range m.inner {
		m.inner[i] ^= 0x36
		m.outer[i] ^= 0x5c
	}
	return m
}

// proof is the HMAC of an injective encoding of whose password it is, what is stored of it, and itself. So a new stored
// hash makes another proof. It is written out because crypto/hmac allocates for each, or else needs a pool, which takes
// longer than the hashing.
func (m *memory) proof(account throttle.Account, encoded, secret string) store.Digest {
	var buffer [512]byte // on the stack, which is enough for most
	text := append(buffer[:0], m.inner[:]...)
	for _, part := range [...]string{string(account.Kind), account.ID, encoded, secret} {
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	sum := sha256.Sum256(text)
	clear(text) // the password does not stay
	return sha256.Sum256(append(append(buffer[:0], m.outer[:]...), sum[:]...))
}

// home is where the proofs of an account are.
func (m *memory) home(account throttle.Account) home {
	return m.proofs.home(maphash.Comparable(m.seed, account))
}

func (m *memory) put(h home, proof store.Digest, now time.Time) {
	m.proofs.put(h, proof, now.Add(m.keep))
}
