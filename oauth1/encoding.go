package oauth1

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// errEscape says that a percent sign is not followed by two hexadecimal digits.
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
	for i := range len(text) {
		if c := text[i]; unreserved[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// appendTwice decodes raw and appends what it stands for, encoded by §3.6 twice: that is how names and values of
// parameters end in the base string. Both encodings sort alike, since the second one only puts "25" behind each "%".
// With form, "+" is a space (§3.4.1.3.1).
func appendTwice(dst []byte, raw string, form bool) ([]byte, error) {
	octets := byte(0)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if unreserved[c] {
			dst = append(dst, c)
			continue
		}
		switch {
		case c == '%':
			var ok bool
			if c, ok = unhex(raw[i+1:]); !ok {
				return dst, errEscape
			}
			i += 2
		case c == '+' && form:
			c = ' '
		}
		octets |= c
		if unreserved[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', '2', '5', upperHex[c>>4], upperHex[c&15])
		}
	}
	if octets >= utf8.RuneSelf && !utf8.ValidString(decoded(raw, form)) {
		return dst, errEscape
	}
	return dst, nil
}

// decoded is what raw stands for, where appendTwice took it. Without escapes it is raw itself.
func decoded(raw string, form bool) string {
	if strings.IndexByte(raw, '%') < 0 && (!form || strings.IndexByte(raw, '+') < 0) {
		return raw
	}
	return string(appendDecoded(make([]byte, 0, len(raw)), raw, form))
}

// appendDecoded appends what raw stands for, where appendTwice took it.
func appendDecoded(dst []byte, raw string, form bool) []byte {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '%':
			c, _ = unhex(raw[i+1:])
			i += 2
		case c == '+' && form:
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

// unhex reads the two hexadecimal digits that text begins with.
func unhex(text string) (c byte, ok bool) {
	if len(text) < 2 {
		return 0, false
	}
	high, low := hexValue[text[0]], hexValue[text[1]]
	return high<<4 | low, high|low < 16
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
