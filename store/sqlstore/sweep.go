package sqlstore

import (
	"context"
	"time"
)

// kinds are what is swept: each table, its key, and what keeps a row beyond its expiry. Tokens and handles come before the
// grants that they keep.
var kinds = []struct{ table, key, unless string }{
	{"sesame_tokens", "digest", ""},
	{"sesame_handles", "digest", ""},
	{"sesame_grants", "id", ` AND NOT EXISTS (SELECT 1 FROM sesame_tokens t
		WHERE t.tenant = sesame_grants.tenant AND t.grant_id = sesame_grants.id AND t.grant_id <> '')
		AND NOT EXISTS (SELECT 1 FROM sesame_handles h
		WHERE h.tenant = sesame_grants.tenant AND h.grant_id = sesame_grants.id AND h.grant_id <> '')`},
	{"sesame_claims", "key", ""},
	{"sesame_counts", "key", ""},
	{"sesame_counters", "key", ""},
	{"sesame_events", "id", " AND delivery <> 1"},
}

// Sweep implements [store.Sweeper]. It removes only what is this tenant's.
func (s *Store) Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error) {
	err = s.write(ctx, "sweep", func(ctx context.Context, q queries) error {
		for _, k := range kinds {
			n, err := q.exec(ctx, "DELETE FROM "+k.table+" WHERE tenant = ? AND "+k.key+" IN (SELECT "+k.key+" FROM "+k.table+
				" WHERE tenant = ? AND expires <> 0 AND expires < ?"+k.unless+" ORDER BY expires LIMIT ?)",
				s.tenant, s.tenant, micros(now), max(limit, 0))
			if err != nil {
				return err
			}
			removed += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}
