package password

import (
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	bcryptLength  = 60
	maxBcryptCost = 14 // about a second
	// maxBcryptPassword is how many bytes bcrypt looks at.
	maxBcryptPassword = 72
)

// cryptSymbols are what crypt(3) writes hashes with, in its order; bcrypt has them in another.
const cryptSymbols = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// A bcryptHash is a bcrypt hash as it is stored.
type bcryptHash string

// matches refuses passwords of which bcrypt would not see all: it looks at the first 72 bytes, and as it repeats the
// password with a NUL at its end, one that contains NULs can be taken for another. They take as long as others.
func (b bcryptHash) matches(password string) bool {
	seen := password[:min(len(password), maxBcryptPassword)]
	err := bcrypt.CompareHashAndPassword([]byte(b), []byte(seen))
	return err == nil && len(password) <= maxBcryptPassword && strings.IndexByte(password, 0) < 0
}

func parseBcrypt(encoded string) (bcryptHash, error) {
	if len(encoded) != bcryptLength || encoded[6] != '$' || strings.Trim(encoded[7:], cryptSymbols) != "" {
		return "", &HashError{Bcrypt, "is malformed"}
	}
	cost, err := bcrypt.Cost([]byte(encoded))
	if err != nil {
		return "", &HashError{Bcrypt, "has a malformed cost"}
	}
	if cost > maxBcryptCost {
		return "", &HashError{Bcrypt, "costs more than is allowed"}
	}
	return bcryptHash(encoded), nil
}
