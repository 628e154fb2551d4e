package basic

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
)

// maxCredentials is how long a user-id and a password may be together with their colon, in bytes: more than any password
// that is taken, and little work to refuse.
const maxCredentials = 4 << 10

// strict refuses trailing bits that are not zero; padding is needed (RFC 4648 §3.2, §3.5).
var strict = base64.StdEncoding.Strict()

// Parse reads the token68 of Basic credentials (RFC 7617 §2): base64 of user-id, colon, password. The first colon ends
// the user-id; neither part has control characters. reason is empty for credentials that keep these rules, else a word
// for the log; name is then what can be read of the user-id, if anything. Octets that are not UTF-8 are refused, or read
// as ISO-8859-1 where latin1 says so; so are those of more than 4,096 octets, unread.
func Parse(token68 string, latin1 bool) (name, password, reason string) {
	if len(token68) > base64.StdEncoding.EncodedLen(maxCredentials) {
		return "", "", "credentials_too_long"
	}
	// The decoder skips line breaks, which no token68 has.
	if !auth.IsToken68(token68) {
		return "", "", "not_base64"
	}
	var buffer [256]byte // on the stack, which is enough for most
	text, err := strict.AppendDecode(buffer[:0], []byte(token68))
	if err != nil {
		return "", "", "not_base64"
	}
	pair := string(text)
	if !utf8.ValidString(pair) {
		if !latin1 {
			return "", "", "not_utf8"
		}
		pair = fromLatin1(text)
	}
	name, password, found := strings.Cut(pair, ":")
	switch {
	case !found:
		return "", "", "no_colon"
	case hasControl(name) || hasControl(password):
		return name, "", "control_character"
	}
	return name, password, ""
}

// hasControl reports whether text holds a CTL of RFC 5234: %x00-1F or %x7F (RFC 7617 §2).
func hasControl(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == 0x7f {
			return true
		}
	}
	return false
}

// fromLatin1 reads each octet as the character of that number.
func fromLatin1(octets []byte) string {
	runes := make([]rune, len(octets))
	for i, octet := range octets {
		runes[i] = rune(octet)
	}
	return string(runes)
}
