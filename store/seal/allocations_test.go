//go:build !race

package seal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store/seal"
)

// The race detector makes pools forget at random, and so allocate.
func TestOpeningAllocatesThePlaintextAlone(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	sealed := ring.Seal(place, secret)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _, _ = ring.Open(place, sealed) }), 1.0)

	var buffer [64]byte
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _, _ = ring.AppendOpen(buffer[:0], place, sealed) }))
}
