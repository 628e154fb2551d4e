package redisstore

import (
	"fmt"

	"github.com/seed-f67351ce/sesame/store"
)

// shards is how many hash tags the keys have: enough to spread over the masters of a cluster.
const shards = 64

// shardOf is where what has this digest is kept.
func shardOf(d *store.Digest) int { return int(d[0]) % shards }

// tag is the hash tag of a shard, by which all its keys are in one slot. The tenant's length keeps tenants apart whatever
// their names are.
func (c *config) tag(shard int) string {
	return fmt.Sprintf("%s{%s %d %s %d}", c.prefix, c.prefix, len(c.tenant), c.tenant, shard)
}

// A keyring makes keys without formatting each.
type keyring [shards]string

func newKeyring(c *config) *keyring {
	var k keyring
	for i := range k {
		k[i] = c.tag(i)
	}
	return &k
}

// note is the key of a shard's note of what it remembers.
func (k *keyring) note(shard int) string { return k[shard] + " note" }

// of is the key for what has this digest and is of this kind, such as "once".
func (k *keyring) of(kind string, d *store.Digest) string {
	return k[shardOf(d)] + " " + kind + " " + string(d[:])
}
