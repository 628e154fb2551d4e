package digest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/digest"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// basicPasswords lets nobody in.
type basicPasswords struct{}

func (basicPasswords) Check(context.Context, *http.Request, string, string) (store.User, error) {
	return store.User{}, &autherr.Error{Kind: autherr.Unauthenticated}
}

// TestSpellings holds that credentials may be written in every way that RFC 9110 allows.
func TestSpellings(t *testing.T) {
	rows := []struct {
		id, name, user string
		change         func(p params) string
	}{
		{"RFC7616-3.4.1-01", "as RFC 7616 writes them", "Mufasa", params.String},
		{"RFC9110-11.2-01", "names in mixed case", "Mufasa", func(p params) string {
			return strings.NewReplacer("username=", "UserName=", "realm=", "REALM=", "nonce=", "Nonce=", "qop=", "qOp=").Replace(p.String())
		}},
		{"RFC9110-11.2-04", "tokens in quotes", "Mufasa", func(p params) string {
			return p.with("qop", `"auth"`).with("nc", quoted(p.get("nc"))).with("algorithm", `"SHA-256"`).String()
		}},
		{"RFC9110-11.2-04", "quoted-strings as tokens", "Mufasa", func(p params) string {
			return p.with("username", "Mufasa").with("realm", realm).with("cnonce", "cnonce").String()
		}},
		{"RFC9110-11.2-05", "a name with an escaped quote", `a"b`, params.String},
		{"RFC7616-3.4.5-01", "a name with an escaped quote and a password with blanks", `a"b`, params.String},
		{"RFC9110-11.2-06", "blanks and empty elements", "Mufasa", func(p params) string {
			return "Digest \t, ," + strings.ReplaceAll(strings.TrimPrefix(p.String(), "Digest "), ", ", "\t ,, ,  ") + " , "
		}},
		{"RFC9110-11.2-06", "blanks around equals signs", "Mufasa", func(p params) string {
			return strings.ReplaceAll(p.String(), "=", " = ")
		}},
		{"RFC9110-11.1-01", "the scheme in another case", "Mufasa", func(p params) string {
			return strings.Replace(p.String(), "Digest", "dIGEST", 1)
		}},
		{"RFC7616-3.3-12", "a parameter that nobody knows", "Mufasa", func(p params) string { return p.with("foo", `"x"`).String() }},
		{"SEC-DIGEST-07", "algorithm=sha-256", "Mufasa", func(p params) string { return p.with("algorithm", "sha-256").String() }},
		{"RFC7616-3.4-03", "username* in UTF-8", "Jäsøn Doe", func(p params) string {
			return p.without("username").with("username*", "UTF-8''J%C3%A4s%C3%B8n%20Doe").String()
		}},
		{"RFC7616-3.4-03", "username* with a language and a lower-case charset", "Jäsøn Doe", func(p params) string {
			return p.without("username").with("username*", "utf-8'en'J%c3%a4s%C3%B8n%20Doe").with("userhash", "false").String()
		}},
		{"RFC7616-4-01", "a name in UTF-8 and a password that is not ASCII", "Jäsøn", params.String},
	}
	for _, row := range rows {
		t.Run(row.id+" "+row.name+" is a 200", func(t *testing.T) {
			l := newLab(t, nil)
			w := l.do("GET", "/a", "", row.change(l.client(row.user).params("GET", "/a", "")))
			require.Equal(t, http.StatusOK, w.Code, w.Body.String())
			assert.Equal(t, row.user, w.Body.String())
		})
	}
	t.Run("RFC7616-4-01 a name that is composed otherwise is the same account, whose digest is over the NFC", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Jäsøn")
		w := l.get(c.params("GET", "/a", "").with("username", quoted("Ja\u0308søn")))
		assert.Equal(t, http.StatusOK, w.Code)
	})
}

