//go:build unix

package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

// A random draws what follows from its seed, so that a run can be repeated as far as the scheduler lets it. Each part of the
// harness has one of its own: what one part draws changes nothing for another.
type random struct {
	mu     sync.Mutex
	stream cipher.Stream
}

func newRandom(seed uint64, part string) *random {
	key := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, part))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	return &random{stream: cipher.NewCTR(block, make([]byte, aes.BlockSize))}
}

// below is a number from 0 to n-1.
func (r *random) below(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var drawn [8]byte
	r.stream.XORKeyStream(drawn[:], drawn[:])
	return int(binary.BigEndian.Uint64(drawn[:]) % uint64(n))
}

// in says yes once in so many times; never for 0.
func (r *random) in(times int) bool { return times > 0 && r.below(times) == 0 }

// upTo is a time from nothing to limit.
func (r *random) upTo(limit time.Duration) time.Duration {
	return time.Duration(r.below(int(limit/time.Microsecond)+1)) * time.Microsecond
}

// oneOf is one of several.
func oneOf[T any](r *random, several []T) T { return several[r.below(len(several))] }
