package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A mint makes of credentials what a store keeps of them.
type mint struct {
	hasher *password.Hasher
	ring   *seal.Ring
	ha1s   *digest.HA1s
	now    func() time.Time
}

// hashes are those of the demo's passwords, by the accounts' members.
func (m mint) hashes(c credentials) (map[string]string, error) {
	hashes := map[string]string{}
	for member, user := range c.Users {
		hash, err := m.hasher.Hash(user.Password)
		if err != nil {
			return nil, fmt.Errorf("the password of %s: %w", user.Username, err)
		}
		hashes[member] = hash
	}
	return hashes, nil
}

// password is what is kept of a user's new password: its hash, and what Digest needs.
func (m mint) password(user store.User, text, hash string) (store.Password, error) {
	user.Password = store.Password{Hash: hash}
	ha1s, err := m.ha1s.Derive(user, text)
	return store.Password{Hash: hash, HA1s: ha1s}, err
}

// binding is where an app's secret is kept.
func binding(client string) seal.Binding { return seal.Binding{"client", client, "secret"} }

// keeps reports whether client has this secret, and the key ring can read it.
func (m mint) keeps(client store.Client, secret string) bool {
	return slices.ContainsFunc(client.Secrets, func(kept store.Secret) bool {
		opened, _, err := m.ring.Open(binding(client.ID), kept.Sealed)
		return err == nil && kept.Digest == store.DigestOf(secret) && string(opened) == secret
	})
}

// client is what is kept of an app.
func (m mint) client(app demoClient, c clientCredentials, owner string) store.Client {
	secret := store.Secret{
		Digest: store.DigestOf(c.ClientSecret), Sealed: m.ring.Seal(binding(c.ClientKey), []byte(c.ClientSecret)),
		Hint: c.ClientSecret[max(0, len(c.ClientSecret)-4):], Created: m.now(),
	}
	return store.Client{
		ID: c.ClientKey, Owner: owner, Name: app.member, Secrets: []store.Secret{secret},
		RedirectURIs: c.RedirectURIs, Scopes: c.Scopes, Published: app.published, Created: m.now(),
	}
}

// apply brings the store in line with c. What it replaces ends at once: old passwords, and old apps with all that was
// issued to them.
func (d demo) apply(ctx context.Context, c credentials, hashes map[string]string) error {
	owners, err := d.putUsers(ctx, c, hashes)
	if err != nil {
		return err
	}
	for _, app := range demoClients() {
		if err := d.putClient(ctx, app, c.Clients[app.member], owners[app.owner]); err != nil {
			return err
		}
	}
	return nil
}

// putUsers makes the accounts, or gives those that exist their passwords, and returns their IDs by their members.
func (d demo) putUsers(ctx context.Context, c credentials, hashes map[string]string) (ids map[string]string, err error) {
	ids = map[string]string{}
	for _, u := range demoUsers() {
		user, err := d.store.UserByName(ctx, u.name)
		isNew := errors.Is(err, store.ErrNotFound)
		if isNew {
			user, err = u.record(), nil
		}
		if err != nil {
			return nil, err
		}
		old := user.Password.Hash
		if user.Password, err = d.mint.password(user, c.Users[u.member].Password, hashes[u.member]); err != nil {
			return nil, err
		}
		if isNew {
			err = d.store.CreateUsers(ctx, user)
		} else {
			err = d.store.ReplacePassword(ctx, user.ID, old, user.Password)
		}
		if err != nil {
			return nil, err
		}
		ids[u.member] = user.ID
	}
	return ids, nil
}

// putClient puts an app into the place of the one that had its name.
func (d demo) putClient(ctx context.Context, app demoClient, c clientCredentials, owner string) error {
	wanted := d.mint.client(app, c, owner)
	old, err := d.store.ClientsByOwner(ctx, owner)
	if err != nil {
		return err
	}
	for _, client := range old {
		if client.Name == app.member && client.ID != wanted.ID {
			err = d.store.DeleteClient(ctx, client.ID)
		}
		if client.ID == wanted.ID {
			wanted.Version = client.Version
		}
		if err != nil {
			return err
		}
	}
	return d.store.PutClient(ctx, wanted)
}
