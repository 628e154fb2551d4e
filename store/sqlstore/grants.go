package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const grantColumns = "id, user_id, client_id, scopes, resources, protocol, remembered, client_digest, auth_time, acr, created, expires, revoked"

func grantFields(g *store.Grant) []any {
	return []any{
		&g.ID, &g.User, &g.Client, texts(&g.Scopes), texts(&g.Resources), &g.Protocol, &g.Remembered, digestOrNone{&g.ClientDigest},
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
	if f.Remembered {
		c.and("remembered")
	}
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
		if err := s.checkParents(ctx, q, parents{users: []string{g.User}, clients: []string{g.Client}}); err != nil {
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
		ended, err = s.endGrants(ctx, q, c, at)
		if err != nil || ended == 0 {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// endGrants ends what c picks and what lives under it; handles end by the grant alone.
func (s *Store) endGrants(ctx context.Context, q queries, c *condition, at time.Time) (ended int, err error) {
	ofEnded := "revoked = 0 AND grant_id <> '' AND grant_id IN (SELECT id FROM sesame_grants WHERE " + c.text.String() + " AND revoked <> 0)"
	tokens := s.condition().and(ofEnded, c.args...)
	query, args := q.each(c.and("revoked = 0"), "sesame_grants", "id", q.locks.change, "UPDATE sesame_grants SET revoked = ?", micros(at))
	ended, err = q.exec(ctx, query, args...)
	if err != nil || ended == 0 {
		return 0, err
	}
	query, args = q.each(tokens, "sesame_tokens", "digest", q.locks.change, "UPDATE sesame_tokens SET revoked = ?", micros(at))
	_, err = q.exec(ctx, query, args...)
	return ended, err
}
