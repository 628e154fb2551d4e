package store

import "context"

// A State is what an account's owner may do at all. Hosts add their own.
type State string

// The states that Sesame knows.
const (
	Active   State = ""         // may sign in
	Locked   State = "locked"   // an unpaid balance, say: authenticated, then refused
	Disabled State = "disabled" // terms were violated, say: authenticated, then refused
)

// A User is an account.
type User struct {
	// ID never changes and is never given to another account. Tokens, apps and events refer to it.
	ID string
	// Name is what the person signs in with, in NFC. Unique.
	Name string
	// Email is where notices go; empty for none.
	Email string
	// State is Active, Locked, Disabled or the host's own.
	State State
	// Scopes are what the account may do now, in any order.
	Scopes []string
	// Password is how the person proves to be the owner. The zero Password matches nothing.
	Password Password
}

// A Password is what is kept of an account's password.
type Password struct {
	// Hash is a PHC string of argon2id or a bcrypt hash, and empty for an account that has no password.
	Hash string
	// HA1s are what Digest needs (RFC 7616 §3.4.2), one for each algorithm and realm.
	HA1s []HA1
}

// An HA1 is H(user:realm:password), sealed: it is as good as the password.
type HA1 struct {
	Algorithm string // as in the challenge: "SHA-256", "SHA-512-256", "MD5"
	Realm     string
	Sealed    []byte
}

// Users finds accounts. A host with its own user table implements these two methods.
type Users interface {
	// UserByName returns the account that signs in with name, which is in NFC.
	UserByName(ctx context.Context, name string) (User, error)
	// UserByID returns the account with this ID.
	UserByID(ctx context.Context, id string) (User, error)
}

// Passwords replaces what is kept of passwords: a better hash after a success, a new password.
type Passwords interface {
	// ReplacePassword puts next in the place of the password whose Hash is oldHash. Of concurrent callers with the
	// same oldHash one wins if their next hashes differ from it; where the stored Hash is another by now it returns
	// ErrConflict and changes nothing. No such account: ErrNotFound.
	ReplacePassword(ctx context.Context, userID, oldHash string, next Password) error
}

// UserWriter is optional: it makes and changes accounts in a store that owns them. Sesame itself never calls it.
type UserWriter interface {
	// CreateUsers adds the accounts, all or none. ErrExists where an ID or a name is taken.
	CreateUsers(ctx context.Context, users ...User) error
	// UpdateUser replaces the account with u.ID. ErrNotFound, or ErrExists where another account has u.Name.
	// The state and scopes that it sets hold for the next look-up of a token of the account too.
	UpdateUser(ctx context.Context, u User) error
	// DeleteUser removes the account, its tokens, its grants and its clients with theirs. ErrNotFound.
	DeleteUser(ctx context.Context, id string) error
}

// UserHashes is optional: Digest's userhash (RFC 7616 §3.4.4) needs it.
type UserHashes interface {
	// UserByHash returns the account for which hash is the lower-case hex of H(name:realm) under algorithm. It finds
	// it by an index. An account has a userhash for each algorithm and realm of its HA1s.
	UserByHash(ctx context.Context, algorithm, realm, hash string) (User, error)
}
