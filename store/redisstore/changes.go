package redisstore

import (
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// maxChanges is how many changes are remembered one by one; where there are more, everything counts as changed.
const maxChanges = 1 << 14

// changes are what was changed through this node lately. An entry in Redis that one of them concerns may be of before it, and
// is passed over until every such entry has expired, whoever wrote it.
type changes struct {
	life  time.Duration
	mu    sync.RWMutex
	ends  map[any]time.Time // of names
	all   time.Time         // the end of a change of everything
	until time.Time         // the last end
}

// The names of what can change. An account's concerns its tokens and those of the apps that it owns.
type (
	tokenID     string
	accountID   string
	clientID    string
	grantID     string
	tokenDigest store.Digest
)

func (c *changes) init(life time.Duration) { c.life, c.ends = life, map[any]time.Time{} }

// add notes that what has these names may have changed up to now.
func (c *changes) add(names ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.until = now.Add(c.life)
	if len(c.ends)+len(names) > maxChanges {
		c.forget(now)
	}
	if len(c.ends)+len(names) > maxChanges {
		c.all = c.until
		return
	}
	for _, name := range names {
		c.ends[name] = c.until
	}
}

// addAll notes that everything may have changed.
func (c *changes) addAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Now().Add(c.life)
	c.all = c.until
}

// forget drops what no look-up asks for any more, not even one that began a while ago.
func (c *changes) forget(now time.Time) {
	for name, end := range c.ends {
		if end.Add(c.life).Before(now) {
			delete(c.ends, name)
		}
	}
}

// concern says whether a change concerns what was found by a look-up that began at this time.
func (c *changes) concern(found *store.FoundToken, begin time.Time) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if begin.After(c.until) {
		return false
	}
	t := &found.Token
	return !begin.After(c.all) || c.has(begin, tokenDigest(t.Digest)) || c.has(begin, tokenID(t.ID)) ||
		c.has(begin, accountID(t.User)) || c.has(begin, clientID(t.Client)) || c.has(begin, grantID(t.Grant)) ||
		c.has(begin, accountID(found.Client.Owner))
}

func (c *changes) has(begin time.Time, name any) bool {
	end, ok := c.ends[name]
	return ok && !begin.After(end)
}
