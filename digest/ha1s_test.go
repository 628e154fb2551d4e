package digest_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/digest"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

func newHA1s(t testing.TB, realm string, ring *seal.Ring, algorithms ...digest.Algorithm) *digest.HA1s {
	t.Helper()
	ha1s, err := digest.NewHA1s(digest.HA1Config{Realm: realm, Algorithms: algorithms, Keys: ring})
	require.NoError(t, err)
	return ha1s
}

func newRing(t testing.TB, keys ...seal.Key) *seal.Ring {
	t.Helper()
	ring, err := seal.New(keys...)
	require.NoError(t, err)
	return ring
}

func TestDerive(t *testing.T) {
	key := seal.NewKey()
	ring := newRing(t, key)
	ha1s := newHA1s(t, realm, ring, digest.SHA256, digest.SHA256Sess, digest.MD5)
	user := store.User{ID: "7", Name: "Mufasa"}
	var err error
	user.Password.HA1s, err = ha1s.Derive(user, "Circle of Life")
	require.NoError(t, err)

	t.Run("an account gets one for each hash function, and no more when it has them", func(t *testing.T) {
		require.Len(t, user.Password.HA1s, 2)
		assert.Equal(t, "SHA-256", user.Password.HA1s[0].Algorithm)
		assert.Equal(t, "MD5", user.Password.HA1s[1].Algorithm)
		next, err := ha1s.Derive(user, "Circle of Life")
		require.NoError(t, err)
		assert.Empty(t, next)
		assert.NoError(t, ha1s.Check(user))
	})
	t.Run("an algorithm that was added is completed, and the rest kept", func(t *testing.T) {
		more := newHA1s(t, realm, ring, digest.SHA512_256, digest.SHA256)
		assert.ErrorContains(t, more.Check(user), "SHA-512-256")
		next, err := more.Derive(user, "Circle of Life")
		require.NoError(t, err)
		require.Len(t, next, 3)
		assert.Equal(t, user.Password.HA1s, next[:2])
	})
	t.Run("what belongs to an old password is made anew", func(t *testing.T) {
		next, err := ha1s.Derive(user, "another")
		require.NoError(t, err)
		require.Len(t, next, 2)
		assert.NotEqual(t, user.Password.HA1s[0].Sealed, next[0].Sealed)
	})
	t.Run("what an older key seals, or a lost one, is sealed anew", func(t *testing.T) {
		for _, rotated := range []*seal.Ring{newRing(t, seal.NewKey(), key), newRing(t, seal.NewKey())} {
			after := newHA1s(t, realm, rotated, digest.SHA256, digest.MD5)
			next, err := after.Derive(user, "Circle of Life")
			require.NoError(t, err)
			moved := user
			moved.Password.HA1s = next
			assert.NoError(t, after.Check(moved))
			again, err := after.Derive(moved, "Circle of Life")
			require.NoError(t, err)
			assert.Empty(t, again)
		}
		assert.ErrorIs(t, newHA1s(t, realm, newRing(t, seal.NewKey())).Check(user), seal.ErrKeyMissing)
	})
	t.Run("what is of another realm stays, since another gate may need it; what nobody knows goes", func(t *testing.T) {
		other := newHA1s(t, "other", ring)
		both := user
		both.Password.HA1s, err = other.Derive(user, "Circle of Life")
		require.NoError(t, err)
		assert.Len(t, both.Password.HA1s, 3)
		assert.NoError(t, ha1s.Check(both))
		assert.NoError(t, other.Check(both))
		next, err := ha1s.Derive(both, "Circle of Life")
		require.NoError(t, err)
		assert.Empty(t, next, "two gates do not undo each other's work")

		both.Password.HA1s = append(both.Password.HA1s, store.HA1{Algorithm: "SHA-1", Realm: realm})
		next, err = ha1s.Derive(both, "Circle of Life")
		require.NoError(t, err)
		assert.Len(t, next, 3)
	})
	t.Run("what was moved to another account opens for nobody", func(t *testing.T) {
		thief := store.User{ID: "8", Name: "Mufasa", Password: user.Password}
		assert.ErrorIs(t, ha1s.Check(thief), seal.ErrForged)
	})
	t.Run("RFC7616-4-01 a password that is composed otherwise is the same", func(t *testing.T) {
		person := store.User{ID: "9", Name: "Jäsøn"}
		person.Password.HA1s, err = ha1s.Derive(person, "p\u00e4ss")
		require.NoError(t, err)
		next, err := ha1s.Derive(person, "pa\u0308ss")
		require.NoError(t, err)
		assert.Empty(t, next)
	})
	t.Run("an account without an ID or a name has none", func(t *testing.T) {
		for _, user := range []store.User{{ID: "7"}, {Name: "Mufasa"}} {
			_, err := ha1s.Derive(user, "Circle of Life")
			assert.Error(t, err)
		}
	})
}

