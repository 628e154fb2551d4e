package random_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/random"
)

func TestIDsCompareAsTheirTimes(t *testing.T) {
	early := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	last := random.ID(early)
	for _, later := range []time.Duration{time.Millisecond, time.Second, time.Hour, 24 * 365 * time.Hour, 24 * 365 * 50 * time.Hour} {
		id := random.ID(early.Add(later))
		assert.Greater(t, id, last, "%v later", later)
		assert.Len(t, id, 25)
		last = id
	}
	assert.Len(t, random.ID(time.Unix(-1, 0)), 25, "before 1970")
}

func TestSecretsAreRandom(t *testing.T) {
	t.Run("SEC-RAND-01 no duplicate, and each symbol is as likely as another", func(t *testing.T) {
		const texts, length = 100_000, 43
		var counts [128]int
		seen := make(map[string]struct{}, texts)
		for range texts {
			text := random.Text(length)
			require.Len(t, text, length)
			seen[text] = struct{}{}
			for i := range len(text) {
				counts[text[i]]++
			}
		}
		assert.Len(t, seen, texts)
		expected, chi := float64(texts*length)/62, 0.0
		for c, n := range counts {
			if n > 0 {
				chi += (float64(n) - expected) * (float64(n) - expected) / expected
			} else {
				assert.NotRegexp(t, "^[0-9A-Za-z]$", string(rune(c)))
			}
		}
		assert.Less(t, chi, 130.0, "chi-square with 61 degrees of freedom passes 130 once in a million runs")
	})
}

func TestConcurrentTextsDiffer(t *testing.T) {
	var wait sync.WaitGroup
	var seen sync.Map
	for range 64 {
		wait.Go(func() {
			_, twice := seen.LoadOrStore(random.Text(43), true)
			assert.False(t, twice)
		})
	}
	wait.Wait()
}

func TestCodesAreForPeople(t *testing.T) {
	for range 1000 {
		assert.Regexp(t, "^[BCDFGHJKLMNPQRSTVWXZ]{8}$", random.Code(8))
	}
}
