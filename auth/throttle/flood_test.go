package throttle_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func TestAFloodOfRandomNames(t *testing.T) {
	failures, capacity := 12_000, 1<<12
	if os.Getenv("SESAME_LONG") != "" {
		failures, capacity = 1_000_000, 1<<17
	}
	t.Run("SEC-RATE-04 does not grow the limiter, and does not free an account under attack", func(t *testing.T) {
		before := heap()
		counters := memory.New(memory.CounterCapacity(capacity))
		l := newLab(t, throttle.Config{Counters: counters, Notes: 1 << 10})
		for range 10 {
			require.NoError(t, l.fail(user("alice"), home))
		}
		for n := range failures {
			address := fmt.Sprintf("[2001:db8:%x:%x::1]:1", n>>16, n&0xffff)
			require.NoError(t, l.fail(throttle.Account{Kind: throttle.Unknown, ID: fmt.Sprint("name", n)}, address))
		}
		assert.Less(t, heap()-before, int64(capacity*160+1<<10*8+1<<20), "bytes")
		assert.ErrorIs(t, l.succeed(user("alice"), home), autherr.TooManyRequests)
		runtime.KeepAlive(counters)
	})
}

// heap is what live objects take.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
