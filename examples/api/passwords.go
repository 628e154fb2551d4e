package main

import (
	"context"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/digest"
)

// buildPasswords makes what checks passwords, for every scheme and page that takes them, and what Digest needs of each:
// accounts that have none of it get it the next time that their password was shown and was right.
func (a *api) buildPasswords() (err error) {
	a.ha1s, err = digest.NewHA1s(digest.HA1Config{
		Realm: realm, Keys: a.ring,
		Algorithms: []digest.Algorithm{digest.SHA256, digest.MD5}, // MD5 for old clients
	})
	if err != nil {
		return err
	}
	a.passwords, err = password.New(password.Config{
		Users: a.store, Passwords: a.store, Hasher: a.hasher, HA1s: a.ha1s.Derive,
		Throttle: a.limits, InsecureUnthrottled: !a.throttle,
		Report: a.reportAccount("password"),
	})
	return err
}

// reportAccount logs what went wrong with what is kept of an account.
func (a *api) reportAccount(part string) func(context.Context, string, error) {
	return func(ctx context.Context, account string, err error) {
		a.log.WarnContext(ctx, part, "account", account, "error", err)
	}
}
