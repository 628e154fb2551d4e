//go:build !race

package oauth1_test

// The race detector lets a sync.Pool forget on purpose, and so changes what is counted here.

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

func TestVerifyingAllocatesNothing(t *testing.T) {
	w := newWorld(t)
	scheme := w.scheme(func(c *oauth1.Config) { c.Once = &freshOnce{Once: w.store} })
	for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"} {
		app := w.app()
		app.Method = method
		r := app.Request(client.Call{URL: home})
		var err error
		n := testing.AllocsPerRun(1000, func() { _, err = scheme.Verify(t.Context(), r) })
		require.NoError(t, err)
		assert.LessOrEqual(t, n, 1.0, method) // the store's tables grow
	}
	t.Run("without memory of opened secrets one for each opening", func(t *testing.T) {
		scheme := w.scheme(func(c *oauth1.Config) { c.Once, c.MaxSecrets = &freshOnce{Once: w.store, n: 1 << 20}, -1 })
		r := w.app().Request(client.Call{URL: home})
		assert.LessOrEqual(t, testing.AllocsPerRun(1000, func() { _, _ = scheme.Verify(t.Context(), r) }), 3.0)
	})
}

func TestRefusalsOpenTheSameSecrets(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties pools
	w := newWorld(t)
	// Without memory of opened secrets each opening is an allocation, so that the work can be counted.
	scheme := w.scheme(func(c *oauth1.Config) { c.MaxSecrets = -1 })
	requests := refused(w)
	allocations := func(name string) float64 {
		return testing.AllocsPerRun(50, func() { _, _ = scheme.Verify(t.Context(), requests[name]) })
	}
	for name := range requests {
		t.Run("RFC5849-4.10-01 as many openings as with a wrong signature: "+name, func(t *testing.T) {
			assert.Equal(t, allocations("a wrong signature"), allocations(name))
		})
	}
}
