package password_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/store"
)

// rounds is how many measurements of each kind are made.
func rounds(long int) int {
	if judges() {
		return long
	}
	return 20
}

// judges says whether measurements are judged: they are too few, and the machine too busy, but where somebody asks for it.
func judges() bool { return os.Getenv("SESAME_LONG") != "" }

// TestRefusalsTakeTheSameTime measures what TestRefusalsCostTheSame shows the cause of.
func TestRefusalsTakeTheSameTime(t *testing.T) {
	costs := password.HasherConfig{Memory: 128, Time: 2, InsecureCosts: true}
	if judges() {
		costs.Memory = 19 << 10
	}
	for _, raised := range []bool{false, true} {
		t.Run(fmt.Sprintf("costs raised since: %t", raised), func(t *testing.T) {
			h, err := password.NewHasher(costs)
			require.NoError(t, err)
			l := newLab(t, func(cfg *password.Config) { unthrottled(cfg); cfg.Hasher = h })
			then := h
			if raised {
				lower := costs
				lower.Memory /= 2
				then, err = password.NewHasher(lower)
				require.NoError(t, err)
			}
			for _, name := range []string{"alice", "jasmine", "jafar"} {
				l.users.set(name, func(u *store.User) { u.Password.Hash = hashOf(t, then, stored) })
			}
			names := []string{"alice", "jasmine", "jafar", "abu", "aladdin"}
			times := map[string][]time.Duration{}
			for range rounds(400) {
				shuffle(names) // the collector runs every so many hashes: it must not always meet the same name
				for _, name := range names {
					began := time.Now()
					_, err := l.check(name, "wrong")
					times[name] = append(times[name], time.Since(began))
					require.Error(t, err)
				}
			}
			known := median(times["alice"])
			for _, name := range names {
				apart := median(times[name]) - known
				t.Logf("%-8s %s, %s from alice's", name, median(times[name]), apart)
				if judges() && !raised { // the rest of the work is done in memory of its own: it is near, not the same
					assert.LessOrEqual(t, apart.Abs(), max(known/20, time.Millisecond), name)
				}
			}
		})
	}
}

// TestComparisonsTakeTheSameTime is Welch's t-test of wrong passwords that share all but the last byte with the stored one
// against those that share nothing. Plain text is the one kind in which the password itself is compared.
func TestComparisonsTakeTheSameTime(t *testing.T) {
	h, err := password.NewHasher(password.HasherConfig{
		Memory: 8, Time: 1, InsecureCosts: true, InsecureKinds: []password.Kind{password.PlainText},
	})
	require.NoError(t, err)
	secret := strings.Repeat("s", 64)
	guesses := [2]string{secret[:63] + "x", strings.Repeat("x", 64)}
	var samples [2][]float64
	order := []int{0, 1}
	for range rounds(1_000_000) {
		shuffle(order)
		for _, kind := range order {
			began := time.Now()
			match, _, err := h.Verify(secret, guesses[kind])
			samples[kind] = append(samples[kind], float64(time.Since(began)))
			require.NoError(t, err)
			require.False(t, match)
		}
	}
	score := welch(trimmed(samples[0]), trimmed(samples[1]))
	t.Logf("t = %.2f", score)
	if judges() {
		assert.Less(t, math.Abs(score), 4.5)
	}
}

func shuffle[T any](list []T) {
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// trimmed leaves out the slowest tenth, which the machine made slow.
func trimmed(sample []float64) []float64 {
	slices.Sort(sample)
	return sample[:len(sample)*9/10]
}

// welch is the t of two samples with variances of their own.
func welch(a, b []float64) float64 {
	meanA, varA := moments(a)
	meanB, varB := moments(b)
	return (meanA - meanB) / math.Sqrt(varA/float64(len(a))+varB/float64(len(b)))
}

func moments(sample []float64) (mean, variance float64) {
	for _, x := range sample {
		mean += x
	}
	mean /= float64(len(sample))
	for _, x := range sample {
		variance += (x - mean) * (x - mean)
	}
	return mean, variance / float64(len(sample)-1)
}
