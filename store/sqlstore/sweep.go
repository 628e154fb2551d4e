package sqlstore

import (
	"context"
	"time"
)

// A kind is what is swept: a table, its key, and what keeps a row beyond its expiry.
type kind struct{ table, key, unless string }

var kinds = []kind{
	{"sesame_tokens", "digest", ""},
	{"sesame_handles", "digest", ""},
	{"sesame_claims", "key", ""},
	{"sesame_counts", "key", ""},
	{"sesame_counters", "key", ""},
	{"sesame_events", "id", " AND delivery <> 1"},
}

// Sweep implements [store.Sweeper]. It removes only what is this tenant's.
func (s *Store) Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error) {
	err = s.write(ctx, "sweep", func(ctx context.Context, q queries) error {
		removed = 0
		for _, k := range kinds {
			n, err := s.sweepKind(ctx, q, k, micros(now), max(limit, 0))
			if err != nil {
				return err
			}
			removed += n
		}
		// Last, for the tokens and the handles above kept them.
		n, err := s.sweepGrants(ctx, q, micros(now), max(limit, 0))
		removed += n
		return err
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

// expired picks the rows whose time is over, as far as nobody else is at them: the tenant, the time and the limit are its
// arguments.
func (k kind) expired(q queries) string {
	return "SELECT " + k.key + " FROM " + k.table + " WHERE tenant = ? AND expires <> 0 AND expires < ?" + k.unless +
		" ORDER BY expires LIMIT ?" + q.locks.free
}

func (s *Store) sweepKind(ctx context.Context, q queries, k kind, now int64, limit int) (int, error) {
	return q.exec(ctx, "DELETE FROM "+k.table+" WHERE tenant = ? AND "+k.key+q.in(k.expired(q)), s.tenant, s.tenant, now, limit)
}

// grants stay as long as a token or a handle of theirs is there.
var grants = kind{"sesame_grants", "id", ` AND NOT EXISTS (SELECT 1 FROM sesame_tokens t
		WHERE t.tenant = sesame_grants.tenant AND t.grant_id = sesame_grants.id AND t.grant_id <> '')
		AND NOT EXISTS (SELECT 1 FROM sesame_handles h
		WHERE h.tenant = sesame_grants.tenant AND h.grant_id = sesame_grants.id AND h.grant_id <> '')`}

// grantsAtOnce is how many grants are swept at once at most.
const grantsAtOnce = 1000

// sweepGrants locks grants, and then looks once more for what was made under them before they were locked.
func (s *Store) sweepGrants(ctx context.Context, q queries, now int64, limit int) (int, error) {
	ids, err := list(ctx, q, idField, grants.expired(q), s.tenant, now, min(limit, grantsAtOnce))
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	c := among(s.condition(), "id", ids)
	return q.exec(ctx, "DELETE FROM sesame_grants WHERE "+c.text.String()+grants.unless, c.args...)
}
