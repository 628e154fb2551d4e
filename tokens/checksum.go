package tokens

import "hash/crc32"

// checksum is the CRC-32 (IEEE) of something whose sum is known and of text behind it. The standard library's takes bytes,
// which would cost a copy of the token on each request. It goes eight bytes a step, since each step waits for the one before.
func checksum(sum uint32, text string) uint32 {
	sum = ^sum
	for ; len(text) >= 8; text = text[8:] {
		sum ^= uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
		sum = shifted[7][byte(sum)] ^ shifted[6][byte(sum>>8)] ^ shifted[5][byte(sum>>16)] ^ shifted[4][sum>>24] ^
			shifted[3][text[4]] ^ shifted[2][text[5]] ^ shifted[1][text[6]] ^ shifted[0][text[7]]
	}
	for i := range len(text) {
		sum = shifted[0][byte(sum)^text[i]] ^ sum>>8
	}
	return ^sum
}

// shifted[n] has what each byte does to a sum when n more bytes follow it.
var shifted = func() (tables [8]crc32.Table) {
	tables[0] = *crc32.IEEETable
	for n := 1; n < len(tables); n++ {
		for b, sum := range tables[n-1] {
			tables[n][b] = tables[0][byte(sum)] ^ sum>>8
		}
	}
	return tables
}()
