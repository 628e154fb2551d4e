package auth

import (
	"errors"
	"fmt"
	"strings"
)

// A Challenge is one line of WWW-Authenticate: a scheme and its parameters (RFC 9110 §11.6.1).
type Challenge struct {
	Scheme string
	Params []Param
}

// A Param is an auth-param (RFC 9110 §11.2), of a challenge or of credentials.
type Param struct {
	Name, Value string
	// Token says that Value stands without quotes. Which parameters do is the scheme's to know: algorithm and stale of
	// Digest must (RFC 7616 §3.3), realm must not (RFC 9110 §11.5).
	Token bool
}

// String renders the challenge as a field value.
func (c Challenge) String() string {
	var b strings.Builder
	b.Grow(len(c.Scheme) + 1 + sizeOf(c.Params))
	b.WriteString(c.Scheme)
	b.WriteByte(' ')
	writeParams(&b, c.Params)
	return b.String()
}

// sizeOf is how long params are when no quote needs an escape.
func sizeOf(params []Param) int {
	size := 0
	for _, p := range params {
		size += len(p.Name) + len(p.Value) + len(`="", `)
	}
	return size
}

func writeParams(b *strings.Builder, params []Param) {
	var room [256]byte // on the stack
	for i, p := range params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Name)
		b.WriteByte('=')
		if p.Token {
			b.WriteString(p.Value)
		} else {
			b.Write(AppendQuoted(room[:0], p.Value))
		}
	}
}

// AppendQuoted appends value to text as a quoted-string (RFC 9110 §5.6.4). It is the one place that quotes.
func AppendQuoted(text []byte, value string) []byte {
	text = append(text, '"')
	from := 0
	for i := range len(value) {
		if c := value[i]; c == '"' || c == '\\' {
			text = append(append(text, value[from:i]...), '\\')
			from = i
		}
	}
	return append(append(text, value[from:]...), '"')
}

// ErrChallenge says that a realm or another value cannot stand in a challenge.
var ErrChallenge = errors.New("auth: not a value for a challenge")

// Check reports whether the challenge can be sent: a scheme and names that are tokens, no name twice (RFC 9110 §11.2),
// no control characters, and at least one parameter, since a bare scheme name says nothing. Schemes call it when they are built.
func (c Challenge) Check() error {
	if !isToken(c.Scheme) || len(c.Params) == 0 {
		return fmt.Errorf("%w: scheme %q with %d parameters", ErrChallenge, c.Scheme, len(c.Params))
	}
	for i, p := range c.Params {
		if !isToken(p.Name) || p.Token && !isToken(p.Value) || !quotable(p.Value) {
			return fmt.Errorf("%w: %s=%q", ErrChallenge, p.Name, p.Value)
		}
		for _, earlier := range c.Params[:i] {
			if strings.EqualFold(earlier.Name, p.Name) {
				return fmt.Errorf("%w: %s is there twice", ErrChallenge, p.Name)
			}
		}
	}
	return nil
}

// CheckRealm reports whether realm can be a realm: not empty, and without control characters.
func CheckRealm(realm string) error {
	if realm == "" || !quotable(realm) {
		return fmt.Errorf("%w: realm=%q", ErrChallenge, realm)
	}
	return nil
}

// quotable reports whether value holds no control character; everything else can be quoted.
func quotable(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// isToken reports whether text is a token (RFC 9110 §5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		if !isTokenChar(text[i]) {
			return false
		}
	}
	return text != ""
}

func isTokenChar(c byte) bool { return tokenChars[c] }

// tokenChars has the octets of a token (RFC 9110 §5.6.2).
var tokenChars = func() (set [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
		set[c] = true
	}
	return set
}()
