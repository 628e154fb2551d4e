package store_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

func TestDigestOf(t *testing.T) {
	for _, length := range []int{0, 1, 40, 127, 128, 129, 4096} {
		text := strings.Repeat("x", length)
		assert.Equal(t, store.Digest(sha256.Sum256([]byte(text))), store.DigestOf(text), "of %d bytes", length)
	}
}

func TestDigestOfATokenAllocatesNothing(t *testing.T) {
	text := strings.Repeat("x", 64)
	assert.Zero(t, testing.AllocsPerRun(100, func() { store.DigestOf(text) }))
}
