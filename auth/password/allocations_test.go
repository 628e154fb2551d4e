//go:build !race

package password_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The race detector makes pools forget at random, and so allocate.
func TestARememberedCheckAllocatesNothing(t *testing.T) {
	for _, throttled := range []bool{false, true} {
		c, names := remembering(t, 1, throttled)
		ctx, r := context.Background(), from("192.0.2.1:1000")
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.Check(ctx, r, names[0], stored) }))
	}
}
