package digest_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
)

func TestChallenges(t *testing.T) {
	t.Run("RFC7616-3.3-01 a request without credentials is told realm, nonce, qop and algorithm", func(t *testing.T) {
		w := newLab(t, nil).do("GET", "/a", "", "")
		require.Equal(t, http.StatusUnauthorized, w.Code)
		list := challenges(t, w)
		require.Len(t, list, 1)
		assert.Equal(t, realm, list[0]["realm"])
		assert.Equal(t, "auth", list[0]["qop"])
		assert.Equal(t, "SHA-256", list[0]["algorithm"])
		assert.NotEmpty(t, list[0]["nonce"])
		assert.NotContains(t, list[0], "stale")
	})
	t.Run("RFC7616-3.3-02 realm, domain, nonce, opaque and qop are quoted, stale and algorithm are not", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.Opaque, cfg.Domain = "opaque", []string{"/v2", "https://b.example/"} })
		c := l.client("Mufasa")
		l.pass(hour)
		line := l.get(c.params("GET", "/a", "")).Header().Get("WWW-Authenticate")
		for _, part := range []string{
			`realm="api"`, `domain="/v2 https://b.example/"`, `opaque="opaque"`, `qop="auth"`, `stale=true`, `algorithm=SHA-256`,
		} {
			assert.Regexp(t, "[ ,]"+regexp.QuoteMeta(part)+"(,|$)", line)
		}
		assert.Regexp(t, `nonce="[0-9a-f]+"`, line)
	})
	t.Run("RFC7616-3.3-04 qop is auth, and auth-int where the host turns it on", func(t *testing.T) {
		assert.Equal(t, "auth", challenges(t, newLab(t, nil).do("GET", "/a", "", ""))[0]["qop"])
		both := newLab(t, func(cfg *digest.Config) { cfg.QOP = []digest.QOP{digest.Auth, digest.AuthInt} })
		assert.Equal(t, "auth, auth-int", challenges(t, both.do("GET", "/a", "", ""))[0]["qop"])
	})
	t.Run("RFC7616-3.3-05 each 401 has a fresh nonce, and the challenges of one share it", func(t *testing.T) {
		l := newLab(t, nil, digest.SHA256, digest.MD5)
		seen := map[string]bool{}
		for range 1000 {
			list := challenges(t, l.do("GET", "/a", "", ""))
			require.Len(t, list, 2)
			require.Equal(t, list[0]["nonce"], list[1]["nonce"])
			require.Regexp(t, "^[0-9a-f]+$", list[0]["nonce"])
			seen[list[0]["nonce"]] = true
		}
		assert.Len(t, seen, 1000)
	})
	t.Run("RFC7616-3.7-01 several algorithms are one challenge each, in the host's order", func(t *testing.T) {
		list := challenges(t, newLab(t, nil, digest.SHA512_256, digest.SHA256, digest.MD5).do("GET", "/a", "", ""))
		require.Len(t, list, 3)
		for i, name := range []string{"SHA-512-256", "SHA-256", "MD5"} {
			assert.Equal(t, name, list[i]["algorithm"])
		}
	})
	t.Run("RFC7616-3.3-10 userhash is announced where the store finds hashed names and the host did not switch it off", func(t *testing.T) {
		assert.Equal(t, "true", challenges(t, newLab(t, nil).do("GET", "/a", "", ""))[0]["userhash"])
		for why, change := range map[string]func(*digest.Config){
			"switched off": func(cfg *digest.Config) { cfg.WithoutUserHash = true },
			"no index":     func(cfg *digest.Config) { cfg.Users = struct{ store.Users }{cfg.Users} },
		} {
			l := newLab(t, change)
			assert.NotContains(t, challenges(t, l.do("GET", "/a", "", ""))[0], "userhash", why)
			c := l.client("Mufasa")
			c.hashed = true
			assert.Equal(t, http.StatusUnauthorized, l.get(c.params("GET", "/a", "")).Code, why)
			assert.Equal(t, "unknown_user", l.reason(), why)
			assert.Zero(t, l.store.hashLookUps.Load(), why)
		}
	})
	t.Run("RFC7616-4-01 charset=UTF-8 is announced", func(t *testing.T) {
		line := newLab(t, nil).do("GET", "/a", "", "").Header().Get("WWW-Authenticate")
		assert.Regexp(t, `[ ,]charset=UTF-8(,|$)`, line)
	})
}

func TestDigestBesideBasic(t *testing.T) {
	passwords := basicPasswords{}
	other, err := basic.New(basic.Config{Realm: realm, Passwords: passwords})
	require.NoError(t, err)
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(t, err)
	build := func(l *lab, schemes ...auth.Scheme) error {
		gate, err := auth.New(auth.Config{Schemes: schemes, Scopes: catalogue})
		if err == nil {
			l.gate = gate
		}
		return err
	}
	t.Run("RFC7616-5.6-01 with RefuseBasic a gate with Basic is not built, in whatever order", func(t *testing.T) {
		l := newLab(t, func(cfg *digest.Config) { cfg.RefuseBasic = true })
		assert.ErrorContains(t, build(l, l.scheme, other), "Basic")
		assert.ErrorContains(t, build(l, other, l.scheme), "Basic")
		assert.NoError(t, build(l, l.scheme))
	})
	t.Run("RFC7616-5.6-01 without it there are challenges of both", func(t *testing.T) {
		l := newLab(t, nil)
		require.NoError(t, build(l, l.scheme, other))
		lines := l.do("GET", "/a", "", "").Header()["Www-Authenticate"]
		require.Len(t, lines, 2)
		assert.Regexp(t, "^Digest ", lines[0])
		assert.Regexp(t, "^Basic ", lines[1])
	})
}
