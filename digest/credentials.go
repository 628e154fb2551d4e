package digest

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
)

// The most bytes that a parameter may have; nothing longer is hashed.
const (
	maxUsername = 1024
	maxURI      = 8 << 10
	maxOther    = 256
)

// Credentials are what a client sends (RFC 7616 §3.4).
type Credentials struct {
	// Username is the name, or the userhash where Hashed says so.
	Username string
	Hashed   bool
	// Algorithm is the one that is named, MD5 where none is, and zero where it is unknown.
	Algorithm Algorithm
	// QOP is zero for credentials in the style of RFC 2069, which have neither CNonce nor NC.
	QOP QOP
	// Count is the number that NC writes.
	Count uint32

	Realm, Nonce, URI, Response, CNonce, NC, Opaque string

	response Sum // what Response writes; of a known Algorithm
}

// ParseCredentials reads what follows the scheme's name in an Authorization field. It takes each parameter at most once,
// in any case, as a token or quoted, ignores those that it does not know, and holds the others to their grammar and to a
// bounded length. The errors are of kind [errors.BadRequest].
func ParseCredentials(text string) (Credentials, error) {
	var c Credentials
	if err := c.parse(text); err != nil {
		return Credentials{}, err
	}
	return c, nil
}

// parse is ParseCredentials where they shall be.
func (c *Credentials) parse(text string) error {
	var buffer [12]auth.Param // on the stack; no more are known
	params, err := auth.ParseParams(buffer[:0], text)
	if err != nil {
		return auth.Malformed("digest_grammar", "the Authorization field breaks the grammar of Digest")
	}
	var f fields
	for i := range params {
		if place := c.place(&f, params[i].Name); place != nil {
			*place = params[i].Value
		}
	}
	if !c.complete(&f) {
		return auth.Malformed("digest_incomplete", "Digest needs username, realm, nonce, uri, response, qop, nc and cnonce")
	}
	if bad := c.judge(&f); bad != "" {
		return auth.Malformed("digest_"+bad, "a parameter of Digest is malformed or too long")
	}
	return nil
}

// fields are parameters as they were sent, empty where they were not. Those that stay so have their places in Credentials.
type fields struct{ username, usernameExt, userhash, algorithm, qop string }

// place is where the parameter with this name goes, in any letter case; nil for unknown ones.
func (c *Credentials) place(f *fields, name string) *string {
	switch name {
	case "username":
		return &f.username
	case "username*":
		return &f.usernameExt
	case "userhash":
		return &f.userhash
	case "realm":
		return &c.Realm
	case "nonce":
		return &c.Nonce
	case "uri":
		return &c.URI
	case "response":
		return &c.Response
	case "algorithm":
		return &f.algorithm
	case "cnonce":
		return &c.CNonce
	case "opaque":
		return &c.Opaque
	case "qop":
		return &f.qop
	case "nc":
		return &c.NC
	}
	if lower := strings.ToLower(name); lower != name {
		return c.place(f, lower)
	}
	return nil
}

// complete reports whether everything is there; qop, nc and cnonce belong together.
func (c *Credentials) complete(f *fields) bool {
	if f.username == "" && f.usernameExt == "" || c.Realm == "" || c.Nonce == "" || c.URI == "" || c.Response == "" {
		return false
	}
	return f.qop != "" && c.NC != "" && c.CNonce != "" || f.qop == "" && c.NC == "" && c.CNonce == ""
}

// judge fills in the rest of the credentials where each parameter keeps its rules; else bad names one that does not.
func (c *Credentials) judge(f *fields) (bad string) {
	c.Algorithm = algorithmOf(f.algorithm)
	switch {
	case max(len(f.username), len(f.usernameExt)) > maxUsername || len(c.URI) > maxURI:
		return "too_long"
	case max(len(c.Realm), len(c.Nonce), len(c.CNonce), len(c.Opaque)) > maxOther:
		return "too_long"
	case !c.setUsername(f):
		return "username"
	case !c.setResponse():
		return "response"
	case !c.setCount(f):
		return "count"
	}
	return ""
}

// setUsername takes the name from whichever of the two parameters has it (RFC 7616 §3.4: never both). Control characters
// are no part of a name; what is not UTF-8 is none.
func (c *Credentials) setUsername(f *fields) bool {
	c.Username = f.username
	c.Hashed = strings.EqualFold(f.userhash, "true")
	if !c.Hashed && f.userhash != "" && !strings.EqualFold(f.userhash, "false") {
		return false
	}
	if f.usernameExt != "" {
		name, ok := parseExtended(f.usernameExt)
		if !ok || c.Hashed || f.username != "" {
			return false
		}
		c.Username = name
	}
	return utf8.ValidString(c.Username) && !strings.ContainsFunc(c.Username, isControl)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// algorithmOf is the named algorithm, and zero for one that there is not. Credentials that name none mean MD5 (RFC 7616
// §3.4).
func algorithmOf(name string) Algorithm {
	if name == "" {
		return MD5
	}
	a, _ := ParseAlgorithm(name)
	return a
}

// setResponse reads the response: a hash of the algorithm. Of an unknown one the length is unknown too.
func (c *Credentials) setResponse() (ok bool) {
	if !c.Algorithm.valid() {
		return isLowerHex(c.Response)
	}
	c.response, ok = c.Algorithm.parseSum(c.Response)
	return ok
}

// setCount takes qop and nc: 8 hexadecimal digits that count from 1.
func (c *Credentials) setCount(f *fields) (ok bool) {
	if f.qop == "" {
		return !c.Algorithm.session() // whose A1 needs a cnonce
	}
	if c.QOP, ok = parseQOP(f.qop); !ok || len(c.NC) != 8 {
		return false
	}
	for _, digit := range []byte(c.NC) {
		if !isHexDigit(digit) {
			return false
		}
		c.Count = c.Count<<4 | uint32(unhex(digit))
	}
	return c.Count > 0
}
