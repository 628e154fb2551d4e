package sqlstore

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

const tokenColumns = "digest, id, kind, user_id, client_id, grant_id, scopes, all_scopes, audience, networks, methods, " +
	"description, hint, sealed, note, auth_time, acr, created, expires, last_used, revoked, successor, confirmation"

func tokenFields(t *store.Token) []any {
	return []any{
		digest{&t.Digest}, &t.ID, &t.Kind, &t.User, &t.Client, &t.Grant, texts(&t.Scopes), &t.AllScopes, texts(&t.Audience),
		document[[]netip.Prefix]{&t.Networks}, texts(&t.Methods), &t.Description, &t.Hint, &t.Sealed, &t.Note,
		moment{&t.AuthTime}, &t.ACR, moment{&t.Created}, moment{&t.Expires}, moment{&t.LastUsed}, moment{&t.Revoked},
		digestOrNone{&t.Successor}, &t.Confirmation,
	}
}

// live is what [store.TokenFilter]'s Live asks for.
const live = "revoked = 0 AND successor IS NULL"

// tokensThat is what f picks, live or not.
func (s *Store) tokensThat(f store.TokenFilter) (*condition, error) {
	if f.ID == "" && f.User == "" && f.Client == "" && f.Grant == "" && f.Digest == (store.Digest{}) {
		return nil, errPicksAll
	}
	c := s.condition().equal("id", f.ID).equal("user_id", f.User).equal("client_id", f.Client).equal("grant_id", f.Grant)
	if f.Digest != (store.Digest{}) {
		c.and("digest = ?", f.Digest[:])
	}
	if f.Except != (store.Digest{}) {
		c.and("digest <> ?", f.Except[:])
	}
	return among(c, "kind", f.Kinds), nil
}

// PutTokens implements [store.Tokens].
func (s *Store) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	return s.write(ctx, "put tokens", func(ctx context.Context, q queries) error {
		if err := s.lockLimits(ctx, q, tokens, limit); err != nil {
			return err
		}
		if err := s.checkParents(ctx, q, parentsOf(tokens)); err != nil {
			return err
		}
		if err := s.putTokens(ctx, q, tokens); err != nil {
			return err
		}
		for _, t := range tokens {
			if err := s.checkLimit(ctx, q, t, limit); err != nil {
				return err
			}
		}
		return s.appendEvents(ctx, q, events)
	})
}

