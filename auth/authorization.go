package auth

import (
	"encoding/binary"
	"errors"
	"net/http"
	"strings"
)

// MaxAuthorization is the longest Authorization field, in bytes, that is looked at.
const MaxAuthorization = 16 << 10

// maxParams is how many auth-params one set of credentials may have. Digest has 12, OAuth 1.0a 8 and its extensions.
const maxParams = 32

// ErrSyntax says that credentials break the grammar of RFC 9110 §11.4.
var ErrSyntax = errors.New("auth: malformed credentials")

// Authorization splits r's Authorization field into the scheme, as it was sent, and what follows the spaces behind it.
// Without a field both are empty. A field that does not begin with a token and then ends or has a space (RFC 9110
// §11.4) has the scheme "" and itself as rest.
func Authorization(r *http.Request) (scheme, rest string) {
	values := r.Header["Authorization"]
	if len(values) == 0 {
		return "", ""
	}
	return splitCredentials(values[0])
}

func splitCredentials(field string) (scheme, rest string) {
	end := tokenLength(field)
	switch {
	case end == 0:
		return "", field
	case end == len(field):
		return field, ""
	case field[end] != ' ':
		return "", field
	}
	return field[:end], strings.TrimLeft(field[end:], " ")
}

// IsToken68 reports whether text is a token68 (RFC 9110 §11.2), the form of Basic's and Bearer's credentials.
func IsToken68(text string) bool {
	body := strings.TrimRight(text, "=")
	for i := range len(body) {
		if !token68Chars[body[i]] {
			return false
		}
	}
	return body != ""
}

// token68Chars has the octets of a token68 before its padding (RFC 9110 §11.2).
var token68Chars = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/") {
		set[c] = true
	}
	return set
}()

// ParseParams reads a comma-separated list of auth-params (RFC 9110 §11.2) and appends them to params: names as they
// were sent, values without quotes and escapes. Blanks around commas and equals signs and empty list elements are
// tolerated, as the grammar asks; a name that is there twice, whatever its case, is not.
func ParseParams(params []Param, text string) ([]Param, error) {
	first, seen := len(params), uint64(0)
	for {
		for text = trimBlanks(text); strings.HasPrefix(text, ","); {
			text = trimBlanks(text[1:])
		}
		if text == "" {
			return params, nil
		}
		if len(params)-first == maxParams {
			return nil, ErrSyntax
		}
		params = append(params, Param{})
		last := len(params) - 1
		rest, ok := params[last].parse(text)
		if !ok {
			return nil, ErrSyntax
		}
		bit := bitOf(params[last].Name)
		if seen&bit != 0 && hasParam(params[first:last], params[last].Name) {
			return nil, ErrSyntax
		}
		seen |= bit
		text = trimBlanks(rest)
		if text != "" && text[0] != ',' {
			return nil, ErrSyntax
		}
	}
}

// bitOf is the same for the same name in another case, and for few others.
func bitOf(name string) uint64 {
	const lower = 'a' - 'A' // which letters of both cases have, with this bit
	return 1 << ((len(name) + 5*int(name[0]|lower) + 9*int(name[len(name)-1]|lower)) % 64)
}

func hasParam(params []Param, name string) bool {
	for i := range params {
		other := params[i].Name
		if len(other) == len(name) && strings.EqualFold(other, name) { // tokens are ASCII: case changes no length
			return true
		}
	}
	return false
}

// trimBlanks takes spaces and tabs from the beginning of text.
func trimBlanks(text string) string {
	for text != "" && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	return text
}

// parse reads p from the beginning of text.
func (p *Param) parse(text string) (rest string, ok bool) {
	end := tokenLength(text)
	p.Name, rest = text[:end], trimBlanks(text[end:])
	if p.Name == "" || rest == "" || rest[0] != '=' {
		return "", false
	}
	rest = trimBlanks(rest[1:])
	if strings.HasPrefix(rest, `"`) {
		p.Value, rest, ok = unquote(rest[1:])
		return rest, ok
	}
	end = tokenLength(rest)
	p.Value, p.Token = rest[:end], true
	return rest[end:], end > 0
}

// tokenLength is how much of the beginning of text may stand in a token.
func tokenLength(text string) int {
	for i := range len(text) {
		if !isTokenChar(text[i]) {
			return i
		}
	}
	return len(text)
}

// unquote reads a quoted-string (RFC 9110 §5.6.4) whose opening quote is gone, and undoes its escapes.
func unquote(text string) (value, rest string, ok bool) {
	if end := plainLength(text); end < len(text) && text[end] == '"' {
		return text[:end], text[end+1:], true // nothing is copied where there is no escape
	}
	var unescaped strings.Builder
	for {
		end := plainLength(text)
		unescaped.WriteString(text[:end])
		switch text = text[end:]; {
		case strings.HasPrefix(text, `"`):
			return unescaped.String(), text[1:], true
		case len(text) < 2 || text[0] != '\\' || !isQuotedText(text[1]):
			return "", "", false
		}
		unescaped.WriteByte(text[1])
		text = text[2:]
	}
}

// plainLength is how much of the beginning of text means itself in a quoted-string. It looks at eight octets at a time.
func plainLength(text string) int {
	at := 0
	for len(text)-at >= 8 && allPlain(binary.LittleEndian.Uint64([]byte(text[at:at+8]))) {
		at += 8
	}
	for at < len(text) && plainText[text[at]] {
		at++
	}
	return at
}

// allPlain reports whether eight octets are all in plainText, and none of them HTAB. Taking away as much as an octet must
// have at least borrows from its highest bit where it has less.
func allPlain(octets uint64) bool {
	const each = 0x0101010101010101
	quote, backslash, del := octets^'"'*each, octets^'\\'*each, octets^0x7f*each
	borrowed := (octets-' '*each)&^octets | (quote-each)&^quote | (backslash-each)&^backslash | (del-each)&^del
	return borrowed&(0x80*each) == 0
}

// plainText has what may stand in a quoted-string and means itself: HTAB, SP, VCHAR and obs-text but quote and backslash.
var plainText = func() (set [256]bool) {
	for c := range set {
		set[c] = isQuotedText(byte(c)) && c != '"' && c != '\\'
	}
	return set
}()

// isQuotedText reports whether c may stand in a quoted-string: HTAB, SP, VCHAR or obs-text.
func isQuotedText(c byte) bool { return c == '\t' || c >= ' ' && c != 0x7f }
