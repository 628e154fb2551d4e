package oauth1

import (
	"hash/maphash"
	"math"
	"sync"
)

// A memo remembers secrets that were opened lately, since opening one costs more than a signature. What it says can never
// be outdated: a key holds all that the secret was opened from. It is in parts, so that callers seldom meet at one lock.
type memo struct {
	seed  maphash.Seed
	parts []memoPart
}

// A memoPart keeps two halves and forgets the older one when the younger is full.
type memoPart struct {
	mu           sync.Mutex
	half         int // how many secrets each half may have
	young, older opened
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
		m.parts[i].half = limit / 2 / n
	}
	return m
}

// part returns the part for keys with this hash, locked.
func (m *memo) part(hash uint64) *memoPart {
	p := &m.parts[hash&uint64(len(m.parts)-1)]
	p.mu.Lock()
	return p
}

// get returns what was put under key, to read and never to write.
func (m *memo) get(key []byte) (text []byte, known bool) {
	hash := maphash.Bytes(m.seed, key)
	p := m.part(hash)
	defer p.mu.Unlock()
	if text, known = p.young.find(hash, key); known {
		return text, true
	}
	if text, known = p.older.find(hash, key); known {
		p.put(hash, key, text)
	}
	return text, known
}

func (m *memo) put(key, text []byte) {
	hash := maphash.Bytes(m.seed, key)
	p := m.part(hash)
	defer p.mu.Unlock()
	p.put(hash, key, text)
}

func (p *memoPart) put(hash uint64, key, text []byte) {
	if p.half <= 0 || len(key) > math.MaxUint16 || len(text) > math.MaxUint16 {
		return
	}
	if p.young.used >= p.half || len(p.young.bytes) > maxOpened {
		p.young, p.older = opened{}, p.young
	}
	p.young.add(hash, key, text)
}