func TestHA1sAreSecrets(t *testing.T) {
	t.Run("RFC7616-5.2-01 with another realm the old ones match no more, and a check at the start says so", func(t *testing.T) {
		l := newLab(t, nil)
		user, err := l.store.UserByName(context.Background(), "Mufasa")
		require.NoError(t, err)
		moved := newHA1s(t, "moved", l.ring)
		err = moved.Check(user)
		assert.ErrorContains(t, err, `realm "moved"`)
		assert.ErrorContains(t, err, `SHA-256 and realm "api"`)

		l = l.node(func(cfg *digest.Config) { cfg.HA1s = moved })
		assert.Equal(t, http.StatusUnauthorized, l.get(l.client("Mufasa").params("GET", "/a", "")).Code)
		assert.Equal(t, "no_ha1", l.reason(), "and so does the observer")
	})
	t.Run("RFC7616-5.2-01 neither store nor log nor answer has one", func(t *testing.T) {
		var seen bytes.Buffer
		l := newLab(t, nil, digest.SHA256, digest.MD5)
		gate, err := auth.New(auth.Config{
			Schemes: []auth.Scheme{l.scheme}, Observer: auth.LogObserver{Logger: slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))},
			Scopes: catalogue(t),
		})
		require.NoError(t, err)
		l.gate = gate
		c := l.client("Mufasa")
		require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code)
		w := l.get(c.params("GET", "/a", ""))
		user, err := l.store.UserByName(context.Background(), "Mufasa")
		require.NoError(t, err)
		_, forged := seal.New(seal.Key{})
		fmt.Fprintf(&seen, "%v %+v %+v %v %v %+v", w.Header(), w.Body, user, forged, l.ha1s.Check(store.User{Name: "Mufasa"}), l.scheme)
		require.Greater(t, seen.Len(), 1000)
		for _, a := range []digest.Algorithm{digest.SHA256, digest.MD5} {
			ha1 := digest.HA1(a, "Mufasa", realm, passwords["Mufasa"]).String()
			octets, err := hex.DecodeString(ha1)
			require.NoError(t, err)
			for _, form := range []string{ha1, strings.ToUpper(ha1), string(octets), strings.Trim(fmt.Sprint(octets), "[]")} {
				assert.NotContains(t, seen.String(), form)
			}
		}
		assert.NotContains(t, seen.String(), passwords["Mufasa"])
	})
	t.Run("after a rotation a success seals them anew, where the account has a password hash to compare", func(t *testing.T) {
		old, next := seal.NewKey(), seal.NewKey()
		l := newLab(t, nil)
		user := store.User{ID: "1", Name: "Simba", Scopes: []string{"read"}, Password: store.Password{Hash: "$argon2id$"}}
		bare := store.User{ID: "2", Name: "Nala", Scopes: []string{"read"}}
		before := newHA1s(t, realm, newRing(t, old))
		for _, u := range []*store.User{&user, &bare} {
			var err error
			u.Password.HA1s, err = before.Derive(*u, "Circle of Life")
			require.NoError(t, err)
			require.NoError(t, l.store.CreateUsers(context.Background(), *u))
		}
		l = l.node(func(cfg *digest.Config) {
			cfg.HA1s, cfg.Passwords = newHA1s(t, realm, newRing(t, next, old)), l.store
		})
		for _, name := range []string{"Simba", "Nala"} {
			c := l.client("Mufasa")
			c.name = name
			for c.nc = range uint32(4) {
				if c.nc > 0 {
					require.Equal(t, http.StatusOK, l.get(c.params("GET", "/a", "")).Code, name)
				}
			}
		}
		assert.EqualValues(t, 1, l.store.replaced.Load(), "once for one of them")
		changed, err := l.store.UserByName(context.Background(), "Simba")
		require.NoError(t, err)
		assert.NoError(t, newHA1s(t, realm, newRing(t, next)).Check(changed), "the old key is not needed any more")
		assert.Empty(t, l.reports)
	})
	t.Run("what cannot be opened is our fault, a 503", func(t *testing.T) {
		l := newLab(t, nil)
		l = l.node(func(cfg *digest.Config) { cfg.HA1s = newHA1s(t, realm, newRing(t, seal.NewKey())) })
		assert.Equal(t, http.StatusServiceUnavailable, l.get(l.client("Mufasa").params("GET", "/a", "")).Code)
	})
}

