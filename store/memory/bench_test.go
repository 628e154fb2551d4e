package memory_test

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func digests(n int) []store.Digest {
	list := make([]store.Digest, n)
	for i := range list {
		list[i] = store.DigestOf(strconv.Itoa(i))
	}
	return list
}

// BenchmarkLookUpToken compares with the floor: a map under a lock, without accounts or clients.
func BenchmarkLookUpToken(b *testing.B) {
	for _, n := range []int{1_000, 100_000, many(100_001, 1_000_000)} {
		keys := digests(n)
		b.Run("floor/"+strconv.Itoa(n), func(b *testing.B) {
			type principal struct{ user, _, _ uint64 } // its expiry and scopes too
			var mu sync.RWMutex
			floor := map[store.Digest]principal{}
			for i, d := range keys {
				floor[d] = principal{user: uint64(i)}
			}
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i = (i + 7919) % n {
					mu.RLock()
					if _, ok := floor[keys[i]]; !ok {
						b.Fail()
					}
					mu.RUnlock()
				}
			})
		})
		b.Run("memory/"+strconv.Itoa(n), func(b *testing.B) {
			s := issue(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i = (i + 7919) % n {
					if _, err := s.LookUpToken(context.Background(), keys[i]); err != nil {
						b.Fail()
					}
				}
			})
		})
	}
}

func BenchmarkPutTokens(b *testing.B) {
	s := memory.New(memory.UsersElsewhere(), memory.ClientsElsewhere())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		t := accessToken(i, noon)
		if err := s.PutTokens(context.Background(), []store.Token{t}, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaim(b *testing.B) {
	s := memory.New()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var key store.Digest
		for i := 0; pb.Next(); i++ {
			key = store.DigestOf(strconv.Itoa(i))
			_ = s.Claim(context.Background(), key, noon.Add(time.Duration(i)*time.Microsecond))
		}
	})
}

func BenchmarkClaimCount(b *testing.B) {
	s := memory.New()
	keys := digests(1000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.ClaimCount(context.Background(), keys[i%1000], uint32(i/1000), noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	s := memory.New()
	keys := digests(1_000_000)
	counts := make([]store.Count, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		counts[0] = store.Count{Key: keys[i%len(keys)], Delta: 1, Until: noon}
		if err := s.Add(context.Background(), counts); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCollection is what a full collection costs while a store holds many tokens, and none.
func BenchmarkCollection(b *testing.B) {
	for _, n := range []int{0, many(100_000, 1_000_000)} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := issue(b, n)
			runtime.GC()
			for b.Loop() {
				runtime.GC()
			}
			runtime.KeepAlive(s)
		})
	}
}
