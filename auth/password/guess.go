package password

import (
	"context"
	"errors"
	"net/http"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A guess is one password for one subject.
type guess struct {
	who    subject
	secret string // normal; empty where it could be nobody's
	home   home   // of the account's proofs
	proof  store.Digest
}

// refused says that the guess is wrong. The cause is for the log.
func (g guess) refused(reason string, cause error) error {
	return &autherr.Error{Kind: autherr.Unauthenticated, Reason: reason, Cause: cause}
}

// attempt makes the guess, once for all requests from one address that make it at the same moment. Each of them counts:
// otherwise a shared failure would be cheaper than others.
func (c *Checker) attempt(ctx context.Context, r *http.Request, g guess) error {
	key := flightKey{g.proof, c.throttle.Address(r)}
	shared, err := c.flights.do(ctx, key, func(ctx context.Context) error { return c.try(ctx, r, g) })
	if shared && errors.Is(err, autherr.Unauthenticated) {
		if _, limit := c.throttle.Reserve(ctx, r, g.who.account); limit != nil {
			return limit
		}
	}
	return err
}

// try reserves an attempt, hashes, and settles what follows from it.
func (c *Checker) try(ctx context.Context, r *http.Request, g guess) error {
	attempt, err := c.throttle.Reserve(ctx, r, g.who.account)
	if err != nil {
		return err
	}
	better := ""
	known := g.home.has(g.proof, c.clock())
	if !known {
		better, err = c.verify(ctx, g)
	}
	switch {
	case errors.Is(err, autherr.Unauthenticated):
		return err
	case err != nil:
		c.tell(ctx, g, attempt.Released(ctx))
		return err
	}
	c.tell(ctx, g, attempt.Succeeded(ctx))
	if !known {
		c.memory.put(g.home, g.proof, c.clock())
		c.tell(ctx, g, c.improve(ctx, g, better))
	}
	return nil
}

// verify hashes under the bound. After a right guess it returns a better hash where the stored one is outdated.
func (c *Checker) verify(ctx context.Context, g guess) (better string, err error) {
	if g.secret == "" {
		return "", g.refused("unusable_password", nil)
	}
	if err := c.bound.enter(ctx); err != nil {
		return "", err
	}
	defer c.bound.leave()
	match, outdated, err := c.hasher.verify(g.who.user.Password.Hash, g.secret)
	switch {
	case err != nil:
		c.tell(ctx, g, err)
		return "", g.refused("unusable_hash", err)
	case !match:
		return "", g.refused(g.who.reason, nil)
	case outdated && c.passwords != nil:
		better = c.hasher.hash(g.secret)
	}
	return better, nil
}

// improve stores what is better than what is kept of a password that was right: a hash of today, and what Digest lacks.
func (c *Checker) improve(ctx context.Context, g guess, better string) error {
	user := g.who.user
	next := user.Password
	if better != "" {
		next.Hash = better
	}
	ha1s, err := c.digests(user, g.secret)
	if err != nil {
		return err
	}
	if len(ha1s) > 0 {
		next.HA1s = ha1s
	}
	if better == "" && len(ha1s) == 0 {
		return nil
	}
	if err := c.passwords.ReplacePassword(ctx, user.ID, user.Password.Hash, next); err != nil {
		return err
	}
	c.memory.put(g.home, c.memory.proof(g.who.account, next.Hash, g.secret), c.clock())
	return nil
}

// NewPassword is what to store for a new password of user, under the same bound as checks. user's own Password is not
// looked at. A password that is empty, longer than [MaxLength] or not UTF-8 is [autherr.BadRequest].
func (c *Checker) NewPassword(ctx context.Context, user store.User, password string) (store.Password, error) {
	secret := normalize(password)
	if secret == "" {
		return store.Password{}, errUnusable()
	}
	if err := c.bound.enter(ctx); err != nil {
		return store.Password{}, err
	}
	defer c.bound.leave()
	user.Password = store.Password{}
	ha1s, err := c.digests(user, secret)
	if err != nil {
		return store.Password{}, err
	}
	return store.Password{Hash: c.hasher.hash(secret), HA1s: ha1s}, nil
}

// digests are what Digest lacks, where the host has Digest.
func (c *Checker) digests(user store.User, secret string) ([]store.HA1, error) {
	if c.ha1s == nil {
		return nil, nil
	}
	return c.ha1s(user, secret)
}

// tell reports a failure that does not fail the sign-in.
func (c *Checker) tell(ctx context.Context, g guess, err error) {
	if err != nil {
		c.report(ctx, g.who.user.ID, err)
	}
}
