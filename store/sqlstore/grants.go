package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const grantColumns = "id, user_id, client_id, scopes, resources, protocol, remembered, auth_time, acr, created, expires, revoked"

func grantFields(g *store.Grant) []any {
	return []any{
		&g.ID, &g.User, &g.Client, texts(&g.Scopes), texts(&g.Resources), &g.Protocol, &g.Remembered,
		moment{&g.AuthTime}, &g.ACR, moment{&g.Created}, moment{&g.Expires}, moment{&g.Revoked},
	}
}

var (
	errPicksAll = errors.New("a filter must name what it is about")
	errNoTime   = errors.New("a revocation needs a time")
)

// grantsThat is what f picks, revoked or not.
func (s *Store) grantsThat(f store.GrantFilter) (*condition, error) {
	if f.ID == "" && f.User == "" && f.Client == "" {
		return nil, errPicksAll
	}
	c := s.condition().equal("id", f.ID).equal("user_id", f.User).equal("client_id", f.Client).equal("protocol", f.Protocol)
	return c, nil
}

// Grant implements [store.Grants].
func (s *Store) Grant(ctx context.Context, id string) (store.Grant, error) {
	var g store.Grant
	err := s.read(ctx, "grant", func(ctx context.Context, q queries) error {
		return q.get(ctx, "SELECT "+grantColumns+" FROM sesame_grants WHERE tenant = ? AND id = ?",
			[]any{s.tenant, id}, grantFields(&g)...)
	})
	if err != nil {
		return store.Grant{}, err
	}
	return g, nil
}

// Grants implements [store.Grants].
func (s *Store) Grants(ctx context.Context, f store.GrantFilter, limit int) (grants []store.Grant, err error) {
	err = s.read(ctx, "grants", func(ctx context.Context, q queries) error {
		c, err := s.grantsThat(f)
		if err != nil {
			return err
		}
		if f.Live {
			c.and("revoked = 0")
		}
		grants, err = list(ctx, q, grantFields, "SELECT "+grantColumns+" FROM sesame_grants WHERE "+c.text.String()+
			" ORDER BY created DESC, id DESC LIMIT ?", append(c.args, max(limit, 0))...)
		return err
	})
	return grants, err
}

// PutGrant implements [store.Grants].
func (s *Store) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	return s.write(ctx, "put grant", func(ctx context.Context, q queries) error {
		if err := s.checkParents(ctx, q, g.User, g.Client, ""); err != nil {
			return err
		}
		err := q.must(ctx, store.ErrExists, insert("sesame_grants", grantColumns), append([]any{s.tenant}, grantFields(&g)...)...)
		if err != nil {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
}

// RevokeGrants implements [store.Grants].
func (s *Store) RevokeGrants(
	ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event,
) (ended int, err error) {
	err = s.write(ctx, "revoke grants", func(ctx context.Context, q queries) error {
		c, err := s.grantsThat(f)
		if err != nil {
			return err
		}
		if at.IsZero() {
			return errNoTime
		}
		args := append([]any{micros(at)}, c.args...)
		ended, err = q.exec(ctx, "UPDATE sesame_grants SET revoked = ? WHERE revoked = 0 AND "+c.text.String(), args...)
		if err != nil || ended == 0 {
			return err
		}
		// All that c picks are revoked by now: what lives under them ends with them. Their handles end by the grant alone.
		_, err = q.exec(ctx, `UPDATE sesame_tokens SET revoked = ? WHERE tenant = ? AND revoked = 0 AND grant_id <> ''
			AND grant_id IN (SELECT id FROM sesame_grants WHERE `+c.text.String()+")", append([]any{micros(at), s.tenant}, c.args...)...)
		if err != nil {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// checkParents keeps records from being made under what is gone or revoked. Empty names are of nothing.
func (s *Store) checkParents(ctx context.Context, q queries, user, client, grant string) error {
	for _, parent := range []struct {
		table, id string
		elsewhere Elsewhere
	}{{"sesame_users", user, UsersElsewhere}, {"sesame_clients", client, ClientsElsewhere}} {
		if parent.id == "" || s.elsewhere&parent.elsewhere != 0 {
			continue
		}
		has, err := q.has(ctx, "SELECT 1 FROM "+parent.table+" WHERE tenant = ? AND id = ?"+q.keepRow, s.tenant, parent.id)
		if err != nil {
			return err
		}
		if !has {
			return store.ErrNotFound
		}
	}
	return s.checkGrant(ctx, q, grant)
}

func (s *Store) checkGrant(ctx context.Context, q queries, grant string) error {
	if grant == "" {
		return nil
	}
	var revoked int64
	err := q.get(ctx, "SELECT revoked FROM sesame_grants WHERE tenant = ? AND id = ?"+q.keepRow, []any{s.tenant, grant}, &revoked)
	switch {
	case err == store.ErrNotFound && s.elsewhere&GrantsElsewhere != 0:
		return nil
	case err == nil && revoked != 0:
		return store.ErrRevoked
	default:
		return err
	}
}
