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

// decodeHex reads text, which is twice as long as the octets, of which there are at least four, and reports whether it is
// LHEX.
func decodeHex(octets []byte, text string) bool {
	strange := uint64(0)
	for at, last := 0, len(octets)-4; ; at = min(at+4, last) { // the last four may have been among those before
		digits := binary.BigEndian.Uint64([]byte(text[2*at : 2*at+8]))
		x := valueOf(digits)
		strange |= hexOf(x) ^ digits
		binary.BigEndian.PutUint32(octets[at:], x)
		if at == last {
			return strange == 0
		}
	}
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

// valueOf is the inverse of hexOf, and some number for what hexOf does not give.
func valueOf(digits uint64) uint32 {
	letters := digits >> 6 & 0x0101010101010101
	v := digits&0x0f0f0f0f0f0f0f0f + letters*9
	v = (v>>4 | v) & 0x00ff00ff00ff00ff
	v = (v>>8 | v) & 0x0000ffff0000ffff
	return uint32(v>>16 | v)
}

// isLowerHex reports whether text is LHEX of whatever length.
func isLowerHex(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
