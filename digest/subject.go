package digest

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A subject is whom credentials name.
type subject struct {
	user    store.User // zero where there is none
	account throttle.Account
	reason  string // why a response is not right
	known   bool   // the account can sign in by the algorithm
	ha1     Sum    // nobody's where it is not known
	index   int    // of the H(A1) in the account's list
	stale   bool   // it should be sealed again
}

// find looks up whom k's credentials name.
func (s *Scheme) find(ctx context.Context, k *call) (err error) {
	c, who := &k.c, &k.who
	name := c.Username
	if !c.Hashed {
		name = norm.NFC.String(s.cfg.Fold(norm.NFC.String(name))) // RFC 7616 §4
	}
	who.user, err = s.lookUp(ctx, c, name)
	switch {
	case err == nil:
		who.account, who.reason = throttle.Account{Kind: throttle.Password, ID: who.user.ID}, "wrong_password"
	case errors.Is(err, store.ErrNotFound):
		*who = subject{account: throttle.Account{Kind: throttle.Unknown, ID: name}, reason: "unknown_user"}
	default:
		return autherr.NewUnavailable(err)
	}
	return s.open(who, c.Algorithm.Base())
}

// lookUp asks the store for the account with this name or userhash.
func (s *Scheme) lookUp(ctx context.Context, c *Credentials, name string) (store.User, error) {
	switch {
	case !c.Hashed:
		return s.cfg.Users.UserByName(ctx, name)
	case s.hashes == nil:
		return store.User{}, store.ErrNotFound
	}
	return s.hashes.UserByHash(ctx, c.Algorithm.Base().String(), s.cfg.HA1s.realm, name)
}

// open unseals who's H(A1). Where there is none, of an account or since there is no account, it is nobody's: the same work
// for the same answer.
func (s *Scheme) open(who *subject, a Algorithm) (err error) {
	owner := &who.user
	who.index = find(owner.Password.HA1s, a, s.cfg.HA1s.realm)
	if who.known = who.index >= 0; !who.known {
		if owner.ID != "" {
			who.reason = "no_ha1"
		}
		owner = &s.nobody
		who.index = find(owner.Password.HA1s, a, s.cfg.HA1s.realm)
	}
	who.ha1, who.stale, err = s.cfg.HA1s.open(owner.ID, a, &owner.Password.HA1s[who.index])
	if err != nil {
		return autherr.NewUnavailable(err)
	}
	return nil
}

// sealAgain puts the account's H(A1) under the ring's first key where another seals it. Who never shows the password
// would otherwise keep the old key in the ring for ever. An account without a password hash is left alone: nothing would
// tell the store that its password was changed in between.
func (s *Scheme) sealAgain(ctx context.Context, who *subject) {
	if !who.stale || s.cfg.Passwords == nil || who.user.Password.Hash == "" {
		return
	}
	next := who.user.Password
	next.HA1s = slices.Clone(next.HA1s)
	of, ha1 := &next.HA1s[who.index], who.ha1 // a copy, so that who can be on the stack
	of.Sealed = s.cfg.HA1s.keys.Seal(binding(who.user.ID, of), ha1.bytes())
	err := s.cfg.Passwords.ReplacePassword(ctx, who.user.ID, next.Hash, next)
	if !errors.Is(err, store.ErrConflict) { // then the password is a new one
		s.report(ctx, who.user.ID, err)
	}
}
