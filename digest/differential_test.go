package digest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
)

// A reference is a second server, which reads the field with an expression and hashes by the formulas of RFC 7616. It
// knows the passwords, remembers every count, and is as lenient as can be about how things are written.
type reference struct {
	used map[string]bool
}

var parameter = regexp.MustCompile(`([^\s,"=]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))`)

func (ref *reference) accepts(field, method, target, body string) bool {
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(field[len("Digest "):], -1) {
		p[strings.ToLower(m[1])] = regexp.MustCompile(`\\(.)`).ReplaceAllString(m[2], "$1") + m[3]
	}
	name := p["username"]
	if extended, found := p["username*"]; found {
		name, _ = url.PathUnescape(extended[strings.LastIndex(extended, "'")+1:])
	}
	c := client{algorithm: strings.ToUpper(p["algorithm"]), realm: p["realm"], nonce: p["nonce"], cnonce: p["cnonce"], qop: p["qop"]}
	c.algorithm = strings.Replace(c.algorithm, "-SESS", "-sess", 1)
	if !regexp.MustCompile("^(SHA-256|SHA-512-256|MD5)(-sess)?$").MatchString(c.algorithm) {
		return false
	}
	for known, password := range passwords {
		if known == name || p["userhash"] == "true" && hash(c.algorithm, known+":"+realm) == name {
			c.name, c.password = known, password
		}
	}
	if _, err := fmt.Sscanf(p["nc"], "%08x", &c.nc); err != nil || c.name == "" || p["realm"] != realm {
		return false
	}
	a2 := method + ":" + p["uri"]
	if c.qop == "auth-int" {
		a2 += ":" + hash(c.algorithm, body)
	}
	use := p["nonce"] + p["nc"]
	if p["uri"] != target || p["response"] != c.proof(a2) || ref.used[use] {
		return false
	}
	ref.used[use] = true
	return true
}

// TestBothServersAgree sends thousands of requests, half of them with something wrong, to the scheme and to the
// reference. The seed is fixed.
func TestBothServersAgree(t *testing.T) {
	l := newLab(t, func(cfg *digest.Config) {
		cfg.QOP = []digest.QOP{digest.Auth, digest.AuthInt}
		cfg.Throttle, cfg.InsecureUnthrottled = nil, true
	}, allAlgorithms...)
	ref := &reference{used: map[string]bool{}}
	g := &generator{rand.New(rand.NewPCG(7616, 2617)), l}
	nonce, accepted, requests := "", 0, 2000*scale(50)
	for n := range requests {
		if n%50 == 0 {
			nonce = l.client("Mufasa").nonce
		}
		c, method, target, body := g.request(nonce, uint32(n%50+1))
		list := c.params(method, target, body)
		field := g.spell(list)
		switch g.IntN(10) {
		case 0, 1, 2:
			field = g.spell(g.spoil(list))
		case 3:
			method = g.pick("PUT", "get", "HEAD")
		case 4:
			target += "x"
		case 5:
			if c.qop == "auth-int" {
				body += "x"
			}
		}
		ours := l.do(method, target, body, field).Code == http.StatusOK
		require.Equal(t, ref.accepts(field, method, target, body), ours, "%s %s\n%s\n%q", method, target, field, body)
		if ours {
			accepted++
			require.NotEqual(t, http.StatusOK, l.do(method, target, body, field).Code, "again")
			spoiled := g.flip(field)
			require.False(t, l.do(method, target, body, spoiled).Code == http.StatusOK && !ref.accepts(spoiled, method, target, body), spoiled)
		}
	}
	assert.Greater(t, accepted, requests*2/5)
}

type generator struct {
	*rand.Rand
	lab *lab
}

func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// request is one that is right.
func (g *generator) request(nonce string, nc uint32) (c client, method, target, body string) {
	names := []string{"Mufasa", `a"b`, "Jäsøn", "Jäsøn Doe"}
	c = client{
		name: g.pick(names...), realm: realm, nonce: nonce, nc: nc, qop: g.pick("auth", "auth", "auth-int"),
		algorithm: allAlgorithms[g.IntN(len(allAlgorithms))].String(),
		cnonce:    g.pick("c", `with "quotes" and \`, "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", strings.Repeat("long", 60)),
		hashed:    g.IntN(5) == 0, extended: g.IntN(5) == 0,
	}
	c.extended = c.extended && c.name != `a"b` // PathEscape leaves no quote, but other characters that RFC 8187 escapes
	c.password = passwords[c.name]
	method = g.pick("GET", "POST", "DELETE", "PROPFIND")
	target = g.pick("/", "/a", "/v2/products?a=1&b=%C3%A9", "/a,b;c='d'", "/"+strings.Repeat("long/", 200))
	body = g.pick("", "{}", strings.Repeat("body", 1000), "\x00\xff")
	return c, method, target, body
}

// spell writes the list in one of the ways that RFC 9110 allows.
func (g *generator) spell(list params) string {
	list = append(params{}, list...)
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	field := "Digest "
	for i, p := range list {
		if i > 0 {
			field += g.pick(", ", ",", " ,\t", ", ,")
		}
		if g.IntN(4) == 0 {
			p.name = strings.ToUpper(p.name)
		}
		if g.IntN(4) == 0 && p.value[0] != '"' {
			p.value = quoted(p.value)
		}
		field += p.name + g.pick("=", "=", " = ") + p.value
	}
	return field
}

// spoil makes one parameter wrong.
func (g *generator) spoil(list params) params {
	switch g.IntN(8) {
	case 0:
		return list.with("response", quoted(flip(strings.Trim(list.get("response"), `"`), g.IntN(128))))
	case 1:
		return list.with("nonce", quoted(flip(strings.Trim(list.get("nonce"), `"`), g.IntN(240))))
	case 2:
		return list.with("nc", "000000ff")
	case 3:
		return list.with("realm", `"apo"`)
	case 4:
		return list.with("cnonce", `"another"`)
	case 5:
		return list.with("algorithm", g.pick("MD5", "SHA-256", "SHA-512-256", "SHA-1"))
	case 6:
		return list.with("uri", `"/b"`)
	}
	return list.without("username*").with("username", g.pick(`"Scar"`, `"mufasa"`, `"Mufasa "`))
}

// flip changes one byte of field behind the scheme.
func (g *generator) flip(field string) string {
	spoiled := []byte(field)
	spoiled[len("Digest ")+g.IntN(len(field)-len("Digest "))] = " ,\"=\\aA0\t"[g.IntN(9)]
	return string(spoiled)
}
