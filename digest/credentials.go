package digest

import (
	"strconv"
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
}

// ParseCredentials reads what follows the scheme's name in an Authorization field. It takes each parameter at most once,
// in any case, as a token or quoted, ignores those that it does not know, and holds the others to their grammar and to a
// bounded length. The errors are of kind [errors.BadRequest].
func ParseCredentials(text string) (Credentials, error) {
	var buffer [16]auth.Param // on the stack; Digest has 12
	params, err := auth.ParseParams(buffer[:0], text)
	if err != nil {
		return Credentials{}, auth.Malformed("digest_grammar", "the Authorization field breaks the grammar of Digest")
	}
	var f fields
	for _, p := range params {
		if place := f.place(p.Name); place != nil {
			*place = p.Value
		}
	}
	if !f.complete() {
		return Credentials{}, auth.Malformed("digest_incomplete", "Digest needs username, realm, nonce, uri, response, qop, nc and cnonce")
	}
	c, bad := f.credentials()
	if bad != "" {
		return Credentials{}, auth.Malformed("digest_"+bad, "a parameter of Digest is malformed or too long")
	}
	return c, nil
}

// fields are the parameters as they were sent, empty where they were not.
type fields struct {
	username, usernameExt, userhash, algorithm, qop         string
	realm, nonce, uri, response, cnonce, nonceCount, opaque string
}

// place is where the parameter with this name goes, in any letter case; nil for unknown ones.
func (f *fields) place(name string) *string {
	switch name {
	case "username":
		return &f.username
	case "username*":
		return &f.usernameExt
	case "userhash":
		return &f.userhash
	case "realm":
		return &f.realm
	case "nonce":
		return &f.nonce
	case "uri":
		return &f.uri
	case "response":
		return &f.response
	case "algorithm":
		return &f.algorithm
	case "cnonce":
		return &f.cnonce
	case "opaque":
		return &f.opaque
	case "qop":
		return &f.qop
	case "nc":
		return &f.nonceCount
	}
	if lower := strings.ToLower(name); lower != name {
		return f.place(lower)
	}
	return nil
}

// complete reports whether everything is there; qop, nc and cnonce belong together.
func (f *fields) complete() bool {
	if f.username == "" && f.usernameExt == "" || f.realm == "" || f.nonce == "" || f.uri == "" || f.response == "" {
		return false
	}
	return f.qop != "" && f.nonceCount != "" && f.cnonce != "" || f.qop == "" && f.nonceCount == "" && f.cnonce == ""
}

// credentials are f where each parameter keeps its rules; else bad names one that does not.
func (f *fields) credentials() (c Credentials, bad string) {
	c = Credentials{
		Algorithm: algorithmOf(f.algorithm),
		Realm:     f.realm, Nonce: f.nonce, URI: f.uri, Response: f.response,
		CNonce: f.cnonce, NC: f.nonceCount, Opaque: f.opaque,
	}
	switch {
	case max(len(f.username), len(f.usernameExt)) > maxUsername || len(f.uri) > maxURI:
		return c, "too_long"
	case max(len(f.realm), len(f.nonce), len(f.cnonce), len(f.opaque)) > maxOther:
		return c, "too_long"
	case !c.setUsername(f):
		return c, "username"
	case !isHash(c.Algorithm, c.Response):
		return c, "response"
	case !c.setCount(f):
		return c, "count"
	}
	return c, ""
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

// isHash reports whether text is a hash of a's length. Of an unknown algorithm the length is unknown too.
func isHash(a Algorithm, text string) bool {
	return isLowerHex(text) && (!a.valid() || len(text) == 2*a.size())
}

// setCount takes qop and nc: 8 hexadecimal digits that count from 1.
func (c *Credentials) setCount(f *fields) (ok bool) {
	if f.qop == "" {
		return !c.Algorithm.session() // whose A1 needs a cnonce
	}
	if c.QOP, ok = parseQOP(f.qop); !ok || len(c.NC) != 8 {
		return false
	}
	count, err := strconv.ParseUint(c.NC, 16, 32)
	c.Count = uint32(count)
	return err == nil && count > 0
}