func TestAlgorithms(t *testing.T) {
	ids := map[digest.Algorithm]string{
		digest.SHA256: "RFC7616-3.7-01", digest.SHA512_256: "RFC7616-3.9-01", digest.MD5: "RFC7616-3.7-02",
		digest.SHA256Sess: "RFC7616-3.4.2-01", digest.MD5Sess: "RFC7616-3.4.2-01", digest.SHA512_256Sess: "RFC7616-3.4.2-01",
	}
	for _, a := range allAlgorithms {
		t.Run(ids[a]+" "+a.String()+" is taken where it is offered", func(t *testing.T) {
			l := newLab(t, nil, a)
			for name := range passwords {
				assert.Equal(t, http.StatusOK, l.get(l.client(name).params("GET", "/a", "")).Code, name)
			}
		})
		t.Run("RFC7616-3.4.4-01 a userhash by "+a.String()+" finds the account", func(t *testing.T) {
			l := newLab(t, nil, a)
			for name := range passwords {
				c := l.client(name)
				c.hashed = true
				w := l.get(c.params("GET", "/a", ""))
				require.Equal(t, http.StatusOK, w.Code, name)
				assert.Equal(t, name, w.Body.String())
			}
			assert.Zero(t, l.store.lookUps.Load())
		})
	}
	t.Run("RFC7616-3.7-02 MD5 that is offered is what credentials without algorithm mean", func(t *testing.T) {
		l := newLab(t, nil, digest.MD5)
		assert.Equal(t, http.StatusOK, l.get(l.client("Mufasa").params("GET", "/a", "").without("algorithm")).Code)
	})
	t.Run("RFC7616-3.4.2-02 a session may keep its cnonce or draw a new one for each request", func(t *testing.T) {
		l := newLab(t, nil, digest.SHA256Sess)
		c := l.client("Mufasa")
		for i, cnonce := range []string{"first", "first", "second", "third", "first"} {
			c.nc, c.cnonce = uint32(i+1), cnonce
			assert.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code, "request %d", i)
		}
	})
	t.Run("RFC7616-3.4.4-02 a hashed name is one look-up by an index, whatever the number of accounts", func(t *testing.T) {
		few := newLab(t, nil)
		many := newLab(t, nil)
		users := make([]store.User, 2000*scale(500)) // the hash is made of the name, what is sealed does not matter
		for i := range users {
			users[i] = store.User{ID: fmt.Sprint("u", i), Name: fmt.Sprint("u", i)}
			users[i].Password.HA1s = []store.HA1{{Algorithm: "SHA-256", Realm: realm, Sealed: []byte("none")}}
		}
		require.NoError(t, many.store.CreateUsers(context.Background(), users...))
		cost := func(l *lab) float64 {
			c := l.client("Mufasa")
			c.hashed = true
			return testing.AllocsPerRun(20, func() {
				require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
				c.nc++
			})
		}
		// Under the race detector a sync.Pool forgets at random, so a request may cost a few allocations more; reading every account costs thousands.
		assert.InDelta(t, cost(few), cost(many), 50, "allocations")
		assert.EqualValues(t, 21, many.store.hashLookUps.Load(), "one each")
		assert.Zero(t, many.store.lookUps.Load(), "none by the name")
	})
}

