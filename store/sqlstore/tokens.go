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
		successor{&t.Successor}, &t.Confirmation,
	}
}

// tokensThat is what f picks.
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
	if f.Live {
		c.and("revoked = 0 AND successor IS NULL")
	}
	return among(c, "kind", f.Kinds), nil
}

// PutTokens implements [store.Tokens].
func (s *Store) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	return s.write(ctx, "put tokens", func(ctx context.Context, q queries) error {
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
		if err := s.checkParents(ctx, q, t.User, t.Client, t.Grant); err != nil {
			return err
		}
		err := q.must(ctx, store.ErrExists, insert("sesame_tokens", tokenColumns), append([]any{s.tenant}, tokenFields(&t)...)...)
		if err != nil {
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
		if err := s.checkRotation(ctx, q, old); err != nil {
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

// checkRotation sees to it that the token lives, and keeps it so until the transaction ends.
func (s *Store) checkRotation(ctx context.Context, q queries, old store.Digest) error {
	var t store.Token
	err := q.get(ctx, "SELECT grant_id, revoked, successor FROM sesame_tokens WHERE tenant = ? AND digest = ?"+q.lockRow,
		[]any{s.tenant, old[:]}, &t.Grant, moment{&t.Revoked}, successor{&t.Successor})
	switch {
	case err != nil:
		return err
	case !t.Revoked.IsZero():
		return store.ErrRevoked
	}
	if err := s.checkGrant(ctx, q, t.Grant); err != nil {
		return err
	}
	if t.Successor != (store.Digest{}) {
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
		ended, err = q.exec(ctx, "UPDATE sesame_tokens SET revoked = ? WHERE revoked = 0 AND "+c.text.String(),
			append([]any{micros(at)}, c.args...)...)
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

// ListTokens implements [store.Tokens].
func (s *Store) ListTokens(
	ctx context.Context, f store.TokenFilter, after string, limit int,
) (tokens []store.Token, err error) {
	err = s.read(ctx, "list tokens", func(ctx context.Context, q queries) error {
		c, err := s.tokensThat(f)
		if err != nil {
			return err
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

// RecordUses implements [store.TokenUses].
func (s *Store) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	digests := make([]store.Digest, 0, len(lastUsed))
	for d := range lastUsed {
		digests = append(digests, d)
	}
	// In one order everywhere: transactions that lock rows then wait for one another and never in a circle.
	slices.SortFunc(digests, func(a, b store.Digest) int { return slices.Compare(a[:], b[:]) })
	return s.write(ctx, "record uses", func(ctx context.Context, q queries) error {
		for _, d := range digests {
			at := micros(lastUsed[d])
			_, err := q.exec(ctx, "UPDATE sesame_tokens SET last_used = ? WHERE tenant = ? AND digest = ? AND last_used < ?",
				at, s.tenant, d[:], at)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
