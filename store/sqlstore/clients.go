package sqlstore

import (
	"context"
	"database/sql/driver"

	"github.com/seed-f67351ce/sesame/store"
)

const clientColumns = "id, owner, name, secrets, keys, redirect_uris, scopes, grant_types, auth_methods, signature_methods, " +
	"published, native, self_registered, introspects, revoked, created, version"

func clientFields(c *store.Client) []any {
	return []any{
		&c.ID, &c.Owner, &c.Name, secrets{&c.Secrets}, &c.Keys, texts(&c.RedirectURIs), texts(&c.Scopes),
		texts(&c.GrantTypes), texts(&c.AuthMethods), texts(&c.SignatureMethods),
		&c.Published, &c.Native, &c.SelfRegistered, &c.Introspects, moment{&c.Revoked}, moment{&c.Created}, &c.Version,
	}
}

// Client implements [store.Clients].
func (s *Store) Client(ctx context.Context, id string) (store.Client, error) {
	var c store.Client
	err := s.read(ctx, "client", func(ctx context.Context, q queries) error {
		return q.get(ctx, "SELECT "+clientColumns+" FROM sesame_clients WHERE tenant = ? AND id = ?",
			[]any{s.tenant, id}, clientFields(&c)...)
	})
	if err != nil {
		return store.Client{}, err
	}
	return c, nil
}

// ClientsByOwner implements [store.Clients].
func (s *Store) ClientsByOwner(ctx context.Context, owner string) (clients []store.Client, err error) {
	err = s.read(ctx, "clients", func(ctx context.Context, q queries) (err error) {
		clients, err = list(ctx, q, clientFields, "SELECT "+clientColumns+` FROM sesame_clients
			WHERE tenant = ? AND owner = ? ORDER BY created DESC, id DESC`, s.tenant, owner)
		return err
	})
	return clients, err
}

// PutClient implements [store.Clients].
func (s *Store) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	return s.write(ctx, "put client", func(ctx context.Context, q queries) error {
		if err := s.checkParents(ctx, q, parents{users: []string{c.Owner}}); err != nil {
			return err
		}
		was := c.Version
		next := c
		next.Version++
		var err error
		if was == 0 {
			err = q.must(ctx, store.ErrExists, insert("sesame_clients", clientColumns), append([]any{s.tenant}, clientFields(&next)...)...)
		} else {
			err = s.replaceClient(ctx, q, next, was)
		}
		if err != nil {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
}

func (s *Store) replaceClient(ctx context.Context, q queries, c store.Client, was int64) error {
	changed, err := q.exec(ctx, update("sesame_clients", clientColumns)+"tenant = ? AND id = ? AND version = ?",
		append(clientFields(&c), s.tenant, c.ID, was)...)
	if err != nil || changed > 0 {
		return err
	}
	return s.conflict(ctx, q, "sesame_clients", c.ID)
}

// conflict is why a record with this ID was not in the state that it had to be in: ErrConflict, or ErrNotFound.
func (s *Store) conflict(ctx context.Context, q queries, table, id string) error {
	has, err := q.has(ctx, "SELECT 1 FROM "+table+" WHERE tenant = ? AND id = ?", s.tenant, id)
	switch {
	case err != nil:
		return err
	case has:
		return store.ErrConflict
	default:
		return store.ErrNotFound
	}
}

// DeleteClient implements [store.Clients].
func (s *Store) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	return s.write(ctx, "delete client", func(ctx context.Context, q queries) error {
		err := q.must(ctx, store.ErrNotFound, "DELETE FROM sesame_clients WHERE tenant = ? AND id = ?", s.tenant, id)
		if err != nil {
			return err
		}
		if err := s.removeUnder(ctx, q, "", []string{id}); err != nil {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
}

// secrets are a client's, kept as a document whose names do not depend on ours.
type secrets struct{ of *[]store.Secret }

type secret struct {
	Digest  []byte `json:"digest"`
	Sealed  []byte `json:"sealed,omitempty"`
	Hint    string `json:"hint"`
	Created int64  `json:"created"`
	Expires int64  `json:"expires"`
}

// Value implements [driver.Valuer].
func (s secrets) Value() (driver.Value, error) {
	var kept []secret
	for _, one := range *s.of {
		kept = append(kept, secret{one.Digest[:], one.Sealed, one.Hint, micros(one.Created), micros(one.Expires)})
	}
	return document[[]secret]{&kept}.Value()
}

// Scan implements [database/sql.Scanner].
func (s secrets) Scan(column any) error {
	var kept []secret
	if err := (document[[]secret]{&kept}).Scan(column); err != nil {
		return err
	}
	*s.of = nil
	for _, one := range kept {
		secret := store.Secret{Sealed: one.Sealed, Hint: one.Hint, Created: fromMicros(one.Created), Expires: fromMicros(one.Expires)}
		if err := (digest{&secret.Digest}).Scan(one.Digest); err != nil {
			return err
		}
		*s.of = append(*s.of, secret)
	}
	return nil
}