func TestTargets(t *testing.T) {
	rows := []struct {
		id, name, uri, target string
		status                int
	}{
		{"RFC7616-3.4.6-01", "of /a on /b", "/a", "/b", 400},
		{"RFC7616-3.4.6-01", "of /a on /a/b", "/a", "/a/b", 400},
		{"RFC7616-3.4.6-01", "of /a/b on /a", "/a/b", "/a", 400},
		{"RFC7616-3.4.6-02", "of /x?a=1 on /x?a=2", "/x?a=1", "/x?a=2", 400},
		{"RFC7616-3.4.6-02", "of /x?a=1 on /x", "/x?a=1", "/x", 400},
		{"RFC7616-3.4.6-02", "of /x on /x?a=1", "/x", "/x?a=1", 400},
		{"RFC7616-3.4.6-02", "of /x?a=1 on itself", "/x?a=1", "/x?a=1", 200},
		{"RFC7616-3.4.6-03", "in absolute-form on the origin-form", "http://example.com/a", "/a", 200},
		{"RFC7616-3.4.6-03", "in absolute-form with the default port", "HTTP://EXAMPLE.com:80/a?b", "/a?b", 200},
		{"RFC7616-3.4.6-03", "in origin-form on the absolute-form", "/a", "http://example.com/a", 200},
		{"RFC7616-3.4.6-03", "of a host alone on /", "http://example.com", "/", 200},
		{"RFC7616-3.4.6-03", "of another host", "http://evil.example/a", "/a", 400},
		{"RFC7616-3.4.6-03", "of another port", "http://example.com:8080/a", "/a", 400},
		{"RFC7616-3.4.6-03", "of another scheme", "ftp://example.com/a", "/a", 400},
		{"RFC7616-3.4.6-03", "of /%61 on /a", "/%61", "/a", 200},
		{"RFC7616-3.4.6-03", "of /a on /%61", "/a", "/%61", 200},
		{"RFC7616-3.4.6-03", "of /%c3%a9 on /%C3%A9", "/%c3%a9", "/%C3%A9", 200},
		{"RFC7616-3.4.6-03", "of /a%2Fb on /a/b", "/a%2Fb", "/a/b", 400},
		{"RFC7616-3.4.6-03", "of /a%3Fb on /a?b", "/a%3Fb", "/a?b", 400},
		{"RFC7616-3.4.6-03", "of /b/../a on /a", "/b/../a", "/a", 400},
		{"RFC7616-3.4.6-03", "of /A on /a", "/A", "/a", 400},
	}
	for _, row := range rows {
		t.Run(fmt.Sprintf("%s a uri %s is a %d", row.id, row.name, row.status), func(t *testing.T) {
			l := newLab(t, nil)
			w := l.do("GET", row.target, "", l.client("Mufasa").params("GET", row.uri, "").String())
			assert.Equal(t, row.status, w.Code, w.Body.String())
			assert.EqualValues(t, row.status/200%2, l.called.Load(), "the handler")
		})
	}
	t.Run("a host behind a proxy that rewrites paths says what was asked for", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) {
			cfg.Target = func(r *http.Request) string { return "/public" + r.RequestURI }
		})
		assert.Equal(t, http.StatusOK, l.do("GET", "/a", "", l.client("Mufasa").params("GET", "/public/a", "").String()).Code)
		assert.Equal(t, http.StatusBadRequest, l.do("GET", "/a", "", l.client("Mufasa").params("GET", "/a", "").String()).Code)
	})
}

