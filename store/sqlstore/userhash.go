package sqlstore

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql/driver"
	"encoding/hex"

	"github.com/seed-f67351ce/sesame/store"
)

// UserByHash implements [store.UserHashes].
func (s *Store) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	return s.user(ctx, "SELECT "+of("u", userColumns)+` FROM sesame_user_hashes h
		JOIN sesame_users u ON u.tenant = h.tenant AND u.id = h.user_id
		WHERE h.tenant = ? AND h.algorithm = ? AND h.realm = ? AND h.hash = ?`, algorithm, realm, hash)
}

// putHashes makes the account's rows in the index of userhashes anew.
func (s *Store) putHashes(ctx context.Context, q queries, u store.User) error {
	if err := s.removeHashes(ctx, q, u.ID); err != nil {
		return err
	}
	for _, ha1 := range u.Password.HA1s {
		hash := userHash(ha1.Algorithm, u.Name, ha1.Realm)
		if hash == "" {
			continue
		}
		_, err := q.exec(ctx, insert("sesame_user_hashes", "algorithm, realm, hash, user_id"),
			s.tenant, ha1.Algorithm, ha1.Realm, hash, u.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) removeHashes(ctx context.Context, q queries, user string) error {
	_, err := q.exec(ctx, "DELETE FROM sesame_user_hashes WHERE tenant = ? AND user_id = ?", s.tenant, user)
	return err
}

// userHash is H(name:realm) in lower-case hex (RFC 7616 §3.4.4), and empty for an algorithm that Digest does not have.
func userHash(algorithm, name, realm string) string {
	text := []byte(name + ":" + realm)
	switch algorithm {
	case "SHA-256":
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:])
	case "SHA-512-256":
		sum := sha512.Sum512_256(text)
		return hex.EncodeToString(sum[:])
	case "MD5":
		sum := md5.Sum(text)
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// ha1s are the HA1s of an account, kept as a document whose names do not depend on ours.
type ha1s struct{ of *[]store.HA1 }

type ha1 struct {
	Algorithm string `json:"algorithm"`
	Realm     string `json:"realm"`
	Sealed    []byte `json:"sealed"`
}

// Value implements [driver.Valuer].
func (h ha1s) Value() (driver.Value, error) {
	var kept []ha1
	for _, one := range *h.of {
		kept = append(kept, ha1(one))
	}
	return document[[]ha1]{&kept}.Value()
}

// Scan implements [database/sql.Scanner].
func (h ha1s) Scan(column any) error {
	var kept []ha1
	err := document[[]ha1]{&kept}.Scan(column)
	*h.of = nil
	for _, one := range kept {
		*h.of = append(*h.of, store.HA1(one))
	}
	return err
}
