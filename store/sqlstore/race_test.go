package sqlstore_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// end is when claims may be forgotten in tests that do not say otherwise.
var end = time.Date(2040, time.January, 1, 0, 0, 0, 0, time.UTC)

func TestTwoProcessesRaceForClaims(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sesame.db")
	openFile(t, path)
	raceForClaims(t, path)
}

// raceForClaims has two processes race for the same claims; path is a file or a URL.
func raceForClaims(t *testing.T, path string) {
	t.Helper()
	one, other := start(t, "claim", path, ""), start(t, "claim", path, "")
	require.Equal(t, "ready", one.line(t))
	require.Equal(t, "ready", other.line(t))
	require.NoError(t, one.in.Close())
	require.NoError(t, other.in.Close())
	winners := map[string]int{}
	for _, p := range []*process{one, other} {
		for _, line := range p.rest() {
			winners[line]++
		}
		require.NoError(t, p.Wait())
	}
	assert.Len(t, winners, 2*contested, "each was won by somebody")
	for claim, n := range winners {
		assert.Equal(t, 1, n, claim)
	}
}
