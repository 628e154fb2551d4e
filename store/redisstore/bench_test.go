//go:build unix

package redisstore_test

import (
	"context"
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// BenchmarkClaim is one round trip to a server on this machine, from several callers.
func BenchmarkClaim(b *testing.B) {
	s := newStore(b, open(b, redistest.New(b).Addr()))
	until := time.Now().Add(5 * time.Minute)
	var n atomic.Uint64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			var key store.Digest
			binary.BigEndian.PutUint64(key[:], n.Add(1)*0x9e3779b97f4a7c15)
			if err := s.Claim(context.Background(), key, until); err != nil {
				b.Error(err)
			}
		}
	})
}
