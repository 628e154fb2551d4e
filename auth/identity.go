package auth

import (
	"context"
	"net/http"
	"time"
)

// A Kind is who an [Identity] stands for.
type Kind uint8

// The kinds. The zero Kind is nobody.
const (
	User   Kind = iota + 1 // a person's account
	Client                 // an app in its own name
)

// An Identity is the caller that a credential proved. It is read-only by contract: its slices are shared.
type Identity struct {
	// Kind is User or Client.
	Kind Kind
	// Subject is the account's ID, or the client's where Kind is Client.
	Subject string
	// Username is the account's stored sign-in name, never as it was typed; empty where Kind is Client.
	Username string
	// ClientKey is the app that was used; empty where none was.
	ClientKey string
	// Scheme is what proved it, as in a challenge: "Basic", "Digest", "OAuth", "Bearer", "DPoP", "APIKey".
	Scheme string
	// Scopes are what this call may do: what was granted, as far as the account and the client hold it now.
	Scopes Scopes
	// TokenID is the token's public ID and GrantID what it belongs to; empty where there is none.
	TokenID, GrantID string
	// Audience are the resources that the token is for; empty for all.
	Audience []string
	// AuthTime and ACR say when and how the user had signed in, where that is known.
	AuthTime time.Time
	ACR      string
	// Expires is when the credential ends; zero for never.
	Expires time.Time
}

// identityKey is the context key of the identity.
type identityKey struct{}

// identityContext carries an identity by value: one allocation for both.
type identityContext struct {
	context.Context
	identity Identity
}

func (c *identityContext) Value(key any) any {
	if _, ok := key.(identityKey); ok {
		return &c.identity
	}
	return c.Context.Value(key)
}

// An admission is a request whose context carries an identity: one allocation for all of it.
type admission struct {
	identityContext
	request http.Request
}

// admitted is r with id in its context.
func admitted(r *http.Request, id *Identity) *http.Request {
	a := &admission{identityContext: identityContext{r.Context(), *id}}
	a.request = *r.WithContext(&a.identityContext) // whose copy stays on the stack
	return &a.request
}

// NewContext returns a context that carries id. The gate does this; hosts need it for tests of their own handlers.
func NewContext(ctx context.Context, id Identity) context.Context {
	return &identityContext{Context: ctx, identity: id}
}

// FromContext returns the identity that a gate verified, and false where the request is anonymous or passed no gate.
func FromContext(ctx context.Context) (*Identity, bool) {
	id, ok := ctx.Value(identityKey{}).(*Identity)
	return id, ok
}
