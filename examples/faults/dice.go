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

// A dice falls as its seed says, so that a run can be repeated as far as the scheduler lets it. Each part of the harness has
// one of its own: what one part asks does not change how another's falls.
type dice struct {
	mu     sync.Mutex
	stream cipher.Stream
}

func newDice(seed uint64, part string) *dice {
	key := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, part))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	return &dice{stream: cipher.NewCTR(block, make([]byte, aes.BlockSize))}
}

// below is a number from 0 to n-1.
func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	var drawn [8]byte
	d.stream.XORKeyStream(drawn[:], drawn[:])
	return int(binary.BigEndian.Uint64(drawn[:]) % uint64(n))
}

// in says yes once in so many times; never for 0.
func (d *dice) in(times int) bool { return times > 0 && d.below(times) == 0 }

// upTo is a time from nothing to limit.
func (d *dice) upTo(limit time.Duration) time.Duration {
	return time.Duration(d.below(int(limit/time.Microsecond)+1)) * time.Microsecond
}

// oneOf is one of several.
func oneOf[T any](d *dice, several []T) T { return several[d.below(len(several))] }
