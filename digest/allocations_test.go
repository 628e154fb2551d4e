//go:build !race

package digest_test

import (
	"net/http/httptest"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
)

// The race detector makes pools forget at random, and so allocate.
func TestAllocations(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*digest.Config)
		most   float64
	}{
		{"without rspauth", func(cfg *digest.Config) { cfg.WithoutRspAuth = true }, 0},
		{"with rspauth", nil, 1},
	} {
		l := newLab(t, row.change)
		list, n := requests(l, 200), 0
		assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			_, err := l.scheme.Verify(list[n].Context(), list[n])
			require.NoError(t, err)
			n++
		}), row.most, row.name)
	}
}

func TestUnknownNamesAllocateWhatAWrongPasswordDoes(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties pools
	allocations := map[string]float64{}
	for name, who := range guessers {
		l := newGuessed(t)
		c := who(l)
		r := httptest.NewRequest("GET", "/a", nil)
		r.Header.Set("Authorization", c.params("GET", "/a", "").String())
		allocations[name] = testing.AllocsPerRun(4, func() { _, _ = l.scheme.Verify(r.Context(), r) })
	}
	for name := range guessers {
		t.Run("SEC-DIGEST-03 "+name, func(t *testing.T) {
			assert.Equal(t, allocations["a wrong password"], allocations[name])
		})
	}
}
