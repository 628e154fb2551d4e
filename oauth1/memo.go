package oauth1

import "sync"

// A memo remembers secrets that were opened lately, since opening one costs more than a signature. What it says can never
// be outdated: a key holds all that the secret was opened from. It keeps two halves and forgets the older one when the
// younger is full.
type memo struct {
	half int // how many secrets each half may have

	mu           sync.RWMutex
	young, older map[string][]byte
}

func newMemo(limit int) *memo { return &memo{half: limit / 2, young: map[string][]byte{}} }

// get returns what was put under key, to read and never to write.
func (c *memo) get(key []byte) ([]byte, bool) {
	c.mu.RLock()
	text, known := c.young[string(key)]
	if known {
		c.mu.RUnlock()
		return text, true
	}
	text, known = c.older[string(key)]
	c.mu.RUnlock()
	if known {
		c.put(key, text)
	}
	return text, known
}

func (c *memo) put(key, text []byte) {
	if c.half <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.half {
		c.young, c.older = map[string][]byte{}, c.young
	}
	c.young[string(key)] = text
}
