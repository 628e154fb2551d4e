package redisstore

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
)

// Sessions is a store.Tokens that keeps the sign-in sessions of browsers in Redis, and all other tokens in another one. It is
// safe for concurrent use.
//
// A session in Redis is of kind store.Session, has an account, and neither a client, a grant nor a successor. Its account's state is asked
// of a store.Users at each look-up. Where a server may have forgotten something, a revocation among it, the sessions that it
// had ended: their accounts sign in again. A session without an expiry is kept for a century. Events go to the other store; one
// that fails takes the session back.
type Sessions struct {
	store.Tokens
	users             store.Users
	store             *Store
	put, list, change *redis.Script
}

var _ interface {
	store.Tokens
	store.TokenUses
} = (*Sessions)(nil)

// NewSessions returns sessions where s is, which has its client, prefix, tenant and timeout; others has all other tokens, and
// users the accounts.
func NewSessions(s *Store, others store.Tokens, users store.Users) (*Sessions, error) {
	if s == nil || others == nil || users == nil {
		return nil, errors.New("redisstore: sessions need a store, the other tokens and the accounts")
	}
	script := func(source string) *redis.Script { return redis.NewScript(history + sessionSource + source) }
	return &Sessions{
		Tokens: others, users: users, store: s,
		put: script(sessionPutSource), list: script(sessionListSource), change: script(sessionChangeSource),
	}, nil
}

// isOurs says whether a token is kept in Redis.
func isOurs(t store.Token) bool {
	return t.Kind == store.Session && t.User != "" && t.Client == "" && t.Grant == "" && t.Successor == store.Digest{}
}

// LookUpToken implements [store.Tokens]: two round trips to Redis and one for the account; what is not there is looked up
// among the other tokens.
func (s *Sessions) LookUpToken(ctx context.Context, d store.Digest) (found store.FoundToken, err error) {
	user, err := s.accountOf(ctx, "session", d)
	if errors.Is(err, store.ErrNotFound) {
		return s.Tokens.LookUpToken(ctx, d)
	}
	if err != nil {
		return found, err
	}
	sessions, err := s.read(ctx, user, d[:])
	if err != nil {
		return found, err
	}
	if len(sessions) == 0 {
		return found, store.ErrNotFound
	}
	account, err := s.users.UserByID(ctx, user)
	if err != nil {
		return found, err
	}
	account.Password = store.Password{}
	return store.FoundToken{Token: sessions[0], User: account}, nil
}

// PutTokens implements [store.Tokens].
func (s *Sessions) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	ours, others := split(tokens)
	for i, t := range ours {
		if err := s.add(ctx, t, limit); err != nil {
			s.takeBack(ctx, ours[:i])
			return err
		}
	}
	if len(others) == 0 && len(events) == 0 && len(ours) > 0 {
		return nil
	}
	err := s.Tokens.PutTokens(ctx, others, limit, events...)
	if err != nil {
		s.takeBack(ctx, ours)
	}
	return err
}

func split(tokens []store.Token) (ours, others []store.Token) {
	for _, t := range tokens {
		if isOurs(t) {
			ours = append(ours, t)
		} else {
			others = append(others, t)
		}
	}
	return ours, others
}

// add puts one session. The pointers come first, so that whatever is in the account's hash can be found.
func (s *Sessions) add(ctx context.Context, t store.Token, limit int) error {
	if _, err := s.users.UserByID(ctx, t.User); err != nil {
		return err
	}
	text, err := encodeSession(t)
	if err != nil {
		return err
	}
	end := time.UnixMilli(counterEnd(t.Expires))
	pointers := []string{s.pointer("session", t.Digest), s.pointer("session ID", store.DigestOf(t.ID))}
	for i, key := range pointers {
		free, err := s.point(ctx, key, t.User, end)
		if err == nil && !free {
			err = store.ErrExists
		}
		if err != nil {
			s.remove(ctx, pointers[:i])
			return err
		}
	}
	answer, err := s.runFor(ctx, "put session", s.put, t.User, t.Digest[:], microsOf(t.Revoked), microsOf(t.LastUsed),
		microsOf(t.Expires), text, t.Created.UnixMicro(), limit, end.UnixMilli())
	if err == nil && answer == "full" {
		err = store.ErrFull
	}
	if err != nil {
		s.takeBack(ctx, []store.Token{t})
	}
	return err
}

// takeBack removes sessions whose digests nobody was told.
func (s *Sessions) takeBack(ctx context.Context, sessions []store.Token) {
	for _, t := range sessions {
		s.remove(ctx, []string{s.pointer("session", t.Digest), s.pointer("session ID", store.DigestOf(t.ID))})
		s.forget(ctx, t)
	}
}

// RevokeTokens implements [store.Tokens].
func (s *Sessions) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	if !mayPick(f) {
		return s.Tokens.RevokeTokens(ctx, f, at, events...)
	}
	ended, err := s.revoke(ctx, f, at)
	if err != nil {
		return 0, err
	}
	n, err := s.Tokens.RevokeTokens(ctx, f, at, events...)
	if err == nil && n == 0 && ended > 0 && len(events) > 0 {
		err = s.Tokens.PutTokens(ctx, nil, 0, events...)
	}
	if err != nil {
		return 0, err
	}
	return ended + n, nil
}

// mayPick says whether f can pick a session that is here.
func mayPick(f store.TokenFilter) bool {
	named := f.User != "" || f.ID != "" || f.Digest != (store.Digest{})
	return named && f.Client == "" && f.Grant == "" && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, store.Session))
}

func (s *Sessions) revoke(ctx context.Context, f store.TokenFilter, at time.Time) (int, error) {
	if at.IsZero() {
		return 0, errors.New("redisstore: a revocation needs its time")
	}
	sessions, err := s.picked(ctx, f)
	if err != nil || len(sessions) == 0 {
		return 0, err
	}
	args := []any{microsOf(at), 0}
	for _, t := range sessions {
		args = append(args, t.Digest[:])
	}
	answer, err := s.runFor(ctx, "revoke sessions", s.change, sessions[0].User, args...)
	ended, _ := answer.(int64)
	return int(ended), err
}

// RecordUses implements [store.TokenUses]; those of other tokens are recorded where their store does.
func (s *Sessions) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	others := map[store.Digest]time.Time{}
	for d, at := range lastUsed {
		user, err := s.accountOf(ctx, "session", d)
		if errors.Is(err, store.ErrNotFound) {
			others[d] = at
			continue
		}
		if err == nil {
			_, err = s.runFor(ctx, "record use", s.change, user, 0, microsOf(at), d[:])
		}
		if err != nil {
			return err
		}
	}
	if uses, ok := s.Tokens.(store.TokenUses); ok && len(others) > 0 {
		return uses.RecordUses(ctx, others)
	}
	return nil
}
