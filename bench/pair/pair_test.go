package pair_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-f67351ce/sesame/bench/pair"
)

// work spins for n rounds.
func work(n int) pair.Op {
	return func(i int) {
		x := uint64(i)
		for range n {
			x = x*6364136223846793005 + 1
		}
		sink.Store(x)
	}
}

var sink atomic.Uint64

func TestTwiceTheWorkIsTwiceTheFloor(t *testing.T) {
	r := pair.Measure(work(20_000), pair.System{Op: work(40_000)}, pair.Options{Slice: 2 * time.Millisecond, Round: 40 * time.Millisecond, Rounds: 5, Cores: 1})
	if r.Ratio < 1.5 || r.Ratio > 2.7 {
		t.Errorf("the ratio is %.2f, not about 2", r.Ratio)
	}
	if r.Allocs != 0 {
		t.Errorf("%v allocations", r.Allocs)
	}
}
