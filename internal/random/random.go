package random

import (
	"crypto/rand"
	"time"
)

// alphabet is base62 in ASCII order, so that encoded numbers of equal length compare as the numbers do.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// timeSymbols hold 48 bits in base62, until the year 10889.
const timeSymbols = 9

// Text returns n random symbols of base62, 5.95 bits each.
func Text(n int) string {
	text := make([]byte, 0, n)
	var pool [64]byte
	for {
		_, _ = rand.Read(pool[:])
		for _, b := range pool {
			if len(text) == n {
				return string(text)
			}
			if b < 4*62 { // the rest would make some symbols likelier
				text = append(text, alphabet[b%62])
			}
		}
	}
}

// ID returns an identifier that compares as its time does, to the millisecond, and is unique: 9 symbols of time and 16
// random ones (95 bits). It is not a secret.
func ID(now time.Time) string {
	var symbols [timeSymbols]byte
	ms := max(now.UnixMilli(), 0)
	for i := timeSymbols - 1; i >= 0; i-- {
		symbols[i] = alphabet[ms%62]
		ms /= 62
	}
	return string(symbols[:]) + Text(16)
}
