package store

import (
	"context"
	"time"
)

// A Grant is what a user allowed an app, once. Codes, access and refresh tokens and OAuth 1.0a tokens belong to one.
type Grant struct {
	ID     string
	User   string // empty: the client itself (client credentials)
	Client string
	// Scopes and Resources are what was consented to.
	Scopes    []string
	Resources []string
	// Protocol is "oauth1" or "oauth2".
	Protocol string
	// Remembered says that the same request need not be asked again, as long as the client is what it was: ClientDigest is
	// of what the protocol compares, and zero where it compares nothing.
	Remembered   bool
	ClientDigest Digest
	// AuthTime and ACR say how and when the user had signed in.
	AuthTime time.Time
	ACR      string
	Created  time.Time
	// Expires is the end that no rotation moves; zero for none.
	Expires time.Time
	// Revoked is when it ended; zero while it lives. A revoked grant is kept until Expires, or as long as a token or
	// handle of it may be: nothing can be made under it.
	Revoked time.Time
}

// A GrantFilter picks grants. Empty fields match all; at least one of User, Client and ID must be set, else the filter
// is refused as breakage and picks none.
type GrantFilter struct {
	ID, User, Client string
	// Protocol is "oauth1" or "oauth2".
	Protocol string
	// Live leaves out the revoked.
	Live bool
	// Remembered leaves out those that are not. Each authorization asks for the live and remembered ones of a user and a
	// client: a store finds them by an index, however many other grants there are.
	Remembered bool
}

// Grants keeps what users allowed.
type Grants interface {
	// Grant returns the grant with this ID, revoked or not.
	Grant(ctx context.Context, id string) (Grant, error)
	// Grants returns those that f picks, the newest first, at most limit.
	Grants(ctx context.Context, f GrantFilter, limit int) ([]Grant, error)
	// PutGrant adds g. ErrExists where the ID is taken; ErrNotFound where its client or user is not in a store that
	// keeps those too. The events are appended with it or not at all.
	PutGrant(ctx context.Context, g Grant, events ...Event) error
	// RevokeGrants marks those that f picks as revoked at this time, where they are not yet, and revokes their tokens
	// and handles with them: from its return on no token can be made under them. It says how many it ended; none is no
	// error. The events are appended with it or not at all, and not where it ended none.
	RevokeGrants(ctx context.Context, f GrantFilter, at time.Time, events ...Event) (int, error)
}
