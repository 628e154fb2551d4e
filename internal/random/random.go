package random

import (
	"crypto/rand"
	"time"
)

// alphabet is base62 in ASCII order, so that encoded numbers of equal length compare as the numbers do.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// timeSymbols hold 48 bits in base62, until the year 10889.
const timeSymbols = 9

// consonants are letters that nobody mistakes for one another and that make no words (RFC 8628 §6.1).
const consonants = "BCDFGHJKLMNPQRSTVWXZ"

// Text returns n random symbols of base62, 5.95 bits each.
func Text(n int) string {
	var symbols [64]byte // on the stack, which is enough for most
	return string(Append(symbols[:0], n))
}

// Append appends n random symbols of base62 to text.
func Append(text []byte, n int) []byte { return draw(text, alphabet, n) }

// Code returns n random consonants, 4.32 bits each, for people to type. Whoever takes it limits the attempts.
func Code(n int) string { return string(draw(nil, consonants, n)) }

// draw appends n random symbols to text.
func draw(text []byte, symbols string, n int) []byte {
	end := len(text) + n
	fair := 256 - 256%len(symbols) // the rest would make some symbols likelier
	var pool [64]byte
	for {
		some := pool[:min(9*(end-len(text))/8+2, len(pool))] // a few more, for those that are not fair
		_, _ = rand.Read(some)
		for _, b := range some {
			if len(text) == end {
				return text
			}
			if int(b) < fair {
				text = append(text, symbols[int(b)%len(symbols)])
			}
		}
	}
}

// ID returns an identifier that compares as its time does, to the millisecond, and is unique: 9 symbols of time and 16
// random ones (95 bits). It is not a secret.
func ID(now time.Time) string {
	const randomSymbols = 16
	var symbols [timeSymbols + randomSymbols]byte
	ms := max(now.UnixMilli(), 0)
	for i := timeSymbols - 1; i >= 0; i-- {
		symbols[i] = alphabet[ms%62]
		ms /= 62
	}
	return string(Append(symbols[:timeSymbols], randomSymbols))
}
