package store

import "errors"

// The facts that a store reports. Whatever else it returns is breakage.
var (
	// ErrNotFound says that there is no such record.
	ErrNotFound = errors.New("store: not found")
	// ErrExists says that a record with this ID, name or digest is there already.
	ErrExists = errors.New("store: exists already")
	// ErrUsed says that another caller came first: the key was claimed, the handle used, the token rotated.
	ErrUsed = errors.New("store: used already")
	// ErrConflict says that the record is not in the state that the caller had read: read again and decide again.
	ErrConflict = errors.New("store: changed in between")
	// ErrRevoked says that what the new record would belong to was revoked.
	ErrRevoked = errors.New("store: revoked")
	// ErrFull says that a limit that the caller gave is reached.
	ErrFull = errors.New("store: limit reached")
)
