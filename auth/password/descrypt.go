package password

import (
	"crypto/subtle"
	"strings"
)

// A desHash is a hash of the old crypt(3): two symbols of salt and eleven of an encryption of zeros.
type desHash string

func looksLikeDESCrypt(encoded string) bool {
	return len(encoded) == 13 && strings.Trim(encoded, cryptSymbols) == ""
}

// matches refuses passwords of which crypt would not see all: it looks at seven bits of each of the first eight bytes.
func (d desHash) matches(password string) bool {
	match := subtle.ConstantTimeCompare([]byte(desCrypt(password, string(d[:2]))), []byte(d)) == 1
	return match && len(password) <= 8 && strings.IndexFunc(password, notASCII) < 0
}

func notASCII(r rune) bool { return r == 0 || r >= 0x80 }

// desCrypt encrypts zeros 25 times by DES (FIPS 46-3) under the password. The salt swaps bits of the expansion.
func desCrypt(password, salt string) string {
	keys := desKeys(password)
	swaps := desSwaps(salt)
	var left, right uint64
	for range 25 {
		for _, key := range keys {
			left, right = right, left^desRound(right, key, swaps)
		}
		left, right = right, left
	}
	return salt + desText(permute(left<<32|right, 64, desFinal))
}

// desKeys is the key schedule (FIPS 46-3, KS) of the password's first eight bytes, seven bits of each.
func desKeys(password string) (keys [16]uint64) {
	var key uint64
	for i := range 8 {
		key <<= 8
		if i < len(password) {
			key |= uint64(password[i]&0x7f) << 1
		}
	}
	halves := permute(key, 64, desChoice1)
	c, d := halves>>28, halves&(1<<28-1)
	for round := range keys {
		shift := 2
		if round == 0 || round == 1 || round == 8 || round == 15 {
			shift = 1
		}
		c = (c<<shift | c>>(28-shift)) & (1<<28 - 1)
		d = (d<<shift | d>>(28-shift)) & (1<<28 - 1)
		keys[round] = permute(c<<28|d, 56, desChoice2)
	}
	return keys
}

// desSwaps has a bit for each of the first 24 bits of the expansion that the salt swaps with the 24th after it.
func desSwaps(salt string) (swaps uint64) {
	for i := range 12 {
		symbol := strings.IndexByte(cryptSymbols, salt[i/6])
		swaps |= uint64(symbol>>(i%6)&1) << (23 - i)
	}
	return swaps
}

// desRound is the cipher function f of FIPS 46-3, with the salt's swaps after the expansion.
func desRound(half, key, swaps uint64) (out uint64) {
	bits := permute(half, 32, desExpansion)
	swapped := (bits>>24 ^ bits) & swaps
	bits ^= swapped<<24 | swapped
	bits ^= key
	for i, box := range desBoxes {
		six := bits >> (42 - 6*i) & 0x3f
		row, column := six>>4&2|six&1, six>>1&0xf
		out = out<<4 | uint64(strings.IndexByte("0123456789abcdef", box[row<<4|column]))
	}
	return permute(out, 32, desPermutation)
}

// desText writes 64 bits and two zeros as eleven symbols.
func desText(block uint64) string {
	var text [11]byte
	for i := range 10 {
		text[i] = cryptSymbols[block>>(58-6*i)&0x3f]
	}
	text[10] = cryptSymbols[block<<2&0x3f]
	return string(text[:])
}

// permute picks bits of a word of this width; FIPS 46-3 numbers them from 1, the most significant.
func permute(word uint64, width byte, table []byte) (out uint64) {
	for _, bit := range table {
		out = out<<1 | word>>(width-bit)&1
	}
	return out
}

// The tables of FIPS 46-3.
var (
	desExpansion = []byte{ // E
		32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17,
		16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
	}
	desPermutation = []byte{ // P
		16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
		2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
	}
	desFinal = []byte{ // IP⁻¹
		40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31,
		38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29,
		36, 4, 44, 12, 52, 20, 60, 28, 35, 3, 43, 11, 51, 19, 59, 27,
		34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41, 9, 49, 17, 57, 25,
	}
	desChoice1 = []byte{ // PC-1
		57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18,
		10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
		63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22,
		14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
	}
	desChoice2 = []byte{ // PC-2
		14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
		41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
	}
	desBoxes = [8]string{ // S1 to S8, four rows of sixteen
		"e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
		"f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
		"a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
		"7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
		"2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
		"c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
		"4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
		"d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
	}
)