func TestBodies(t *testing.T) {
	protected := func(cfg *digest.Config) { cfg.QOP, cfg.MaxBody = []digest.QOP{digest.Auth, digest.AuthInt}, 1000 }
	send := func(l *lab, hashed, sent string, chunked bool) *httptest.ResponseRecorder {
		c := l.client("Mufasa")
		c.qop = "auth-int"
		r := httptest.NewRequest("POST", "/a", strings.NewReader(sent))
		r.RemoteAddr = home
		if chunked {
			r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
		}
		r.Header.Set("Authorization", c.params("POST", "/a", hashed).String())
		return l.serve(r)
	}
	for _, chunked := range []bool{true, false} {
		t.Run(fmt.Sprintf("RFC7616-3.4.3-02 the body is hashed, and the handler reads it (chunked: %v)", chunked), func(t *testing.T) {
			for _, body := range []string{"", "{\"price\": 7}\n", strings.Repeat("x", 1000)} {
				l := newLab(t, protected)
				require.Equal(t, http.StatusOK, send(l, body, body, chunked).Code)
				assert.Equal(t, body, l.body)
			}
		})
		t.Run(fmt.Sprintf("RFC7616-3.4.3-02 a body with one byte changed is a 401 (chunked: %v)", chunked), func(t *testing.T) {
			l := newLab(t, protected)
			assert.Equal(t, http.StatusUnauthorized, send(l, `{"price": 7}`, `{"price": 8}`, chunked).Code)
			assert.Zero(t, l.called.Load())
		})
		t.Run(fmt.Sprintf("RFC7616-3.4.3-02 a body over the cap is a 413 (chunked: %v)", chunked), func(t *testing.T) {
			l := newLab(t, protected)
			body := strings.Repeat("x", 1001)
			assert.Equal(t, http.StatusRequestEntityTooLarge, send(l, body, body, chunked).Code)
			assert.Zero(t, l.called.Load()+l.store.lookUps.Load())
		})
	}
	t.Run("RFC7616-3.4.3-02 over a connection the chunks are decoded first", func(t *testing.T) {
		l := newLab(t, protected)
		server := httptest.NewServer(l.gate.Require("read")(l))
		defer server.Close()
		c := l.client("Mufasa")
		c.qop = "auth-int"
		r, err := http.NewRequest("POST", server.URL+"/a", struct{ *strings.Reader }{strings.NewReader("in chunks")})
		require.NoError(t, err)
		r.ContentLength = -1
		r.Header.Set("Authorization", c.params("POST", "/a", "in chunks").String())
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		assert.Equal(t, http.StatusOK, answer.StatusCode)
		assert.Equal(t, "in chunks", l.body)
	})
	t.Run("a body that breaks off is a 400, and one over another limit a 413", func(t *testing.T) {
		l := newLab(t, protected)
		c := l.client("Mufasa")
		c.qop = "auth-int"
		r := httptest.NewRequest("POST", "/a", failingReader{})
		r.RemoteAddr = home
		r.Header.Set("Authorization", c.params("POST", "/a", "").String())
		assert.Equal(t, http.StatusBadRequest, l.serve(r).Code)

		r = httptest.NewRequest("POST", "/a", strings.NewReader("more than ten bytes"))
		r.RemoteAddr, r.ContentLength = home, -1
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, 10)
		r.Header.Set("Authorization", c.params("POST", "/a", "").String())
		assert.Equal(t, http.StatusRequestEntityTooLarge, l.serve(r).Code)
	})
	t.Run("with qop=auth the body is left alone", func(t *testing.T) {
		l := newLab(t, protected)
		body := strings.Repeat("x", 5000)
		assert.Equal(t, http.StatusOK, l.do("POST", "/a", body, l.client("Mufasa").params("POST", "/a", "").String()).Code)
		assert.Equal(t, body, l.body)
	})
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, fmt.Errorf("connection reset") }

func TestAuthenticationInfo(t *testing.T) {
	t.Run("RFC7616-3.5-01 after success the server proves that it knows the password too", func(t *testing.T) {
		for _, a := range allAlgorithms {
			l := newLab(t, nil, a)
			c := l.client("Mufasa")
			c.cnonce = `c"\nonce`
			field := l.get(c.params("GET", "/a", "")).Header().Get("Authentication-Info")
			assert.Equal(t, fmt.Sprintf(`rspauth="%s", qop=auth, cnonce="c\"\\nonce", nc=00000001`, c.proof(":/a")), field)
		}
	})
	t.Run("RFC7616-3.5-01 with auth-int it is left out", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.QOP = []digest.QOP{digest.AuthInt} })
		c := l.client("Mufasa")
		c.qop = "auth-int"
		w := l.get(c.params("GET", "/a", ""))
		require.Equal(t, http.StatusOK, w.Code)
		assert.NotContains(t, w.Header(), "Authentication-Info")
	})
	t.Run("a host can leave it out", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.WithoutRspAuth = true })
		assert.NotContains(t, l.get(l.client("Mufasa").params("GET", "/a", "")).Header(), "Authentication-Info")
	})
	t.Run("the next nonce comes in the last fifth of a nonce's life, and is good", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		l.pass(4*time.Minute - time.Second)
		require.NotContains(t, l.get(c.params("GET", "/a", "")).Header().Get("Authentication-Info"), "nextnonce")
		l.pass(2 * time.Second)
		c.nc++
		info := readParams(t, l.get(c.params("GET", "/a", "")).Header().Get("Authentication-Info"))
		require.NotEmpty(t, info["nextnonce"])
		l.pass(time.Minute)
		c.nonce, c.nc = info["nextnonce"], 1
		assert.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
	})
	t.Run("a refusal has none", func(t *testing.T) {
		l := newLab(t, nil)
		c := l.client("Mufasa")
		c.password = "wrong"
		assert.NotContains(t, l.get(c.params("GET", "/a", "")).Header(), "Authentication-Info")
	})
}

