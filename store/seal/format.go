package seal

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// maxFile is how many bytes a key ring file may have; a key needs 54.
const maxFile = 64 << 10

const fileHeader = `# Key ring of Sesame. The first key seals, every key opens; what is not here any more opens nothing.
# Whoever reads this file can read every sealed secret. Keep a copy in a safe place, apart from the store.
`

// Parse reads the text of a key ring file: a key on each line, its ID and its secret in base64. Empty lines and lines
// that begin with # are skipped. For hosts that keep the text in a vault instead of a file.
func Parse(text string) (*Ring, error) {
	keys, err := parse(text)
	if err != nil {
		return nil, err
	}
	return New(keys...)
}

func parse(text string) ([]Key, error) {
	var keys []Key
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if line == "" || line[0] == '#' {
			continue
		}
		key, ok := parseLine(line)
		if !ok {
			return nil, fmt.Errorf("seal: line %d of the key ring is damaged", number)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// parseLine reads a key. Its ID must be the one that the secret gives, which makes it a checksum.
func parseLine(line string) (Key, bool) {
	id, secret, _ := strings.Cut(line, " ")
	if len(secret) != base64.StdEncoding.EncodedLen(len(Key{})) {
		return Key{}, false
	}
	octets, err := base64.StdEncoding.Strict().DecodeString(secret)
	if err != nil || len(octets) != len(Key{}) || Key(octets).ID() != id {
		return Key{}, false
	}
	return Key(octets), true
}

// format is the text that parse reads.
func format(keys ...Key) string {
	var b strings.Builder
	b.WriteString(fileHeader)
	for _, key := range keys {
		b.WriteString(key.ID() + " " + base64.StdEncoding.EncodeToString(key[:]) + "\n")
	}
	return b.String()
}
