package digest

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHexadecimalIsInLowerCase(t *testing.T) {
	for octet := range 256 {
		octets := []byte{byte(octet), 0, 255, byte(255 - octet)}
		text := string(appendHex([]byte(":"), octets))
		assert.Equal(t, ":"+hex.EncodeToString(octets), text)

		var back [4]byte
		assert.True(t, decodeHex(back[:], text[1:]))
		assert.Equal(t, octets, back[:])
	}
}

func TestEveryPlaceTakesDigitsAlone(t *testing.T) {
	for octet := range 256 {
		digit := '0' <= octet && octet <= '9' || 'a' <= octet && octet <= 'f'
		for place := range 14 {
			text := []byte("09afb16e37c58d")
			text[place] = byte(octet)
			var back [7]byte
			assert.Equal(t, digit, decodeHex(back[:], string(text)), "%q", text)
			assert.Equal(t, digit, isLowerHex(string(text)), "%q", text)
			if digit {
				assert.Equal(t, string(text), hex.EncodeToString(back[:]))
			}
		}
	}
	assert.True(t, isLowerHex(""))
}
