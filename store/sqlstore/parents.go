package sqlstore

import (
	"context"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// parents are what new records belong to; empty names are of nothing.
type parents struct{ users, clients, grants []string }

func parentsOf(tokens []store.Token) parents {
	var p parents
	for _, t := range tokens {
		p.users, p.clients, p.grants = append(p.users, t.User), append(p.clients, t.Client), append(p.grants, t.Grant)
	}
	return p
}

// checkParents keeps records from being made under what is gone or revoked, and keeps that as it is until the transaction
// ends.
func (s *Store) checkParents(ctx context.Context, q queries, p parents) error {
	for _, kept := range []struct {
		table     string
		ids       []string
		elsewhere Elsewhere
	}{{"sesame_users", p.users, UsersElsewhere}, {"sesame_clients", p.clients, ClientsElsewhere}} {
		if s.elsewhere&kept.elsewhere != 0 {
			continue
		}
		ids := named(kept.ids)
		found, err := rowsOf(ctx, s, q, idField, "id", kept.table, ids, q.locks.present)
		if err != nil {
			return err
		}
		if len(found) < len(ids) {
			return store.ErrNotFound
		}
	}
	return s.checkGrants(ctx, q, p.grants)
}

func (s *Store) checkGrants(ctx context.Context, q queries, grants []string) error {
	ids := named(grants)
	found, err := rowsOf(ctx, s, q, endOfGrant, "revoked", "sesame_grants", ids, q.locks.as)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(found, func(g store.Grant) bool { return !g.Revoked.IsZero() }):
		return store.ErrRevoked
	case len(found) < len(ids) && s.elsewhere&GrantsElsewhere == 0:
		return store.ErrNotFound
	}
	return nil
}

func idField(id *string) []any { return []any{id} }

func endOfGrant(g *store.Grant) []any { return []any{moment{&g.Revoked}} }

// named has each name once, in one order everywhere, without the empty one.
func named(ids []string) []string {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// rowsOf are the rows with these IDs, locked one after the other.
func rowsOf[R any](
	ctx context.Context, s *Store, q queries, fields func(*R) []any, columns, table string, ids []string, lock string,
) ([]R, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	c := among(s.condition(), "id", ids)
	return list(ctx, q, fields, "SELECT "+columns+" FROM "+table+" WHERE "+c.text.String()+" ORDER BY id"+lock, c.args...)
}
