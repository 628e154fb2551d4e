package storetest

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// userHash is Digest's (RFC 7616 §3.4.4).
func userHash(algorithm, name, realm string) string {
	text := []byte(name + ":" + realm)
	switch algorithm {
	case "SHA-256":
		return fmt.Sprintf("%x", sha256.Sum256(text))
	case "SHA-512-256":
		return fmt.Sprintf("%x", sha512.Sum512_256(text))
	case "MD5":
		return fmt.Sprintf("%x", md5.Sum(text))
	}
	panic("storetest: no such algorithm: " + algorithm)
}

func userHashChecks() []Check {
	const rule = "UserByHash returns the account for which hash is the lower-case hex of H(name:realm) under algorithm; " +
		"an account has one for each algorithm and realm of its HA1s."
	return []Check{
		{"UserByHash finds an account by each of its HA1s", rule, UserHashes | Accounts, in(userByEachHash)},
		{"UserByHash finds nobody by another algorithm, realm or spelling", rule, UserHashes | Accounts, in(userByOtherHash)},
		{"UserByHash follows a new name", rule, UserHashes | Accounts | UserWriter, in(userHashFollowsName)},
		{"UserByHash follows a new password", rule, UserHashes | Accounts | Passwords, in(userHashFollowsPassword)},
		{"UserByHash forgets a deleted account", rule, UserHashes | Accounts | UserWriter, in(userHashForgets)},
	}
}

func ha1s(realm string, algorithms ...string) store.Password {
	p := store.Password{Hash: "hash"}
	for _, algorithm := range algorithms {
		p.HA1s = append(p.HA1s, store.HA1{Algorithm: algorithm, Realm: realm, Sealed: []byte(algorithm)})
	}
	return p
}

func (w *world) byHash(algorithm, name, realm string) (store.User, error) {
	return w.UserHashes.UserByHash(w.ctx, algorithm, realm, userHash(algorithm, name, realm))
}

func userByEachHash(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "änna", Scopes: []string{"read"}, Password: ha1s("api", "SHA-256", "SHA-512-256", "MD5")})
	w.addUser(store.User{ID: "2", Name: "berta", Password: ha1s("api", "SHA-256")})
	for _, h := range anna.Password.HA1s {
		got, err := w.byHash(h.Algorithm, "änna", "api")
		require.NoError(w, err, "by %s", h.Algorithm)
		same(w, anna, got, "by "+h.Algorithm)
	}
}

func userByOtherHash(w *world) {
	w.addUser(store.User{ID: "1", Name: "anna", Password: ha1s("api", "SHA-256")})
	hash := userHash("SHA-256", "anna", "api")
	for _, other := range [][3]string{
		{"MD5", "api", userHash("MD5", "anna", "api")},
		{"MD5", "api", hash},
		{"SHA-256", "API", hash},
		{"SHA-256", "shop", userHash("SHA-256", "anna", "shop")},
		{"SHA-256", "api", strings.ToUpper(hash)},
		{"SHA-256", "api", hash[:63]},
		{"SHA-256", "api", userHash("SHA-256", "Anna", "api")},
		{"SHA-256", "api", ""},
	} {
		_, err := w.UserHashes.UserByHash(w.ctx, other[0], other[1], other[2])
		assert.ErrorIs(w, err, store.ErrNotFound, "%q", other)
	}
}

func userHashFollowsName(w *world) {
	anna := w.addUser(store.User{ID: "1", Name: "anna", Password: ha1s("api", "SHA-256")})
	anna.Name = "ann"
	require.NoError(w, w.UserWriter.UpdateUser(w.ctx, anna))
	got, err := w.byHash("SHA-256", "ann", "api")
	assert.NoError(w, err, "the new name")
	assert.Equal(w, "1", got.ID)
	_, err = w.byHash("SHA-256", "anna", "api")
	assert.ErrorIs(w, err, store.ErrNotFound, "the old name")
}

func userHashFollowsPassword(w *world) {
	w.addUser(store.User{ID: "1", Name: "anna", Password: ha1s("old", "SHA-256")})
	next := ha1s("new", "SHA-256")
	next.Hash = "next"
	require.NoError(w, w.Passwords.ReplacePassword(w.ctx, "1", "hash", next))
	got, err := w.byHash("SHA-256", "anna", "new")
	assert.NoError(w, err, "the new realm")
	assert.Equal(w, "1", got.ID)
	_, err = w.byHash("SHA-256", "anna", "old")
	assert.ErrorIs(w, err, store.ErrNotFound, "the old realm")
}

func userHashForgets(w *world) {
	w.addUser(store.User{ID: "1", Name: "anna", Password: ha1s("api", "SHA-256")})
	require.NoError(w, w.UserWriter.DeleteUser(w.ctx, "1"))
	_, err := w.byHash("SHA-256", "anna", "api")
	assert.ErrorIs(w, err, store.ErrNotFound)
}
