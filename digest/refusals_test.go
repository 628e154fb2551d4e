package digest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
)

// TestMalformedCredentials holds that whatever breaks the grammar is a 400 before anybody is looked up.
func TestMalformedCredentials(t *testing.T) {
	rows := []struct {
		id, name string
		change   func(params) params
	}{
		{"RFC7616-3.4-01", "without username", func(p params) params { return p.without("username") }},
		{"RFC7616-3.4-01", "without realm", func(p params) params { return p.without("realm") }},
		{"RFC7616-3.4-01", "without nonce", func(p params) params { return p.without("nonce") }},
		{"RFC7616-3.4-01", "without uri", func(p params) params { return p.without("uri") }},
		{"RFC7616-3.4-01", "without response", func(p params) params { return p.without("response") }},
		{"RFC7616-3.4-01", "without cnonce", func(p params) params { return p.without("cnonce") }},
		{"RFC7616-3.4-01", "without nc", func(p params) params { return p.without("nc") }},
		{"RFC7616-3.4-01", "without qop", func(p params) params { return p.without("qop") }},
		{"RFC7616-3.4-02", "both username and username*", func(p params) params { return p.with("username*", "UTF-8''Mufasa") }},
		{"RFC7616-3.4-03", "username* with userhash", func(p params) params {
			return p.without("username").with("username*", "UTF-8''Mufasa").with("userhash", "true")
		}},
		{"RFC7616-3.4-03", "username* in another charset", func(p params) params {
			return p.without("username").with("username*", "ISO-8859-1''Mufasa")
		}},
		{"RFC7616-3.4-03", "username* with half an escape", func(p params) params { return p.without("username").with("username*", "UTF-8''Mufas%4") }},
		{"RFC7616-3.4-03", "username* with a bad escape", func(p params) params { return p.without("username").with("username*", "UTF-8''Mufas%zz") }},
		{"RFC7616-3.4-03", "username* whose octets are not UTF-8", func(p params) params { return p.without("username").with("username*", "UTF-8''Mufas%e4") }},
		{"RFC7616-3.4-03", "username* without a charset", func(p params) params { return p.without("username").with("username*", "Mufasa") }},
		{"LIM-UTF8-01", "username* with a NUL", func(p params) params { return p.without("username").with("username*", "UTF-8''Mufasa%00") }},
		{"RFC7616-4-01", "a name that is not UTF-8", func(p params) params { return p.with("username", "\"J\xe4s\xf8n\"") }},
		{"RFC7616-3.3-12", "an unknown qop", func(p params) params { return p.with("qop", "foo") }},
		{"RFC7616-3.3-12", "a qop in upper case, which would be hashed so", func(p params) params { return p.with("qop", "AUTH") }},
		{"RFC7616-3.4-06", "nc of one digit", func(p params) params { return p.with("nc", "1") }},
		{"RFC7616-3.4-06", "nc with a g", func(p params) params { return p.with("nc", "0000000g") }},
		{"RFC7616-3.4-06", "nc of nine digits", func(p params) params { return p.with("nc", "000000001") }},
		{"RFC7616-3.4-06", "nc zero", func(p params) params { return p.with("nc", "00000000") }},
		{"RFC7616-3.4-06", "nc with a sign", func(p params) params { return p.with("nc", "+0000001") }},
		{"RFC7616-3.4-14", "a response of 32 digits for SHA-256", func(p params) params { return p.with("response", quoted(strings.Repeat("0", 32))) }},
		{"RFC7616-3.4-14", "a response that is not hexadecimal", func(p params) params { return p.with("response", quoted(strings.Repeat("g", 64))) }},
		{"RFC7616-3.4-14", "an empty response", func(p params) params { return p.with("response", `""`) }},
		{"RFC7616-3.4-14", "a response in upper case", func(p params) params { return p.with("response", strings.ToUpper(p.get("response"))) }},
		{"RFC9110-11.2-05", "an unterminated quote", func(p params) params { return p.with("cnonce", `"cnonce`) }},
		{"RFC9110-11.2-05", "an escape at the end", func(p params) params { return p.with("cnonce", `"cnonce\`) }},
		{"SEC-DIGEST-04", "a cnonce of 8 KiB", func(p params) params { return p.with("cnonce", quoted(strings.Repeat("c", 8<<10))) }},
		{"SEC-DIGEST-04", "a username of 8 KiB", func(p params) params { return p.with("username", quoted(strings.Repeat("u", 8<<10))) }},
		{"SEC-DIGEST-04", "a username* of 8 KiB", func(p params) params {
			return p.without("username").with("username*", "UTF-8''"+strings.Repeat("%C3%A4", 1400))
		}},
		{"SEC-DIGEST-04", "a nonce of 8 KiB", func(p params) params { return p.with("nonce", quoted(strings.Repeat("0", 8<<10))) }},
		{"SEC-DIGEST-04", "a uri of more than 8 KiB", func(p params) params { return p.with("uri", quoted("/"+strings.Repeat("u", 8<<10))) }},
		{"SEC-DIGEST-04", "an opaque of 8 KiB", func(p params) params { return p.with("opaque", quoted(strings.Repeat("o", 8<<10))) }},
		{"RFC7616-3.4-04", "a qop that was not offered", func(p params) params { return p.with("qop", "auth-int") }},
		{"RFC7616-3.3-10", "a userhash that is neither true nor false", func(p params) params { return p.with("userhash", "yes") }},
	}
	for _, row := range rows {
		t.Run(row.id+" "+row.name+" is a 400 and asks no store", func(t *testing.T) {
			l := newLab(t, nil)
			w := l.get(row.change(l.client("Mufasa").params("GET", "/a", "")))
			require.Equal(t, http.StatusBadRequest, w.Code, w.Body.String())
			assert.Contains(t, w.Body.String(), `"message":"Bad request: `)
			assert.Zero(t, l.store.lookUps.Load()+l.store.counts.Load()+l.store.claims.Load())
			assert.Zero(t, l.called.Load())
		})
	}
	for _, first := range []string{"the valid one first", "the valid one last"} {
		t.Run("RFC9110-11.2-03 two nonces, "+first+", are a 400", func(t *testing.T) {
			l := newLab(t, nil)
			list := l.client("Mufasa").params("GET", "/a", "")
			second := param{"NONCE", quoted("0123")}
			if first == "the valid one last" {
				list = append(params{second}, list...)
			} else {
				list = append(list, second)
			}
			assert.Equal(t, http.StatusBadRequest, l.get(list).Code)
			assert.Zero(t, l.called.Load())
		})
	}
}

// TestWrongCredentials holds that whatever is wrong is a 401 with a challenge, and who is told to try again.
func TestWrongCredentials(t *testing.T) {
	rows := []struct {
		id, name, reason string
		algorithms       []digest.Algorithm
		send             func(l *lab) params
	}{
		{"RFC7616-3.4-11", "MD5 where SHA-256 alone is offered", "algorithm_not_offered", nil, func(l *lab) params {
			c := l.client("Mufasa")
			c.algorithm = "MD5"
			return c.params("GET", "/a", "")
		}},
		{"RFC7616-3.4-11", "no algorithm, which means MD5", "algorithm_not_offered", nil, func(l *lab) params {
			c := l.client("Mufasa")
			c.algorithm = "MD5"
			return c.params("GET", "/a", "").without("algorithm")
		}},
		{"RFC7616-3.7-02", "MD5 without any configuration", "algorithm_not_offered", nil, func(l *lab) params {
			c := l.client("Mufasa")
			c.algorithm = "MD5"
			return c.params("GET", "/a", "")
		}},
		{"SEC-DIGEST-07", "SHA-1", "algorithm_not_offered", nil, func(l *lab) params {
			return l.client("Mufasa").params("GET", "/a", "").with("algorithm", "SHA-1")
		}},
		{"SEC-DIGEST-07", "SHA256", "algorithm_not_offered", nil, func(l *lab) params {
			return l.client("Mufasa").params("GET", "/a", "").with("algorithm", "SHA256")
		}},
		{"RFC7616-3.4-12", "another realm, with a digest over it", "foreign_realm", nil, func(l *lab) params {
			c := l.client("Mufasa")
			c.realm = "another"
			return c.params("GET", "/a", "")
		}},
		{"RFC7616-3.4.3-01", "a digest for POST with GET", "wrong_password", nil, func(l *lab) params {
			return l.client("Mufasa").params("POST", "/a", "")
		}},
		{"RFC7616-3.3-07", "a wrong password", "wrong_password", nil, func(l *lab) params {
			c := l.client("Mufasa")
			c.password = "Circle of Death"
			return c.params("GET", "/a", "")
		}},
		{"SEC-DIGEST-03", "an unknown user", "unknown_user", nil, func(l *lab) params {
			c := l.client("Scar")
			return c.params("GET", "/a", "")
		}},
		{"RFC7616-3.4.4-01", "an unknown userhash", "unknown_user", nil, func(l *lab) params {
			c := l.client("Scar")
			c.hashed = true
			return c.params("GET", "/a", "")
		}},
		{"RFC7616-3.4.2-02", "a session's digest over another cnonce", "wrong_password", []digest.Algorithm{digest.SHA256Sess}, func(l *lab) params {
			return l.client("Mufasa").params("GET", "/a", "").with("cnonce", "another")
		}},
		{"RFC7616-3.9-01", "SHA-512 cut to 256 bits", "wrong_password", []digest.Algorithm{digest.SHA512_256}, func(l *lab) params {
			return l.client("Jäsøn Doe").params("GET", "/a", "").
				with("response", quoted("ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd"))
		}},
		{"RFC7616-3.9-01", "the userhash of SHA-512 cut to 256 bits", "unknown_user", []digest.Algorithm{digest.SHA512_256}, func(l *lab) params {
			return l.client("Jäsøn Doe").params("GET", "/a", "").with("userhash", "true").
				with("username", "488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec")
		}},
	}
	for _, row := range rows {
		t.Run(row.id+" "+row.name+" is a 401 that is not stale", func(t *testing.T) {
			l := newLab(t, nil, row.algorithms...)
			w := l.get(row.send(l))
			require.Equal(t, http.StatusUnauthorized, w.Code, w.Body.String())
			list := challenges(t, w)
			require.Len(t, list, 1)
			assert.NotContains(t, list[0], "stale")
			assert.Equal(t, row.reason, l.reason())
			assert.Zero(t, l.called.Load())
			assert.Zero(t, l.store.claims.Load())
		})
	}
	for _, row := range []struct {
		name string
		send func(p params) params
	}{
		{"dropped", func(p params) params { return p.without("opaque") }},
		{"altered", func(p params) params { return p.with("opaque", `"other"`) }},
	} {
		t.Run("RFC7616-3.4-13 an opaque that was "+row.name+" is a 401", func(t *testing.T) {
			l := newLab(t, func(cfg *digest.Config) { cfg.Opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS" })
			list := l.client("Mufasa").params("GET", "/a", "")
			assert.Equal(t, http.StatusUnauthorized, l.get(row.send(list)).Code)
			assert.Equal(t, http.StatusOK, l.get(list).Code, "unchanged it is taken")
		})
	}
	t.Run("RFC7616-3.6-01 an account with SHA-256 alone does not sign in by MD5, like an unknown user", func(t *testing.T) {
		l := newLab(t, nil)
		both := l.node(nil, digest.SHA256, digest.MD5)
		c := both.client("Mufasa")
		c.algorithm = "MD5"
		known := both.get(c.params("GET", "/a", ""))
		assert.Equal(t, "no_ha1", both.reason())
		c.name = "Scar  "
		unknown := both.get(c.params("GET", "/a", ""))
		assert.Equal(t, http.StatusUnauthorized, known.Code)
		assert.Equal(t, known.Code, unknown.Code)
		assert.Equal(t, strings.ReplaceAll(known.Body.String(), "Mufasa", "Scar  "), unknown.Body.String())
	})
	t.Run("the name is repeated as it was sent", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Jäsøn")
		c.password, c.extended = "wrong", true
		assert.Contains(t, l.get(c.params("GET", "/a", "")).Body.String(), `"message":"Could not authenticate: Jäsøn"`)
	})
}

func TestNoncesThatCannotBeUsed(t *testing.T) {
	const stranger = "another key's"
	rows := map[string]func(l *lab, nonce string) string{
		"forged":            func(_ *lab, nonce string) string { return strings.Repeat("0", len(nonce)) },
		"of another length": func(_ *lab, nonce string) string { return nonce + "00" },
		"in upper case":     func(_ *lab, nonce string) string { return strings.ToUpper(nonce) },
		"somebody's text":   func(_ *lab, _ string) string { return "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v" },
		stranger:            func(l *lab, _ string) string { return newLab(l.t, nil).client("Mufasa").nonce },
	}
	for bit := range 240 {
		rows[fmt.Sprintf("altered in bit %d", bit)] = func(_ *lab, nonce string) string { return flip(nonce, bit) }
	}
	for name, change := range rows {
		t.Run("RFC7616-3.3-06 a nonce that is "+name+" is stale, and nobody is looked up", func(t *testing.T) {
			l := newLab(t, nil)
			c := l.client("Mufasa")
			c.nonce = change(l, c.nonce)
			w := l.get(c.params("GET", "/a", ""))
			assert.True(t, isStale(t, w))
			assert.NotEqual(t, c.nonce, challenges(t, w)[0]["nonce"])
			assert.Equal(t, "nonce_stale", l.reason())
			assert.Zero(t, l.store.lookUps.Load()+l.store.counts.Load()+l.store.claims.Load())
		})
	}
	t.Run("RFC7616-3.3-07 a nonce that is over is stale with the right and with a wrong password alike", func(t *testing.T) {
		l := newLab(t, nil)
		right, wrong := l.client("Mufasa"), l.client("Mufasa")
		wrong.password = "Circle of Death"
		l.pass(5 * time.Minute)
		answers := []string{}
		for _, c := range []client{right, wrong} {
			w := l.get(c.params("GET", "/a", ""))
			require.True(t, isStale(t, w))
			answers = append(answers, w.Body.String())
		}
		assert.Equal(t, answers[0], answers[1])
		assert.Zero(t, l.store.lookUps.Load()+l.store.counts.Load(), "nobody is looked up and nothing is counted")
		assert.Equal(t, http.StatusOK, l.get(l.client("Mufasa").params("GET", "/a", "")).Code, "with the new nonce and count 1")
		wrong.nonce = l.client("Mufasa").nonce
		w := l.get(wrong.params("GET", "/a", ""))
		assert.Equal(t, http.StatusUnauthorized, w.Code)
		assert.False(t, isStale(t, w))
	})
	t.Run("RFC7616-5.4-01 a nonce ends with its lifetime, 5 minutes by default", func(t *testing.T) {
		for _, lifetime := range []time.Duration{0, time.Minute, time.Hour} {
			l := newLab(t, func(cfg *digest.Config) { cfg.NonceLifetime = lifetime })
			if lifetime == 0 {
				lifetime = 5 * time.Minute
			}
			c := l.client("Mufasa")
			l.pass(lifetime - 20*time.Millisecond)
			require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
			l.pass(20 * time.Millisecond)
			c.nc++
			require.True(t, isStale(t, l.get(c.params("GET", "/a", ""))))
		}
	})
	t.Run("a nonce from a clock that is far ahead is stale, a little ahead is not", func(t *testing.T) {
		l := newLab(t, nil)
		ahead := l.node(nil)
		ahead.pass(30 * time.Second)
		assert.Equal(t, http.StatusOK, l.get(ahead.client("Mufasa").params("GET", "/a", "")).Code)
		ahead.pass(time.Hour)
		assert.True(t, isStale(t, l.get(ahead.client("Mufasa").params("GET", "/a", ""))))
	})
}

const hour = time.Hour
