package main

import (
	"context"
	"errors"

	"github.com/seed-f67351ce/sesame/store"
)

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
	for _, key := range demoAPIKeys() {
		if err := d.putToken(ctx, d.mint.token(key, store.APIKey, c.APIKeys[key.member], owners[key.owner])); err != nil {
			return err
		}
	}
	for _, t := range demoDeveloperTokens() {
		if err := d.putToken(ctx, d.mint.token(t, store.DeveloperToken, c.DeveloperTokens[t.member].Token, owners[t.owner])); err != nil {
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
	wanted, err := d.mint.client(app, c, owner)
	if err != nil {
		return err
	}
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

// putToken puts a token into the place of the one that had its description.
func (d demo) putToken(ctx context.Context, wanted store.Token) error {
	old, err := d.store.ListTokens(ctx, store.TokenFilter{User: wanted.User, Kinds: []store.TokenKind{wanted.Kind}}, "", 1000)
	if err != nil {
		return err
	}
	for _, t := range old {
		if t.Digest == wanted.Digest {
			return nil
		}
		if t.Description == wanted.Description {
			_, err = d.store.RevokeTokens(ctx, store.TokenFilter{ID: t.ID}, wanted.Created)
		}
		if err != nil {
			return err
		}
	}
	return d.store.PutTokens(ctx, []store.Token{wanted}, 0)
}
