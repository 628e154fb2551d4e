package tokens

import (
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAChecksumIsTheStandardLibrarys(t *testing.T) {
	text := strings.Repeat("every length, \x00 and \xff too; ", 4)
	for n := range len(text) {
		assert.Equal(t, crc32.ChecksumIEEE([]byte(text[:n])), checksum(0, text[:n]), "%d bytes", n)
		assert.Equal(t, crc32.ChecksumIEEE([]byte(text)), checksum(checksum(0, text[:n]), text[n:]), "%d bytes and the rest", n)
	}
}