func (s *Store) putTokens(ctx context.Context, q queries, tokens []store.Token) error {
	for _, t := range tokens {
		err := q.must(ctx, store.ErrExists, insert("sesame_tokens", tokenColumns), append([]any{s.tenant}, tokenFields(&t)...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// lockLimits makes all others who count the same accounts' tokens wait: none of them sees what the others are about to add.
func (s *Store) lockLimits(ctx context.Context, q queries, tokens []store.Token, limit int) error {
	if q.lockLimit == "" || limit <= 0 {
		return nil
	}
	var keys []int64
	for _, user := range named(parentsOf(tokens).users) {
		keys = append(keys, s.limitKey(user))
	}
	slices.Sort(keys)
	for _, key := range keys {
		if _, err := q.exec(ctx, q.lockLimit, key); err != nil {
			return err
		}
	}
	return nil
}

// checkLimit looks at t's account after t was put; the transaction is taken back where that was one too many.
func (s *Store) checkLimit(ctx context.Context, q queries, t store.Token, limit int) error {
	if limit <= 0 || t.User == "" {
		return nil
	}
	var count int
	err := q.get(ctx, `SELECT COUNT(*) FROM sesame_tokens WHERE tenant = ? AND user_id = ? AND user_id <> '' AND kind = ?
		AND revoked = 0 AND successor IS NULL AND (expires = 0 OR expires > ?)`,
		[]any{s.tenant, t.User, t.Kind, micros(t.Created)}, &count)
	if err == nil && count > limit {
		return store.ErrFull
	}
	return err
}

// RotateToken implements [store.Tokens].
func (s *Store) RotateToken(
	ctx context.Context, old store.Digest, oldExpires time.Time, next []store.Token, events ...store.Event,
) error {
	return s.write(ctx, "rotate token", func(ctx context.Context, q queries) error {
		if len(next) == 0 {
			return errors.New("a rotation needs a successor")
		}
		if err := s.checkRotation(ctx, q, old, next); err != nil {
			return err
		}
		_, err := q.exec(ctx, "UPDATE sesame_tokens SET expires = ?, successor = ? WHERE tenant = ? AND digest = ?",
			micros(oldExpires), next[0].Digest[:], s.tenant, old[:])
		if err != nil {
			return err
		}
		if err := s.putTokens(ctx, q, next); err != nil {
			return err
		}
		return s.appendEvents(ctx, q, events)
	})
}

// checkRotation sees to it that the token lives and that next may be made, and keeps it so until the transaction ends.
func (s *Store) checkRotation(ctx context.Context, q queries, old store.Digest, next []store.Token) error {
	var t store.Token
	key := []any{s.tenant, old[:]}
	if err := q.get(ctx, "SELECT grant_id FROM sesame_tokens WHERE tenant = ? AND digest = ?", key, &t.Grant); err != nil {
		return err
	}
	p := parentsOf(next)
	p.grants = append(p.grants, t.Grant)
	refused := s.checkParents(ctx, q, p)
	if refused != nil && !slices.Contains(facts, refused) {
		return refused
	}
	err := q.get(ctx, "SELECT revoked, successor FROM sesame_tokens WHERE tenant = ? AND digest = ?"+q.locks.change,
		key, moment{&t.Revoked}, digestOrNone{&t.Successor})
	switch {
	case err != nil:
		return err
	case !t.Revoked.IsZero():
		return store.ErrRevoked
	case refused != nil:
		return refused
	case t.Successor != (store.Digest{}):
		return store.ErrUsed
	}
	return nil
}

// RevokeTokens implements [store.Tokens].
func (s *Store) RevokeTokens(
	ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event,
) (ended int, err error) {
	err = s.write(ctx, "revoke tokens", func(ctx context.Context, q queries) error {
		c, err := s.tokensThat(f)
		if err != nil {
			return err
		}
		if at.IsZero() {
			return errNoTime
		}
		if err := s.holdTokens(ctx, q, c.and("revoked = 0")); err != nil {
			return err
		}
		if f.Live {
			c.and(live)
		}
		query, args := q.each(c, "sesame_tokens", "digest", q.locks.change, "UPDATE sesame_tokens SET revoked = ?", micros(at))
		ended, err = q.exec(ctx, query, args...)
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

// holdTokens locks what c picks so that none of it can be replaced any more. A token that was being replaced has a successor
// when its lock is had, which only the next look sees: it looks until there are no more.
func (s *Store) holdTokens(ctx context.Context, q queries, c *condition) error {
	if q.locks.change == "" {
		return nil
	}
	for held, before := -1, -2; held != before; {
		before = held
		err := q.get(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM sesame_tokens WHERE "+c.text.String()+
			" ORDER BY digest"+q.locks.change+") AS held", c.args, &held)
		if err != nil {
			return err
		}
	}
	return nil
}

// ListTokens implements [store.Tokens].
func (s *Store) ListTokens(
	ctx context.Context, f store.TokenFilter, after string, limit int,
) (tokens []store.Token, err error) {
	err = s.read(ctx, "list tokens", func(ctx context.Context, q queries) error {
		c, err := s.tokensThat(f)
		if err != nil {
			return err
		}
		if f.Live {
			c.and(live)
		}
		if after != "" {
			c.and("(created, id) < (SELECT created, id FROM sesame_tokens WHERE tenant = ? AND id = ?)", s.tenant, after)
		}
		tokens, err = list(ctx, q, tokenFields, "SELECT "+tokenColumns+" FROM sesame_tokens WHERE "+c.text.String()+
			" ORDER BY created DESC, id DESC LIMIT ?", append(c.args, max(limit, 0))...)
		return err
	})
	return tokens, err
}
