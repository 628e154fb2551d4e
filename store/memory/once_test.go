package memory_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// until is the n-th second of the test.
func until(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }

func key(n int) store.Digest { return store.DigestOf(strconv.Itoa(n)) }

// Both ways to claim keep the same rule about keys.
var claims = map[string]func(s *memory.Store, key store.Digest, until time.Time) error{
	"Claim": func(s *memory.Store, key store.Digest, until time.Time) error {
		return s.Claim(context.Background(), key, until)
	},
	"ClaimCount": func(s *memory.Store, key store.Digest, until time.Time) error {
		return s.ClaimCount(context.Background(), key, 1, until)
	},
}

func TestForgettingNeverLetsAReplayPass(t *testing.T) {
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			s := memory.New(memory.OnceCapacity(80))
			for i := range 1000 {
				require.NoError(t, claim(s, key(i), until(i)), "a new key that ends last")
			}
			for i := range 1000 {
				require.ErrorIs(t, claim(s, key(i), until(i)), store.ErrUsed, "key %d again", i)
			}
			assert.ErrorIs(t, claim(s, key(1001), until(900)), store.ErrUsed, "an unknown key that ends no later than a forgotten one")
			assert.NoError(t, claim(s, key(1002), until(995)), "an unknown key that ends after all forgotten ones")
		})
	}
}

func TestTheKeysThatEndFirstAreForgottenFirst(t *testing.T) {
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			s := memory.New(memory.OnceCapacity(80))
			for _, i := range rand.Perm(80) {
				require.NoError(t, claim(s, key(i), until(i)))
			}
			require.NoError(t, claim(s, key(80), until(80)))
			assert.ErrorIs(t, claim(s, key(100), until(10)), store.ErrUsed, "the first eighth was forgotten")
			assert.NoError(t, claim(s, key(101), until(11)), "and no more")
		})
	}
}

func TestAKeyWithoutAnEndIsForgottenLastAndMissedByAll(t *testing.T) {
	s := memory.New(memory.OnceCapacity(1))
	ctx := context.Background()
	require.NoError(t, s.Claim(ctx, key(1), time.Time{}))
	require.NoError(t, s.Claim(ctx, key(2), until(1)))
	assert.ErrorIs(t, s.Claim(ctx, key(1), time.Time{}), store.ErrUsed)
	assert.ErrorIs(t, s.Claim(ctx, key(3), time.Time{}), store.ErrUsed)
	assert.ErrorIs(t, s.Claim(ctx, key(4), until(1000)), store.ErrUsed)
}

func TestWhatWasForgottenStaysForgottenWhenOneThatEndsSoonerGoes(t *testing.T) {
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			s := memory.New(memory.OnceCapacity(7)) // forgets one at a time
			for i := 10; i < 17; i++ {
				require.NoError(t, claim(s, key(i), until(i)))
			}
			require.NoError(t, claim(s, key(5), until(5)), "forgets 10")
			require.NoError(t, claim(s, key(17), until(17)), "forgets 5")
			assert.ErrorIs(t, claim(s, key(10), until(10)), store.ErrUsed)
		})
	}
}

func TestSweepMakesRoomWithoutRefusingAnybody(t *testing.T) {
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			s := memory.New(memory.OnceCapacity(80))
			for i := range 80 {
				require.NoError(t, claim(s, key(i), until(i)))
			}
			for _, end := range []int{10, 40} {
				n, err := s.Sweep(context.Background(), until(end), 1000)
				require.NoError(t, err)
				assert.NotZero(t, n)
			}
			for i := 100; i < 140; i++ {
				require.NoError(t, claim(s, key(i), until(40)), "in the place of a swept one")
			}
		})
	}
}

func TestReplayMarksStayUnderTheirCapacity(t *testing.T) {
	n := many(100_000, 2_000_000)
	capacity := n / 20
	s := memory.New(memory.OnceCapacity(capacity))
	before, _ := heap()
	for i := range n {
		require.NoError(t, s.Claim(context.Background(), key(i), until(i)))
		require.NoError(t, s.ClaimCount(context.Background(), key(i), 1, until(i)))
	}
	after, _ := heap()
	assert.Less(t, after-before, uint64(capacity*200), "bytes for %d keys of each kind", capacity)
	assert.ErrorIs(t, s.Claim(context.Background(), key(0), until(0)), store.ErrUsed)
}

// The window is a set from which all that is too low was taken.
func TestCountsAreGivenOnceWithinTheWindow(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for round := range 200 {
		s := memory.New()
		taken, highest := map[uint32]bool{}, int64(-1)
		n := random.Uint32()
		if round%2 == 0 {
			n = random.Uint32N(300)
		}
		for range 400 {
			step := random.Uint32N(40)
			if random.IntN(20) == 0 {
				step = random.Uint32N(400)
			}
			n += step - 20 // around the end of the numbers as well
			want := !taken[n] && int64(n) > highest-store.CountWindow
			err := s.ClaimCount(context.Background(), key(round), n, noon)
			require.Equal(t, want, err == nil, "%d after at most %d: %v", n, highest, err)
			if want {
				taken[n], highest = true, max(highest, int64(n))
			}
		}
	}
}

func TestOneOfManyClaimsWins(t *testing.T) {
	s := memory.New(memory.OnceCapacity(64))
	for i := range 300 {
		var won atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if s.Claim(context.Background(), key(i), until(i)) == nil {
					won.Add(1)
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 1, won.Load())
	}
}
