package main

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A demo sees to it that the store holds the demo accounts, and that the file says what they are. Any number of
// processes may do so with one store at once: the first makes them, and writes the file before the others can look.
type demo struct {
	store *backend
	mint  mint
	file  credentialsFile
	base  string
}

// settleDemo has the demo accounts made where they are wanted, and the credentials written. It returns those of which
// people should be told.
func (a *api) settleDemo(ctx context.Context) (credentials, error) {
	d := demo{
		store: a.store, mint: mint{hasher: a.hasher, ring: a.ring, ha1s: a.ha1s, now: time.Now},
		file: credentialsFile(a.credentials), base: a.base,
	}
	if a.demo.or(isLoopback(a.addr)) {
		return d.settle(ctx)
	}
	return credentials{}, d.rename()
}

// settle returns the demo's credentials as far as they are known: all of them where they were drawn or read, and the
// client keys and the passwords that everybody knows where only the store says what there is.
func (d demo) settle(ctx context.Context) (known credentials, err error) {
	stale := false
	err = d.store.transact(ctx, func(ctx context.Context, empty bool) (err error) {
		known, stale, err = d.look(ctx, empty)
		if err != nil || stale {
			return err
		}
		return d.file.write(known)
	})
	if err != nil || !stale {
		return known, err
	}
	wanted, err := known.completed() // before the transaction, for whose end others wait
	if err != nil {
		return known, err
	}
	return d.renew(ctx, wanted)
}

// renew brings the store and the file in line with wanted, where another process has not made that needless by now.
func (d demo) renew(ctx context.Context, wanted credentials) (known credentials, err error) {
	hashes, err := d.mint.hashes(wanted)
	if err != nil {
		return known, err
	}
	err = d.store.transact(ctx, func(ctx context.Context, empty bool) error {
		found, stale, err := d.look(ctx, empty)
		if err != nil {
			return err
		}
		if known = found; stale {
			known = wanted
			err = d.apply(ctx, wanted, hashes)
		}
		if err != nil {
			return err
		}
		return d.file.write(known)
	})
	return known, err
}

// rename brings the file's base URL up to date, and nothing else.
func (d demo) rename() error {
	c, _, err := d.file.read()
	if err != nil {
		return err
	}
	c.BaseURL = d.base
	return d.file.write(c)
}

// look says what the credentials are, and whether the store must be brought in line with them. It must where it has no
// accounts, where the file is missing, for which new secrets are then drawn, and where the file has others than the store.
func (d demo) look(ctx context.Context, empty bool) (c credentials, stale bool, err error) {
	c, found, err := d.file.read()
	if err != nil {
		return c, false, err
	}
	c.BaseURL = d.base
	if empty {
		return c, true, nil
	}
	stored, err := d.stored(ctx)
	switch {
	case err != nil:
		return c, false, err
	case len(stored.Users) == 0:
		return c, false, nil // the accounts are a host's own: nothing is added to them
	case d.file == "":
		return stored, false, nil
	}
	current, err := d.current(ctx, c)
	return c, !found || !current, err
}

// stored is what the store says of the demo.
func (d demo) stored(ctx context.Context) (credentials, error) {
	c := noCredentials(d.base)
	for _, u := range demoUsers() {
		user, err := d.store.UserByName(ctx, u.name)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return c, err
		}
		c.Users[u.member] = userCredentials{Username: u.name, Email: u.email, Password: u.password}
		clients, err := d.store.ClientsByOwner(ctx, user.ID)
		if err != nil {
			return c, err
		}
		for _, client := range clients {
			c.Clients[client.Name] = clientCredentials{ClientKey: client.ID}
		}
	}
	return c, nil
}

// current reports whether the store has all of the demo, with the secrets of c.
func (d demo) current(ctx context.Context, c credentials) (bool, error) {
	for _, u := range demoUsers() {
		if c.Users[u.member].Password == "" {
			return false, nil
		}
	}
	for _, app := range demoClients() {
		wanted := c.Clients[app.member]
		client, err := d.store.Client(ctx, wanted.ClientKey)
		if errors.Is(err, store.ErrNotFound) || err == nil && !d.mint.keeps(client, app.kind, wanted) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	for _, secret := range c.tokens() {
		_, err := d.store.LookUpToken(ctx, store.DigestOf(secret))
		if err != nil {
			return false, ignore(err, store.ErrNotFound)
		}
	}
	return true, nil
}

// tokens are the secrets of all tokens and keys that the demo has, empty for those that c lacks.
func (c credentials) tokens() (secrets []string) {
	for _, key := range demoAPIKeys() {
		secrets = append(secrets, c.APIKeys[key.member])
	}
	for _, t := range demoDeveloperTokens() {
		secrets = append(secrets, c.DeveloperTokens[t.member].Token)
	}
	return secrets
}

// ignore is err where it is something else than that.
func ignore(err, that error) error {
	if errors.Is(err, that) {
		return nil
	}
	return err
}
