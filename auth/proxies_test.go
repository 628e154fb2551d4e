package auth_test

import (
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
)

const (
	insider  = "10.0.0.7:1000"          // a trusted proxy
	stranger = "203.0.113.9:1000"       // nobody's
	local    = "127.0.0.1:1000"         // loopback
	mapped   = "[::ffff:10.0.0.7]:1000" // the proxy over IPv6
)

func proxies(t testing.TB) auth.Proxies {
	t.Helper()
	p, err := auth.ParseProxies("10.0.0.0/8", "2001:db8::1", "127.0.0.2")
	require.NoError(t, err)
	return p
}

// from is a request of peer with header fields.
func from(peer string, fields ...string) *http.Request {
	r := newRequest("GET", "/", fields...)
	r.RemoteAddr = peer
	return r
}

func TestAddressOfTheClient(t *testing.T) {
	for _, row := range []struct {
		name string
		r    *http.Request
		want string
	}{
		{"the peer", from(stranger), "203.0.113.9"},
		{"SEC-HDR-02 what an untrusted peer writes is not read", from(stranger, "X-Forwarded-For", "198.51.100.1"), "203.0.113.9"},
		{"SEC-HDR-02 nor its Forwarded", from(stranger, "Forwarded", "for=198.51.100.1;proto=https"), "203.0.113.9"},
		{"one trusted hop", from(insider, "X-Forwarded-For", "198.51.100.1"), "198.51.100.1"},
		{"a trusted proxy over a mapped address", from(mapped, "X-Forwarded-For", "198.51.100.1"), "198.51.100.1"},
		{"SEC-HDR-02 hops count from the right", from(insider, "X-Forwarded-For", "192.0.2.66, 198.51.100.1, 10.0.0.9"), "198.51.100.1"},
		{"SEC-HDR-02 over several lines too", from(insider, "X-Forwarded-For", "192.0.2.66", "X-Forwarded-For", "198.51.100.1"), "198.51.100.1"},
		{"all hops trusted: the leftmost", from(insider, "X-Forwarded-For", "10.1.1.1, 10.0.0.9"), "10.1.1.1"},
		{"with a port", from(insider, "X-Forwarded-For", "198.51.100.1:4711"), "198.51.100.1"},
		{"an IPv6 address in brackets", from(insider, "X-Forwarded-For", "[2001:db8::2]:4711"), "2001:db8::2"},
		{"Forwarded", from(insider, "Forwarded", `for=192.0.2.66, for="[2001:db8::2]:99";proto=https;by=10.0.0.7`), "2001:db8::2"},
		{"an obfuscated name is no address", from(insider, "Forwarded", "for=_hidden;proto=https"), "invalid IP"},
		{"both kinds that agree", from(insider, "Forwarded", "for=198.51.100.1;proto=https", "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https"), "198.51.100.1"},
		{"both kinds that disagree: neither", from(insider, "Forwarded", "for=192.0.2.66;proto=https", "X-Forwarded-For", "198.51.100.1"), "invalid IP"},
		{"a peer without an address", from("@"), "invalid IP"},
	} {
		t.Run(row.name, func(t *testing.T) { assert.Equal(t, row.want, proxies(t).Address(row.r).String()) })
	}
	assert.Equal(t, "10.0.0.7", auth.Proxies{}.Address(from(insider, "X-Forwarded-For", "198.51.100.1")).String(), "nobody is trusted by default")
}

func TestClearHTTPIsRefused(t *testing.T) {
	overTLS := from(stranger)
	overTLS.TLS = &tls.ConnectionState{}
	for _, row := range []struct {
		name   string
		r      *http.Request
		secure bool
	}{
		{"SEC-TLS-01 clear HTTP from beyond", from(stranger), false},
		{"SEC-TLS-01 a forged header of an untrusted peer", from(stranger, "X-Forwarded-Proto", "https"), false},
		{"SEC-TLS-01 a forged Forwarded", from(stranger, "Forwarded", "proto=https"), false},
		{"SEC-TLS-01 a trusted proxy that says nothing", from(insider), false},
		{"SEC-TLS-01 a trusted proxy that says http", from(insider, "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "http"), false},
		{"SEC-TLS-01 one http among several", from(insider, "X-Forwarded-Proto", "https, http"), false},
		{"SEC-TLS-01 two kinds of fields that disagree", from(insider, "Forwarded", "for=192.0.2.66;proto=https", "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "http"), false},
		{"SEC-TLS-01 a proxy on loopback whose two kinds disagree", from("127.0.0.2:1000", "Forwarded", "for=192.0.2.66;proto=https", "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "http"), false},
		{"SEC-TLS-01 a peer without an address", from("@"), false},
		{"a trusted proxy that says https", from(insider, "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "HTTPS"), true},
		{"a trusted proxy that says so in Forwarded", from(insider, "Forwarded", "for=198.51.100.1;proto=https"), true},
		{"TLS", overTLS, true},
		{"loopback", from(local), true},
		{"loopback over IPv6", from("[::1]:99"), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			scheme := newFake()
			gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}, Proxies: proxies(t)})
			row.r.Header.Set("Authorization", "Fake aladdin")
			w := serve(gate, row.r, "read")
			if row.secure {
				assert.Equal(t, 200, w.Code)
				return
			}
			assert.Equal(t, 403, w.Code)
			assert.Equal(t, "Credentials are only taken over HTTPS", message(t, w))
			assert.Zero(t, scheme.verified, "the credentials were not looked at")
		})
	}
	lax := newGate(t, auth.Config{InsecureAllowHTTP: true})
	assert.Equal(t, 200, serve(lax, from(stranger, "Authorization", "Fake aladdin"), "read").Code)
}

func TestParseProxies(t *testing.T) {
	for _, text := range []string{"", "proxy.example", "10.0.0.0/33", "10.0.0", "::1/129"} {
		_, err := auth.ParseProxies(text)
		assert.Error(t, err, text)
	}
}

func FuzzProxies(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.9", "https", `for="[2001:db8::2]:99";proto=https`)
	f.Add("", "", "")
	f.Add(",,,", "http,https", ";=;,=")
	p := proxies(f)
	f.Fuzz(func(t *testing.T, addresses, proto, forwarded string) {
		r := from(stranger, "X-Forwarded-For", addresses, "X-Forwarded-Proto", proto, "Forwarded", forwarded)
		assert.Equal(t, "203.0.113.9", p.Address(r).String())
		assert.False(t, p.Secure(r), "a stranger's fields are never read")
		r.RemoteAddr = insider
		p.Address(r)
		p.Secure(r)
	})
}
