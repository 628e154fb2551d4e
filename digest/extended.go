package digest

import (
	"net/url"
	"strings"
)

// parseExtended reads the extended notation of username* (RFC 8187 §3.2.1): charset, language and percent-encoded
// octets, with quotes between them. UTF-8 is the only charset (RFC 7616 §3.4); the language does not matter.
func parseExtended(value string) (string, bool) {
	charset, rest, found := strings.Cut(value, "'")
	_, encoded, closed := strings.Cut(rest, "'")
	if !found || !closed || !strings.EqualFold(charset, "UTF-8") {
		return "", false
	}
	for i := range len(encoded) {
		if !isAttrChar(encoded[i]) && encoded[i] != '%' {
			return "", false
		}
	}
	name, err := url.PathUnescape(encoded)
	return name, err == nil && name != ""
}

// isAttrChar reports whether c is an attr-char (RFC 8187 §3.2.1), which stands for itself.
func isAttrChar(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$&+-.^_`|~", c) >= 0
}
