package digest_test

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// A client makes credentials as RFC 7616 has it, by formulas of its own. Its fields are what it was told and what it
// chooses; whatever breaks the rules is written by the tests into what it sends.
type client struct {
	name, realm, password    string
	algorithm, nonce, opaque string
	cnonce, qop              string
	nc                       uint32
	hashed, extended         bool
}

// param is one parameter, its value as it is sent.
type param struct{ name, value string }

type params []param

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func hash(algorithm, text string) string {
	switch strings.TrimSuffix(algorithm, "-sess") {
	case "SHA-256":
		return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	case "SHA-512-256":
		return fmt.Sprintf("%x", sha512.Sum512_256([]byte(text)))
	case "MD5":
		return fmt.Sprintf("%x", md5.Sum([]byte(text)))
	}
	panic(algorithm)
}

func (c client) ha1() string {
	ha1 := hash(c.algorithm, c.name+":"+c.realm+":"+c.password)
	if strings.HasSuffix(c.algorithm, "-sess") {
		ha1 = hash(c.algorithm, ha1+":"+c.nonce+":"+c.cnonce)
	}
	return ha1
}

func (c client) proof(a2 string) string {
	if c.qop == "" {
		return hash(c.algorithm, c.ha1()+":"+c.nonce+":"+hash(c.algorithm, a2))
	}
	return hash(c.algorithm, fmt.Sprintf("%s:%s:%08x:%s:%s:%s", c.ha1(), c.nonce, c.nc, c.cnonce, c.qop, hash(c.algorithm, a2)))
}

// params are the credentials for a request.
func (c client) params(method, uri, body string) params {
	a2 := method + ":" + uri
	if c.qop == "auth-int" {
		a2 += ":" + hash(c.algorithm, body)
	}
	list := params{{"username", quoted(c.name)}}
	switch {
	case c.hashed:
		list = params{{"username", quoted(hash(c.algorithm, c.name+":"+c.realm))}, {"userhash", "true"}}
	case c.extended:
		list = params{{"username*", "UTF-8''" + url.PathEscape(c.name)}}
	}
	list = append(list, params{
		{"realm", quoted(c.realm)}, {"nonce", quoted(c.nonce)}, {"uri", quoted(uri)}, {"algorithm", c.algorithm},
		{"response", quoted(c.proof(a2))},
	}...)
	if c.qop != "" {
		list = append(list, params{{"qop", c.qop}, {"nc", fmt.Sprintf("%08x", c.nc)}, {"cnonce", quoted(c.cnonce)}}...)
	}
	if c.opaque != "" {
		list = append(list, param{"opaque", quoted(c.opaque)})
	}
	return list
}

// with replaces a parameter, or adds it; without takes it away.
func (p params) with(name, value string) params {
	return append(p.without(name), param{name, value})
}

func (p params) without(name string) params {
	var rest params
	for _, one := range p {
		if one.name != name {
			rest = append(rest, one)
		}
	}
	return rest
}

func (p params) get(name string) string {
	for _, one := range p {
		if one.name == name {
			return one.value
		}
	}
	return ""
}

// String is the Authorization field.
func (p params) String() string {
	list := make([]string, len(p))
	for i, one := range p {
		list[i] = one.name + "=" + one.value
	}
	return "Digest " + strings.Join(list, ", ")
}

// flip changes one bit of hexadecimal text.
func flip(text string, bit int) string {
	octets, _ := hex.DecodeString(text)
	octets[bit/8] ^= 1 << (bit % 8)
	return hex.EncodeToString(octets)
}
