package digest

import (
	"crypto/md5" // which old clients know alone; off unless a host asks for it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"strings"
)

// An Algorithm is a hash function, and whether H(A1) is bound to the nonces of a session (RFC 7616 §3.3, §6.1). The zero
// Algorithm is none.
type Algorithm uint8

// The algorithms. Each -sess follows its base.
const (
	SHA256 Algorithm = iota + 1
	SHA256Sess
	SHA512_256 // FIPS 180-4's SHA-512/256, which is not SHA-512 cut to 256 bits as in the example of RFC 7616 §3.9.2
	SHA512_256Sess
	MD5
	MD5Sess
)

var algorithmNames = [...]string{
	SHA256: "SHA-256", SHA256Sess: "SHA-256-sess",
	SHA512_256: "SHA-512-256", SHA512_256Sess: "SHA-512-256-sess",
	MD5: "MD5", MD5Sess: "MD5-sess",
}

// ParseAlgorithm returns the algorithm that goes by name, in any letter case, and false where there is none.
func ParseAlgorithm(name string) (Algorithm, bool) {
	for a := SHA256; a.valid(); a++ {
		if len(name) == len(algorithmNames[a]) && strings.EqualFold(name, algorithmNames[a]) { // "ſ" has two bytes
			return a, true
		}
	}
	return 0, false
}

// String is the algorithm's name in a challenge.
func (a Algorithm) String() string {
	if !a.valid() {
		return "unknown"
	}
	return algorithmNames[a]
}

func (a Algorithm) valid() bool { return SHA256 <= a && a <= MD5Sess }

// session reports whether a is a -sess variant.
func (a Algorithm) session() bool { return a.valid() && a%2 == 0 }

// Base is a without -sess: what stored H(A1)s and userhashes are made with.
func (a Algorithm) Base() Algorithm {
	if a.session() {
		return a - 1
	}
	return a
}

// size is how many bytes a hash has.
func (a Algorithm) size() int {
	if a.Base() == MD5 {
		return md5.Size
	}
	return sha256.Size
}

// A Sum is a hash as Digest writes it: in lower-case hexadecimal.
type Sum struct {
	text   [2 * sha256.Size]byte
	length int
}

// String is the text.
func (s Sum) String() string { return string(s.text[:s.length]) }

// bytes is the text without a copy.
func (s *Sum) bytes() []byte { return s.text[:s.length] }

// equal compares in constant time.
func (s *Sum) equal(text string) bool {
	var other [len(s.text)]byte // a copy on the stack spares the conversion's allocation
	n := copy(other[:], text)
	return n == len(text) && subtle.ConstantTimeCompare(s.bytes(), other[:n]) == 1
}

// hash is H of RFC 7616 §3.2.
func (a Algorithm) hash(data []byte) (s Sum) {
	s.length = len(a.appendHash(s.text[:0], data))
	return s
}

// appendHash appends H(data) to text, which may be a part of what is hashed next.
func (a Algorithm) appendHash(text, data []byte) []byte {
	switch a.Base() {
	case SHA256:
		sum := sha256.Sum256(data)
		return appendHex(text, sum[:])
	case SHA512_256:
		sum := sha512.Sum512_256(data)
		return appendHex(text, sum[:])
	case MD5:
		sum := md5.Sum(data)
		return appendHex(text, sum[:])
	}
	panic("digest: no such algorithm") // parsers and constructors let none pass
}

func newSum(octets []byte) (s Sum) {
	s.length = len(appendHex(s.text[:0], octets))
	return s
}

// octets are the hash in binary.
func (s *Sum) octets() []byte {
	octets := make([]byte, s.length/2)
	decodeHex(octets, string(s.bytes()))
	return octets
}
