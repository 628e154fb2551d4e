package tokens

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/seed-f67351ce/sesame/internal/random"
)

// alphabet is base62.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

const (
	randomSymbols   = 43 // 256 bits: 62^43 > 2^256
	checksumSymbols = 6  // 32 bits: 62^6 > 2^32
	maxPrefix       = 32
)

// A Format is the look of one kind of token: a prefix, 43 random symbols of base62 (256 bits) and 6 symbols of their
// CRC-32. It is one word, which a double click selects and a secret scanner finds, and a mistyped token is recognised
// without asking anybody. The checksum proves nothing: who made the token is the store's to say.
type Format struct {
	prefix string
	sum    uint32 // the CRC-32 of the prefix
}

// ErrPrefix says that a prefix cannot begin a token.
var ErrPrefix = errors.New("tokens: a prefix is 2 to 32 letters, digits and underscores, and ends with an underscore")

// NewFormat returns the format with this prefix, such as "acme_pat_".
func NewFormat(prefix string) (Format, error) {
	if len(prefix) < 2 || len(prefix) > maxPrefix || !strings.HasSuffix(prefix, "_") {
		return Format{}, fmt.Errorf("%w: %q", ErrPrefix, prefix)
	}
	for i := range len(prefix) {
		if prefix[i] != '_' && !base62[prefix[i]] {
			return Format{}, fmt.Errorf("%w: %q", ErrPrefix, prefix)
		}
	}
	return Format{prefix: prefix, sum: crc32.ChecksumIEEE([]byte(prefix))}, nil
}

// Prefix is what each token of f begins with.
func (f Format) Prefix() string { return f.prefix }

// New returns a fresh token.
func (f Format) New() string {
	text := make([]byte, 0, maxPrefix+randomSymbols+checksumSymbols)
	text = append(text, f.prefix...)
	text = random.Append(text, randomSymbols)
	sum := crc32.ChecksumIEEE(text)
	for range checksumSymbols {
		text = append(text, alphabet[sum%62])
		sum /= 62
	}
	return string(text)
}

// Check reports whether text has f's shape and its checksum is right.
func (f Format) Check(text string) bool {
	body := len(f.prefix) + randomSymbols
	if f.prefix == "" || len(text) != body+checksumSymbols || text[:len(f.prefix)] != f.prefix {
		return false
	}
	for i := len(f.prefix); i < body; i++ {
		if !base62[text[i]] {
			return false
		}
	}
	sum := checksum(f.sum, text[len(f.prefix):body])
	for i := body; i < len(text); i++ {
		if text[i] != alphabet[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}

// base62 has the alphabet's symbols.
var base62 = func() (set [256]bool) {
	for i := range len(alphabet) {
		set[alphabet[i]] = true
	}
	return set
}()
