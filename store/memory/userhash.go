package memory

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"

	"github.com/seed-f67351ce/sesame/store"
)

// A userhash is how Digest may name an account instead of by its name (RFC 7616 §3.4.4).
type userhash struct{ algorithm, realm, hash string }

// An alias is one userhash of an account. It is immutable.
type alias struct {
	userhash
	account *account
}

// of returns the account, nil where there is none.
func (a *alias) of() *account {
	if a == nil {
		return nil
	}
	return a.account
}

// UserByHash implements store.UserHashes, for SHA-256, SHA-512-256 and MD5.
func (s *Store) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	return s.findUser(ctx, func() *store.User { return s.userhashes.get(userhash{algorithm, realm, hash}).of().load() })
}

// userhashes are those that u has.
func userhashes(u store.User) []userhash {
	var list []userhash
	for _, ha1 := range u.Password.HA1s {
		if sum := sumOf(ha1.Algorithm, u.Name+":"+ha1.Realm); sum != nil {
			list = append(list, userhash{ha1.Algorithm, ha1.Realm, hex.EncodeToString(sum)})
		}
	}
	return list
}

// sumOf is H of RFC 7616 §3.2, and nil for an algorithm that Digest does not have.
func sumOf(algorithm, text string) []byte {
	switch algorithm {
	case "SHA-256":
		sum := sha256.Sum256([]byte(text))
		return sum[:]
	case "SHA-512-256":
		sum := sha512.Sum512_256([]byte(text))
		return sum[:]
	case "MD5":
		sum := md5.Sum([]byte(text))
		return sum[:]
	}
	return nil
}