func catalogue(t testing.TB) auth.Catalogue {
	t.Helper()
	c, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(t, err)
	return c
}

func TestConfigsThatCannotBeMeant(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	for name, cfg := range map[string]digest.HA1Config{
		"no realm":                      {Keys: ring},
		"a realm with a line break":     {Realm: "a\nb", Keys: ring},
		"a realm of 300 bytes":          {Realm: strings.Repeat("r", 300), Keys: ring},
		"a realm that is not NFC":       {Realm: "re\u0301alm", Keys: ring},
		"no keys":                       {Realm: realm},
		"an algorithm that there isn't": {Realm: realm, Keys: ring, Algorithms: []digest.Algorithm{99}},
		"the zero algorithm":            {Realm: realm, Keys: ring, Algorithms: []digest.Algorithm{0}},
		"RFC7616-3.7-01 one twice":      {Realm: realm, Keys: ring, Algorithms: []digest.Algorithm{digest.MD5, digest.MD5}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := digest.NewHA1s(cfg)
			assert.Error(t, err)
		})
	}
	for name, change := range map[string]func(*digest.Config){
		"no HA1s: password hashes alone":    func(cfg *digest.Config) { cfg.HA1s = nil },
		"no users":                          func(cfg *digest.Config) { cfg.Users = nil },
		"nothing to claim counts with":      func(cfg *digest.Config) { cfg.Once = nil },
		"no throttle":                       func(cfg *digest.Config) { cfg.Throttle = nil },
		"a negative lifetime":               func(cfg *digest.Config) { cfg.NonceLifetime = -1 },
		"a negative body":                   func(cfg *digest.Config) { cfg.MaxBody = -1 },
		"a qop that there isn't":            func(cfg *digest.Config) { cfg.QOP = []digest.QOP{3} },
		"a qop twice":                       func(cfg *digest.Config) { cfg.QOP = []digest.QOP{digest.Auth, digest.Auth} },
		"an opaque with a line break":       func(cfg *digest.Config) { cfg.Opaque = "a\nb" },
		"an opaque that credentials cannot": func(cfg *digest.Config) { cfg.Opaque = strings.Repeat("o", 300) },
		"a domain that is no URI":           func(cfg *digest.Config) { cfg.Domain = []string{"/a /b"} },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			cfg := digest.Config{HA1s: l.ha1s, Users: l.store, Once: l.store, InsecureUnthrottled: true}
			_, err := digest.New(cfg)
			require.NoError(t, err)
			cfg.InsecureUnthrottled = false
			change(&cfg)
			if cfg.Throttle == nil && name != "no throttle" {
				cfg.InsecureUnthrottled = true
			}
			_, err = digest.New(cfg)
			require.Error(t, err)
			assert.False(t, errors.Is(err, autherr.Internal))
		})
	}
	_, err := digest.New(digest.Config{})
	assert.ErrorContains(t, err, "password hashes", "it says why a host with password hashes alone cannot offer Digest")
}
