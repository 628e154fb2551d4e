package password

import "strings"

// A Kind is a way to hash passwords.
type Kind string

// The kinds that can be verified. Those from MD5Crypt on are weak: they are refused unless
// [HasherConfig.InsecureKinds] names them.
const (
	Argon2id  Kind = "argon2id"   // $argon2id$…
	Bcrypt    Kind = "bcrypt"     // $2a$…, $2b$…, $2y$…
	MD5Crypt  Kind = "MD5 crypt"  // $apr1$… and $1$…
	SHA1      Kind = "SHA-1"      // {SHA}…
	DESCrypt  Kind = "DES crypt"  // 13 symbols
	PlainText Kind = "plain text" // whatever looks like no hash
)

// unknown is what looks like a hash, but like none that is known.
const unknown Kind = "unknown"

// prefixes tell kinds apart; those that cannot be verified are there to be named.
var prefixes = []struct {
	prefix string
	kind   Kind
}{
	{"$argon2id$", Argon2id},
	{"$2a$", Bcrypt}, {"$2b$", Bcrypt}, {"$2y$", Bcrypt},
	{"$apr1$", MD5Crypt}, {"$1$", MD5Crypt},
	{"{SHA}", SHA1},
	{"$argon2i$", "argon2i"}, {"$argon2d$", "argon2d"},
	{"$pbkdf2", "PBKDF2"}, {"$scrypt$", "scrypt"}, {"$7$", "scrypt"}, {"$y$", "yescrypt"},
	{"$5$", "SHA-256 crypt"}, {"$6$", "SHA-512 crypt"}, {"{SSHA}", "salted SHA-1"},
}

// kindOf tells the kind of a stored hash. A text that begins as hashes do is never taken for a plain password: it would
// make a password of each hash that was cut off or is of a kind that nobody knew.
func kindOf(encoded string) Kind {
	for _, p := range prefixes {
		if strings.HasPrefix(encoded, p.prefix) {
			return p.kind
		}
	}
	switch {
	case encoded == "" || strings.ContainsRune("${*!", rune(encoded[0])):
		return unknown
	case looksLikeDESCrypt(encoded):
		return DESCrypt
	}
	return PlainText
}

// A HashError says that a stored hash cannot be used, and why. It holds nothing of the hash.
type HashError struct {
	Kind    Kind
	Problem string
}

func (e *HashError) Error() string {
	return "password: a hash of kind " + string(e.Kind) + " " + e.Problem
}
