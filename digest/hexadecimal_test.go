package digest

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHexadecimalIsInLowerCase(t *testing.T) {
	for octet := range 256 {
		var text [2]byte
		encodeHex(text[:], []byte{byte(octet)})
		assert.Equal(t, hex.EncodeToString([]byte{byte(octet)}), string(text[:]))

		var back [1]byte
		assert.True(t, decodeHex(back[:], string(text[:])))
		assert.Equal(t, byte(octet), back[0])

		_, err := hex.DecodeString(string([]byte{byte(octet), '0'}))
		digit := err == nil && (octet < 'A' || octet > 'F')
		for _, text := range []string{string([]byte{byte(octet), '0'}), string([]byte{'0', byte(octet)})} {
			assert.Equal(t, digit, decodeHex(back[:], text), text)
			assert.Equal(t, digit, isLowerHex(text), text)
		}
	}
	assert.True(t, isLowerHex(""))
}
