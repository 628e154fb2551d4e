// Package recent is a bounded set of digests, each of which counts until a time. Looking one up allocates nothing and
// waits for nobody but a writer of the same shard.
package recent
