package password

import (
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	saltSize = 16
	sumSize  = 32

	minSaltSize, maxSaltSize = 8, 64
	minSumSize, maxSumSize   = 16, 64
	maxThreads               = 16
)

// params are the costs of argon2id (RFC 9106 §3.1).
type params struct {
	memory  uint32 // m, KiB
	time    uint32 // t, passes
	threads uint8  // p
}

// accepted are the least costs that new hashes may have: OWASP's settings.
var accepted = []params{{memory: 46 << 10, time: 1}, {memory: 19 << 10, time: 2}, {memory: 12 << 10, time: 3}}

// strong reports whether p is one of OWASP's settings or above one.
func (p params) strong() bool {
	for _, least := range accepted {
		if p.memory >= least.memory && p.time >= least.time {
			return true
		}
	}
	return false
}

// work is what a hash costs, in KiB that are written.
func (p params) work() uint64 { return uint64(p.memory) * uint64(p.time) }

// A derive is argon2.IDKey, or a test's that counts.
type derive func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte

// An argon2idHash is a hash in pieces.
type argon2idHash struct {
	params
	salt, sum []byte
	derive    derive
}

// String is the PHC string of a.
func (a argon2idHash) String() string {
	text := append(make([]byte, 0, 128), "$argon2id$v=19$m="...)
	text = strconv.AppendUint(text, uint64(a.memory), 10)
	text = strconv.AppendUint(append(text, ",t="...), uint64(a.time), 10)
	text = strconv.AppendUint(append(text, ",p="...), uint64(a.threads), 10)
	text = base64.RawStdEncoding.AppendEncode(append(text, '$'), a.salt)
	text = base64.RawStdEncoding.AppendEncode(append(text, '$'), a.sum)
	return string(text)
}

func (a argon2idHash) matches(password string) bool {
	sum := a.derive([]byte(password), a.salt, a.time, a.memory, a.threads, uint32(len(a.sum)))
	return subtle.ConstantTimeCompare(sum, a.sum) == 1
}

// outdated reports whether new hashes are better.
func (a argon2idHash) outdated(now params) bool {
	return a.work() < now.work() || now.strong() && !a.strong() || len(a.salt) < saltSize || len(a.sum) < sumSize
}

// parseArgon2id reads the one form of PHC string that String writes, with costs up to most. It takes no other order,
// version or spelling: two texts are never one hash.
func parseArgon2id(encoded string, most params) (argon2idHash, error) {
	parts := strings.Split(encoded, "$")
	if len(encoded) > 300 || len(parts) != 6 || !slices.Equal(parts[:3], []string{"", "argon2id", "v=19"}) {
		return argon2idHash{}, &HashError{Argon2id, "is malformed"}
	}
	p, ok := parseParams(parts[3])
	if !ok {
		return argon2idHash{}, &HashError{Argon2id, "has malformed costs"}
	}
	if p.memory > most.memory || p.time > most.time || p.threads > most.threads {
		return argon2idHash{}, &HashError{Argon2id, "costs more than is allowed"}
	}
	if p.time < 1 || p.threads < 1 || p.memory < 8*uint32(p.threads) {
		return argon2idHash{}, &HashError{Argon2id, "has costs below the algorithm's least"}
	}
	salt, saltOK := parseBase64(parts[4], minSaltSize, maxSaltSize)
	sum, sumOK := parseBase64(parts[5], minSumSize, maxSumSize)
	if !saltOK || !sumOK {
		return argon2idHash{}, &HashError{Argon2id, "has a malformed salt or sum"}
	}
	return argon2idHash{params: p, salt: salt, sum: sum}, nil
}

// parseParams reads "m=…,t=…,p=…".
func parseParams(text string) (p params, ok bool) {
	fields := strings.Split(text, ",")
	if len(fields) != 3 {
		return p, false
	}
	memory, memoryOK := parseCost(fields[0], "m=", 32)
	time, timeOK := parseCost(fields[1], "t=", 32)
	threads, threadsOK := parseCost(fields[2], "p=", 8)
	return params{uint32(memory), uint32(time), uint8(threads)}, memoryOK && timeOK && threadsOK
}

// parseCost reads a decimal number without sign or leading zeros.
func parseCost(field, prefix string, bits int) (uint64, bool) {
	digits, found := strings.CutPrefix(field, prefix)
	if !found || strings.HasPrefix(digits, "0") || strings.HasPrefix(digits, "+") {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, bits)
	return n, err == nil
}

var strictBase64 = base64.RawStdEncoding.Strict()

func parseBase64(text string, least, most int) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") { // which the decoder passes over
		return nil, false
	}
	data, err := strictBase64.DecodeString(text)
	return data, err == nil && least <= len(data) && len(data) <= most
}
