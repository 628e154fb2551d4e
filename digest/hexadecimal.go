package digest

import "encoding/binary"

// appendHex appends octets, a multiple of four of them, to text as LHEX (RFC 7616 §3.4): Digest writes all of its hashes
// so.
func appendHex(text, octets []byte) []byte {
	for ; len(octets) >= 4; octets = octets[4:] {
		text = binary.BigEndian.AppendUint64(text, hexOf(binary.BigEndian.Uint32(octets)))
	}
	return text
}

// hexOf is the eight digits of x, all at once: one nibble in each octet, then what makes a digit or a letter of it.
func hexOf(x uint32) uint64 {
	const each = 0x0101010101010101
	v := uint64(x)
	v = (v<<16 | v) & 0x0000ffff0000ffff
	v = (v<<8 | v) & 0x00ff00ff00ff00ff
	v = (v<<4 | v) & 0x0f0f0f0f0f0f0f0f
	letters := (v + 6*each) >> 4 & each
	return v + '0'*each + letters*('a'-'9'-1)
}

// digitValues has the value of each digit of LHEX, which has none in upper case, and noDigit for the rest.
var digitValues = func() (values [256]byte) {
	for i := range values {
		values[i] = noDigit
	}
	for value, digit := range []byte("0123456789abcdef") {
		values[digit] = byte(value)
	}
	return values
}()

const noDigit = 0xff

// decodeHex reads text, which is twice as long as the octets, and reports whether it is LHEX.
func decodeHex(octets []byte, text string) bool {
	all := byte(0)
	for i := range octets {
		high, low := digitValues[text[2*i]], digitValues[text[2*i+1]]
		octets[i] = high<<4 | low&0xf
		all |= high | low
	}
	return all <= 0xf
}

// isLowerHex reports whether text is LHEX of whatever length.
func isLowerHex(text string) bool {
	all := byte(0)
	for i := range len(text) {
		all |= digitValues[text[i]]
	}
	return all <= 0xf
}
