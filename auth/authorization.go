package auth

import (
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
	end := 0
	for end < len(field) && isTokenChar(field[end]) {
		end++
	}
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
	first := len(params)
	for {
		for text = trimBlanks(text); strings.HasPrefix(text, ","); {
			text = trimBlanks(text[1:])
		}
		if text == "" {
			return params, nil
		}
		p, rest, err := parseParam(text)
		if err != nil || len(params)-first == maxParams || hasParam(params[first:], p.Name) {
			return nil, ErrSyntax
		}
		params = append(params, p)
		text = trimBlanks(rest)
		if text != "" && text[0] != ',' {
			return nil, ErrSyntax
		}
	}
}

func hasParam(params []Param, name string) bool {
	for _, p := range params {
		if len(p.Name) == len(name) && strings.EqualFold(p.Name, name) { // tokens are ASCII: case changes no length
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

// parseParam reads one auth-param from the beginning of text.
func parseParam(text string) (p Param, rest string, err error) {
	end := 0
	for end < len(text) && isTokenChar(text[end]) {
		end++
	}
	p.Name, rest = text[:end], trimBlanks(text[end:])
	if p.Name == "" || rest == "" || rest[0] != '=' {
		return Param{}, "", ErrSyntax
	}
	rest = trimBlanks(rest[1:])
	if strings.HasPrefix(rest, `"`) {
		p.Value, rest, err = unquote(rest[1:])
		return p, rest, err
	}
	end = 0
	for end < len(rest) && isTokenChar(rest[end]) {
		end++
	}
	if end == 0 {
		return Param{}, "", ErrSyntax
	}
	p.Value, p.Token = rest[:end], true
	return p, rest[end:], nil
}

// unquote reads a quoted-string (RFC 9110 §5.6.4) whose opening quote is gone, and undoes its escapes.
func unquote(text string) (value, rest string, err error) {
	var unescaped strings.Builder // stays empty, and nothing is copied, as long as there is no escape
	from := 0
	for i := 0; i < len(text); i++ {
		for i < len(text)-1 && plainText[text[i]] {
			i++
		}
		switch c := text[i]; {
		case c == '"' && from == 0:
			return text[:i], text[i+1:], nil
		case c == '"':
			unescaped.WriteString(text[from:i])
			return unescaped.String(), text[i+1:], nil
		case c == '\\':
			unescaped.WriteString(text[from:i])
			i++
			from = i
			if i == len(text) || !isQuotedText(text[i]) {
				return "", "", ErrSyntax
			}
		case !isQuotedText(c):
			return "", "", ErrSyntax
		}
	}
	return "", "", ErrSyntax
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
