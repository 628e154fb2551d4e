package store

import (
	"context"
	"time"
)

// A Client is an app. Its ID is at once OAuth 2's client_id, OAuth 1.0a's consumer key and the client key that Basic
// and Digest ask for.
type Client struct {
	// ID never changes and is never given to another client.
	ID string
	// Owner is the ID of the account that registered it; empty for a host's own and for self-registered ones.
	Owner string
	// Name is what consent pages call it.
	Name string
	// Secrets are the live ones, the newest first; two during a rotation. None makes a public client, unless it has Keys.
	Secrets []Secret
	// Keys is a JWK Set (RFC 7517 §5) with the public keys by which the client signs; empty for none.
	Keys []byte
	// RedirectURIs are compared exactly.
	RedirectURIs []string
	// Scopes are what the app may ask for at most.
	Scopes []string
	// GrantTypes are OAuth 2's that it may use ("authorization_code", "client_credentials", "refresh_token", …).
	GrantTypes []string
	// AuthMethods are how it may authenticate at the token endpoint (RFC 7591 §2: "client_secret_basic", "none", …).
	AuthMethods []string
	// SignatureMethods are OAuth 1.0a's that it may use; none means that it may not use OAuth 1.0a.
	SignatureMethods []string
	// Published says that the app is offered to people other than its owner. It must then use OAuth: as a client key
	// with Basic or Digest it is refused.
	Published bool
	// Native says that the app runs on its user's own machine; a loopback redirect URI of it matches with any port
	// (RFC 8252 §7.3).
	Native bool
	// SelfRegistered says that nobody vouches for it (RFC 7591); consent is then asked each time.
	SelfRegistered bool
	// Introspects says that it is a resource server that may introspect every access token (RFC 7662).
	Introspects bool
	// Revoked is when it was switched off; zero while it may be used.
	Revoked time.Time
	// Created is when it was registered.
	Created time.Time
	// Version grows by one with each PutClient that changed it; 0 is a client that was never put.
	Version int64
}

// A Secret is one secret of a client.
type Secret struct {
	// Digest is that of the secret's text.
	Digest Digest
	// Sealed is the secret itself under the host's key ring, for apps that may use OAuth 1.0a; nil for others.
	Sealed []byte
	// Hint are the last characters, for lists.
	Hint string
	// Created and Expires bound its life; a zero Expires is never.
	Created, Expires time.Time
}

// Clients keeps apps.
type Clients interface {
	// Client returns the client with this ID, revoked or not.
	Client(ctx context.Context, id string) (Client, error)
	// ClientsByOwner returns the clients of an account, the newest first.
	ClientsByOwner(ctx context.Context, owner string) ([]Client, error)
	// PutClient adds c where c.Version is 0 (ErrExists where the ID is taken), else replaces the client whose version
	// is c.Version (ErrConflict where it is another, ErrNotFound where there is none). It is ErrNotFound too where its
	// owner is not in a store that keeps accounts: nobody's state would hold for it. The stored version is c.Version + 1.
	// The events are appended with it or not at all.
	PutClient(ctx context.Context, c Client, events ...Event) error
	// DeleteClient removes the client with its grants and tokens, at once; nothing can be made under it afterwards.
	// ErrNotFound. The events are appended with it or not at all.
	DeleteClient(ctx context.Context, id string, events ...Event) error
}
