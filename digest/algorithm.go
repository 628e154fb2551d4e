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

// A Sum is a hash, which Digest writes in lower-case hexadecimal.
type Sum struct {
	octets [sha256.Size]byte
	length int
}

// String is the text.
func (s Sum) String() string { return string(appendHex(nil, s.bytes())) }

func (s *Sum) bytes() []byte { return s.octets[:s.length] }

// equal compares in constant time.
func (s *Sum) equal(other *Sum) bool {
	return subtle.ConstantTimeCompare(s.bytes(), other.bytes()) == 1
}

// hash is H of RFC 7616 §3.2.
func (a Algorithm) hash(data []byte) (s Sum) {
	s.length = a.size()
	switch a.Base() {
	case SHA256:
		s.octets = sha256.Sum256(data)
	case SHA512_256:
		s.octets = sha512.Sum512_256(data)
	case MD5:
		*(*[md5.Size]byte)(s.octets[:]) = md5.Sum(data)
	default:
		panic("digest: no such algorithm") // parsers and constructors let none pass
	}
	return s
}

// parseSum reads what String writes of one of a's hashes.
func (a Algorithm) parseSum(text string) (s Sum, ok bool) {
	s.length = a.size()
	ok = len(text) == 2*s.length && decodeHex(s.bytes(), text)
	return s, ok
}

// sumOf is the hash with these octets, of which there are at most as many as SHA-256 has.
func sumOf(octets []byte) (s Sum) {
	s.length = copy(s.octets[:], octets)
	return s
}
