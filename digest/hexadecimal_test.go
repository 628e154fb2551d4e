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

		_, err := hex.DecodeString(string([]byte{byte(octet), '0'}))
		digit := err == nil && (octet < 'A' || octet > 'F')
		for _, text := range []string{string([]byte{byte(octet), '0'}), string([]byte{'0', byte(octet)})} {
			assert.Equal(t, digit, decodeHex(back[:1], text), text)
			assert.Equal(t, digit, isLowerHex(text), text)
		}
	}
	assert.True(t, isLowerHex(""))
}
