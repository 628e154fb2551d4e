package store

import (
	"context"
	"net/netip"
	"time"
)

// A TokenKind is what a token is for. A token of one kind is never taken for another.
type TokenKind uint8

// The kinds of tokens.
const (
	DeveloperToken TokenKind = iota + 1 // made by a person in the portal, bearer
	APIKey                              // static, in a header or the query
	AccessToken                         // OAuth 2, and the password login's
	RefreshToken                        // OAuth 2
	OAuth1Token                         // OAuth 1.0a token credentials
	Session                             // a browser that is signed in
)

// A Token is one issued secret, known by its digest.
type Token struct {
	Digest Digest
	// ID is public: lists, events and revocations name a token by it.
	ID   string
	Kind TokenKind
	// User is the account that it stands for; empty where it stands for the client itself.
	User string
	// Client is the app that it was given to; empty for developer tokens, API keys, sessions and the password login.
	Client string
	// Grant is what it belongs to; empty for tokens that no app was given.
	Grant string
	// Scopes are what was consented or chosen. What counts is what the user and the client hold now as well.
	Scopes []string
	// AllScopes says that the token may do whatever its user may do at the time (a session, the password login).
	AllScopes bool
	// Audience are the resources that it is for (RFC 8707); empty for all.
	Audience []string
	// Networks and Methods limit where it may come from and what it may be used for; empty for no limit.
	Networks []netip.Prefix
	Methods  []string
	// Description is the owner's; Hint are the last characters, for lists.
	Description, Hint string
	// Sealed is the secret itself under the host's key ring where a protocol must read it (OAuth 1.0a), else nil.
	Sealed []byte
	// Note is what a session's list shows of the browser, and empty elsewhere.
	Note string
	// AuthTime and ACR say how and when the user had signed in.
	AuthTime time.Time
	ACR      string
	// Created and Expires bound its life; a zero Expires is never.
	Created, Expires time.Time
	// LastUsed is a recent use, not always the last (see TokenUses).
	LastUsed time.Time
	// Revoked is when it was ended; zero while it lives.
	Revoked time.Time
	// Successor is the digest of the token that replaced it; zero while none did.
	Successor Digest
	// Confirmation is what the token is bound to (a key's thumbprint, RFC 7800), and empty for a bearer token.
	Confirmation string
}

// A FoundToken is a token with what must hold for it to count, read in one step.
type FoundToken struct {
	Token Token
	// User is the account that the token stands for, and the zero User where it stands for a client, or where accounts
	// are kept elsewhere. Its Password may be left out.
	User User
	// Client is the app that the token was given to, else zero. Its Secrets and Keys are there where the token's kind is OAuth1Token, and
	// may be left out elsewhere.
	Client Client
	// Owner is the state of the account that owns the client.
	Owner State
	// GrantRevoked says that the grant it belongs to was revoked.
	GrantRevoked bool
}

// A TokenFilter picks tokens. Empty fields match all; at least one of ID, User, Client, Grant and Digest must be set,
// else the filter is refused as breakage and picks none.
type TokenFilter struct {
	ID, User, Client, Grant string
	Digest                  Digest
	// Kinds picks the kinds; none means all.
	Kinds []TokenKind
	// Live leaves out the revoked and the replaced.
	Live bool
	// Except keeps one token out: the session that asks for the others to end.
	Except Digest
}

// Tokens keeps issued secrets.
type Tokens interface {
	// PutTokens adds the tokens, all or none. ErrExists where a digest or an ID is taken, ErrRevoked where a grant of theirs is
	// revoked, ErrNotFound where their user, client or grant is gone, as far as the store keeps those, ErrFull where limit is positive and
	// their user would have more than limit tokens of that kind that are neither revoked nor replaced nor expired at
	// their Created: concurrent callers together do not pass it. The events are appended with them or not at all.
	PutTokens(ctx context.Context, tokens []Token, limit int, events ...Event) error
	// LookUpToken returns the token with this digest, revoked, replaced, expired or not, with its account's, its
	// client's and its grant's present state. It is one round trip.
	LookUpToken(ctx context.Context, d Digest) (FoundToken, error)
	// RotateToken gives the token with digest old the expiry oldExpires and the first of next as its successor, and adds
	// next, in one step. Of any number of concurrent callers one wins; the others get ErrUsed. It is ErrRevoked where the
	// token or its grant is revoked and ErrNotFound where there is none; next is refused as by PutTokens, without a limit.
	// The events are appended with it or not at all.
	RotateToken(ctx context.Context, old Digest, oldExpires time.Time, next []Token, events ...Event) error
	// RevokeTokens marks those that f picks as revoked at this time, where they are not yet, and says how many; none is no
	// error. It holds for every look-up that begins after it returned. The events are appended with it or not at all,
	// and not where it revoked nothing.
	RevokeTokens(ctx context.Context, f TokenFilter, at time.Time, events ...Event) (int, error)
	// ListTokens returns those that f picks, the newest first, at most limit, beginning after the token with the ID after
	// where that is not empty.
	ListTokens(ctx context.Context, f TokenFilter, after string, limit int) ([]Token, error)
}

// TokenUses is optional: it records when tokens were last used, many at a time.
type TokenUses interface {
	// RecordUses moves LastUsed of the tokens forward, never back; tokens that are gone are passed over.
	RecordUses(ctx context.Context, lastUsed map[Digest]time.Time) error
}