func TestRFC2069(t *testing.T) {
	old := func(l *lab) client {
		c := l.client("Mufasa")
		c.qop, c.cnonce = "", ""
		return c
	}
	t.Run("RFC7616-3.4-05 credentials without qop, nc and cnonce are refused", func(t *testing.T) {
		l := newLab(t, nil)
		assert.Equal(t, http.StatusBadRequest, l.get(old(l).params("GET", "/a", "")).Code)
		assert.Zero(t, l.store.lookUps.Load())
	})
	t.Run("RFC7616-3.4-05 a host that allows them takes them once for each nonce, which the answer replaces", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.AllowRFC2069 = true })
		c := old(l)
		w := l.get(c.params("GET", "/a", ""))
		require.Equal(t, http.StatusOK, w.Code)
		assert.True(t, isStale(t, l.get(c.params("GET", "/a", ""))))
		info := readParams(t, w.Header().Get("Authentication-Info"))
		assert.NotContains(t, info, "rspauth")
		c.nonce = info["nextnonce"]
		assert.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
	})
	t.Run("RFC7616-3.4-05 even then nobody strips the qop from what was made with it", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.AllowRFC2069 = true })
		list := l.client("Mufasa").params("GET", "/a", "")
		assert.Equal(t, http.StatusUnauthorized, l.get(list.without("qop").without("nc").without("cnonce")).Code)
		assert.Equal(t, http.StatusBadRequest, l.get(list.without("qop")).Code)
	})
	t.Run("RFC7616-3.4-05 and not for a session, which has a cnonce", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.AllowRFC2069 = true }, digest.MD5Sess)
		assert.Equal(t, http.StatusBadRequest, l.get(old(l).params("GET", "/a", "")).Code)
	})
}

func TestIdentity(t *testing.T) {
	l := newLab(t, nil)
	r := httptest.NewRequest("GET", "/a", nil)
	r.RemoteAddr = home
	r.Header.Set("Authorization", l.client("Jäsøn").params("GET", "/a", "").String())
	verdict, err := l.gate.Check(r, "read")
	require.NoError(t, err)
	assert.Equal(t, auth.Identity{
		Kind: auth.User, Subject: "id of Jäsøn", Username: "Jäsøn", Scheme: "Digest", Scopes: auth.Scopes{"read"},
	}, verdict.Identity)
	assert.True(t, l.scheme.Ambient())
}

func TestBreakageIsUnavailable(t *testing.T) {
	for _, what := range []string{"look-up", "claim"} {
		t.Run("a store that does not answer is a 503: "+what, func(t *testing.T) {
			l := newLab(t, nil)
			c := l.client("Mufasa")
			require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
			c.nc++
			down := fmt.Errorf("down")
			if what == "look-up" {
				l.store.broken.Store(&down)
			} else {
				l.scheme = nil
				l = l.node(func(cfg *digest.Config) { cfg.Once = brokenOnce{cfg.Once} })
			}
			w := l.get(c.params("GET", "/a", ""))
			assert.Equal(t, http.StatusServiceUnavailable, w.Code)
			assert.NotEmpty(t, w.Header().Get("Retry-After"))
		})
	}
}

type brokenOnce struct{ store.Once }

func (brokenOnce) ClaimCount(context.Context, store.Digest, uint32, time.Time) error {
	return fmt.Errorf("down")
}
