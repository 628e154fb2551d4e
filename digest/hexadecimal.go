package digest

// hexPairs has the two lower-case digits of each octet, digitValues the value of each such digit, and noDigit for the
// rest: Digest writes all of its hashes so, and LHEX (RFC 7616 §3.4) has no upper case.
var hexPairs, digitValues = func() (pairs [256][2]byte, values [256]byte) {
	const digits = "0123456789abcdef"
	for i := range values {
		pairs[i] = [2]byte{digits[i>>4], digits[i&0xf]}
		values[i] = noDigit
	}
	for value, digit := range []byte(digits) {
		values[digit] = byte(value)
	}
	return pairs, values
}()

const noDigit = 0xff

// encodeHex writes the octets into text, which is twice as long.
func encodeHex(text []byte, octets []byte) {
	for i, octet := range octets {
		text[2*i], text[2*i+1] = hexPairs[octet][0], hexPairs[octet][1]
	}
}

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
