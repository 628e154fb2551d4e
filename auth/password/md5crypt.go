package password

import (
	"crypto/md5"
	"crypto/subtle"
	"strings"
)

// An md5Hash is a hash of Apache's htpasswd ($apr1$) or of the crypt(3) that it was taken from ($1$).
type md5Hash struct {
	magic, salt, sum string
}

func (m md5Hash) matches(password string) bool {
	return subtle.ConstantTimeCompare([]byte(md5Crypt(password, m.magic, m.salt)), []byte(m.sum)) == 1
}

func parseMD5Crypt(encoded string) (md5Hash, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 4 || len(parts[2]) > 8 || len(parts[3]) != 22 || strings.Trim(parts[3], cryptSymbols) != "" {
		return md5Hash{}, &HashError{MD5Crypt, "is malformed"}
	}
	return md5Hash{magic: "$" + parts[1] + "$", salt: parts[2], sum: parts[3]}, nil
}

// md5Crypt stirs password and salt a thousand times. It is weak: it is here to be left behind.
func md5Crypt(password, magic, salt string) string {
	inner := md5.Sum([]byte(password + salt + password))
	text := []byte(password + magic + salt)
	for rest := len(password); rest > 0; rest -= md5.Size {
		text = append(text, inner[:min(rest, md5.Size)]...)
	}
	for bits := len(password); bits > 0; bits >>= 1 {
		if bits&1 == 1 {
			text = append(text, 0)
		} else {
			text = append(text, password[0])
		}
	}
	sum := md5.Sum(text)
	for round := range 1000 {
		sum = md5.Sum(md5Round(round, sum[:], password, salt))
	}
	return md5Text(sum)
}

// md5Round is what one round hashes.
func md5Round(round int, sum []byte, password, salt string) []byte {
	first, last := string(sum), password
	if round&1 == 1 {
		first, last = last, first
	}
	text := []byte(first)
	if round%3 != 0 {
		text = append(text, salt...)
	}
	if round%7 != 0 {
		text = append(text, password...)
	}
	return append(text, last...)
}

// md5Text writes the sum in the order of crypt(3): three bytes as four symbols, the least significant first.
func md5Text(sum [md5.Size]byte) string {
	text := make([]byte, 0, 22)
	symbols := func(bits uint32, n int) {
		for range n {
			text = append(text, cryptSymbols[bits&0x3f])
			bits >>= 6
		}
	}
	for i := range 5 {
		third := i + 12
		if i == 4 {
			third = 5
		}
		symbols(uint32(sum[i])<<16|uint32(sum[i+6])<<8|uint32(sum[third]), 4)
	}
	symbols(uint32(sum[11]), 2)
	return string(text)
}
