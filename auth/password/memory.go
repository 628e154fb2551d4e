package password

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// A memory holds proofs of verified passwords for a while. A proof is an HMAC-SHA256 under a key that lives and dies with
// the process.
type memory struct {
	provers sync.Pool // of *prover, since a new HMAC costs allocations and hashing of its key
	proofs  *proofs
	keep    time.Duration
}

// A prover makes one proof at a time.
type prover struct {
	mac  hash.Hash
	text []byte
	sum  store.Digest
}

func newMemory(limit int, keep time.Duration) *memory {
	key := randomBytes(sha256.Size)
	return &memory{
		provers: sync.Pool{New: func() any { return &prover{mac: hmac.New(sha256.New, key)} }},
		proofs:  newProofs(limit), keep: keep,
	}
}

// proof is the HMAC of an injective encoding of whose password it is, what is stored of it, and itself. So a new stored
// hash makes another proof.
func (m *memory) proof(account throttle.Account, encoded, secret string) store.Digest {
	p := m.provers.Get().(*prover)
	defer m.provers.Put(p)
	p.text = p.text[:0]
	for _, part := range [...]string{string(account.Kind), account.ID, encoded, secret} {
		p.text = binary.AppendUvarint(p.text, uint64(len(part)))
		p.text = append(p.text, part...)
	}
	p.mac.Reset()
	_, _ = p.mac.Write(p.text) // never fails
	p.mac.Sum(p.sum[:0])
	clear(p.text) // the password does not stay
	return p.sum
}

func (m *memory) holds(proof store.Digest, now time.Time) bool { return m.proofs.has(proof, now) }

func (m *memory) put(proof store.Digest, now time.Time) { m.proofs.put(proof, now.Add(m.keep)) }
