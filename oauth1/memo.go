package oauth1

import (
	"hash/maphash"
	"math"
	"sync"
	"sync/atomic"
)

// A memo remembers secrets that were opened lately, since opening one costs more than a signature. What it says can never
// be outdated: all that a secret was opened from is compared. Getting takes no lock; it is in parts, so that putting
// seldom waits and growing never takes long.
type memo struct {
	seed  maphash.Seed
	parts []memoPart
}

// A memoPart keeps two halves and forgets the older one when the younger is full.
type memoPart struct {
	young, older atomic.Pointer[opened]

	mu   sync.Mutex // of who puts
	half int        // how many secrets each half may have
}

// maxMemoParts is a power of two.
const maxMemoParts = 64

func newMemo(limit int) *memo {
	n := 1
	for n < maxMemoParts && limit/n >= 128 {
		n *= 2
	}
	m := &memo{seed: maphash.MakeSeed(), parts: make([]memoPart, n)}
	for i := range m.parts {
		p := &m.parts[i]
		p.half = limit / 2 / n
		p.young.Store(new(opened))
		p.older.Store(new(opened))
	}
	return m
}

// part returns the part for a secret and its tag.
func (m *memo) part(secret *sealedSecret) (*memoPart, uint32) {
	hash := maphash.String(m.seed, secret.name)
	return &m.parts[hash&uint64(len(m.parts)-1)], uint32(hash >> 32)
}

// get returns what was put for the secret, to read and never to write.
func (m *memo) get(secret *sealedSecret) (text []byte, known bool) {
	p, tag := m.part(secret)
	if text, known = p.young.Load().find(tag, secret); known {
		return text, true
	}
	if text, known = p.older.Load().find(tag, secret); known {
		p.put(tag, secret, text)
	}
	return text, known
}

func (m *memo) put(secret *sealedSecret, text []byte) {
	p, tag := m.part(secret)
	p.put(tag, secret, text)
}

func (p *memoPart) put(tag uint32, secret *sealedSecret, text []byte) {
	if p.half <= 0 || !fits(secret, text) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	young, size := p.young.Load(), entrySize(secret, text)
	if young.used >= p.half || young.filled+size > math.MaxUint32/4 {
		p.older.Store(young)
		young = new(opened)
	}
	if !young.hasRoom(size) {
		young = young.grown(size)
	}
	young.add(tag, secret, text)
	p.young.Store(young)
}
