package oauth1

import (
	"errors"
	"unicode/utf8"
)

// errEscape says that a percent sign is not followed by two hexadecimal digits, or that what comes of it is not UTF-8.
var errEscape = errors.New("oauth1: malformed escape")

const upperHex = "0123456789ABCDEF"

// unreserved has the octets that §3.6 leaves as they are: ALPHA, DIGIT, "-", ".", "_" and "~".
var unreserved = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") {
		set[c] = true
	}
	return set
}()

// appendEncoded appends text encoded by §3.6.
func appendEncoded[T string | []byte](dst []byte, text T) []byte {
	for {
		run := unreservedRun(text)
		dst = append(dst, text[:run]...)
		if run == len(text) {
			return dst
		}
		c := text[run]
		dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		text = text[run+1:]
	}
}

// appendTwice decodes raw and appends what it stands for, encoded by §3.6 twice: that is how names and values of
// parameters end in the base string. Both encodings sort alike, since the second one only puts "25" behind each "%".
// With form, "+" is a space (§3.4.1.3.1); without, reserved characters that a client did not encode mean themselves, as
// far as a header may have them. plain says that raw stands for itself, octet by octet.
func appendTwice(dst []byte, raw string, form bool) (_ []byte, plain bool, err error) {
	run := unreservedRun(raw)
	dst = append(dst, raw[:run]...)
	if run == len(raw) {
		return dst, true, nil
	}
	octets := byte(0)
	for rest := raw[run:]; rest != ""; rest = rest[run:] {
		c, size := octet(rest, form)
		if size == 0 {
			return dst, false, errEscape
		}
		octets |= c
		dst = appendEncodedTwice(dst, c)
		rest = rest[size:]
		run = unreservedRun(rest)
		dst = append(dst, rest[:run]...)
	}
	if octets >= utf8.RuneSelf {
		_, err = appendDecoded(nil, raw, form)
	}
	return dst, false, err
}

// unreservedRun is how many unreserved octets text begins with.
func unreservedRun[T string | []byte](text T) int {
	for i := range len(text) {
		if !unreserved[text[i]] {
			return i
		}
	}
	return len(text)
}

func appendEncodedTwice(dst []byte, c byte) []byte {
	if unreserved[c] {
		return append(dst, c)
	}
	return append(dst, '%', '2', '5', upperHex[c>>4], upperHex[c&15])
}

// octet is what text begins with, and how many octets of text stand for it: none where text is malformed.
func octet(text string, form bool) (c byte, size int) {
	switch c = text[0]; {
	case c == '%':
		if len(text) < 3 {
			return 0, 0
		}
		high, low := hexValue[text[1]], hexValue[text[2]]
		if high|low >= 16 {
			return 0, 0
		}
		return high<<4 | low, 3
	case form && c == '+':
		return ' ', 1
	case !form && (c <= ' ' || c >= 0x7f || c == '"' || c == '\\'):
		return 0, 0
	}
	return c, 1
}

// decoded is what raw stands for, where appendTwice took it.
func decoded(raw string, form bool) string {
	var room [256]byte
	text, _ := appendDecoded(room[:0], raw, form)
	return string(text)
}

// appendDecoded appends what raw stands for.
func appendDecoded(dst []byte, raw string, form bool) ([]byte, error) {
	start, octets := len(dst), byte(0)
	for {
		run := unreservedRun(raw)
		dst = append(dst, raw[:run]...)
		if run == len(raw) {
			break
		}
		c, size := octet(raw[run:], form)
		if size == 0 {
			return dst, errEscape
		}
		octets |= c
		dst = append(dst, c)
		raw = raw[run+size:]
	}
	if octets >= utf8.RuneSelf && !utf8.Valid(dst[start:]) {
		return dst, errEscape
	}
	return dst, nil
}

// hexValue has the value of each hexadecimal digit, and 16 for everything else.
var hexValue = func() (values [256]byte) {
	for c := range values {
		values[c] = 16
	}
	for value := range byte(16) {
		values["0123456789abcdef"[value]] = value
		values[upperHex[value]] = value
	}
	return values
}()
