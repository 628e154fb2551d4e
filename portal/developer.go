package portal

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A Developer describes what the developer portal works on. What is zero has the default that is named.
type Developer struct {
	// Issuer makes developer tokens and API keys; it notifies where its own Config says so. With AllowNoExpiry of its
	// own, tokens that never expire can be chosen. Required.
	Issuer *tokens.Issuer
	// Clients keeps the apps, Grants what people allowed, and Tokens what was issued. Required.
	Clients store.Clients
	Grants  store.Grants
	Tokens  store.Tokens
	// Scopes are those that exist, in words. Required.
	Scopes auth.Catalogue
	// SealSecret seals the secret of an app for OAuth 1.0a (package oauth1's ClientSecret is what it is sealed for); nil
	// for a service without OAuth 1.0a.
	SealSecret func(clientID, secret string) []byte
	// Passwords changes passwords; nil where they are not changed here.
	Passwords *PasswordChange
	// Notify puts a notice for the owner into the outbox with each change of an app or a password.
	Notify bool
	// Recent is how old a sign-in may be for steps that make secrets, change apps or the password: 15 minutes.
	Recent time.Duration
	// MaxApps is how many apps an account may have: 100.
	MaxApps int
}

// A PasswordChange describes how people change their passwords. What is zero has the default that is named.
type PasswordChange struct {
	// New makes what is kept of a new password: the method NewPassword of *password.Checker. Required.
	New func(ctx context.Context, user store.User, password string) (store.Password, error)
	// Store keeps it. Required.
	Store store.Passwords
	// MinLength is how many characters a password has at least: 8, and never less; 15 are better. Nothing is asked about its composition, and what is
	// common is refused whatever its length.
	MinLength int
	// Breached reports whether a password is known to be in others' hands; nil asks nobody. It must end when ctx does. A
	// check that fails, or takes longer than BreachTimeout, refuses the change with a 503: the old password stays.
	Breached func(ctx context.Context, password string) (bool, error)
	// BreachTimeout is how long Breached may take: 2 seconds.
	BreachTimeout time.Duration
	// AllowUnchecked takes passwords that Breached could not judge.
	AllowUnchecked bool
}

// minPassword is the least length of a password, in characters (ASVS 6.2.1).
const minPassword = 8

// normalize checks d and fills in the defaults.
func (d *Developer) normalize() error {
	switch {
	case d.Issuer == nil || d.Clients == nil || d.Grants == nil || d.Tokens == nil:
		return errors.New("the developer portal needs Issuer, Clients, Grants and Tokens")
	case len(d.Scopes.Names()) == 0:
		return errors.New("the developer portal needs Scopes")
	case d.Recent < 0 || d.MaxApps < 0:
		return errors.New("a limit of the developer portal is negative")
	}
	setDefault(&d.Recent, 15*time.Minute)
	setDefault(&d.MaxApps, 100)
	if d.Passwords == nil {
		return nil
	}
	change := *d.Passwords
	d.Passwords = &change
	return d.Passwords.normalize()
}

func (c *PasswordChange) normalize() error {
	switch {
	case c.New == nil || c.Store == nil:
		return errors.New("a change of passwords needs New and Store")
	case c.MinLength != 0 && c.MinLength < minPassword:
		return errors.New("passwords have at least 8 characters")
	case c.BreachTimeout < 0:
		return errors.New("a limit of passwords is negative")
	}
	setDefault(&c.MinLength, minPassword)
	setDefault(&c.BreachTimeout, 2*time.Second)
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
