package session

import (
	"context"
	"errors"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// listStep is how many sessions are asked for at a time.
const listStep = 100

// List returns the account's live sessions, the newest first, at most limit. Where limit is 0 it is all of them, as many as
// [Config.MaxPerAccount].
func (s *Sessions) List(ctx context.Context, userID string, limit int) ([]store.Token, error) {
	current, _, err := s.tellApart(ctx, userID)
	if limit > 0 && len(current) > limit {
		current = current[:limit]
	}
	return current, err
}

// tellApart tells the account's sessions that count from those that nobody used for too long, each the newest first.
func (s *Sessions) tellApart(ctx context.Context, userID string) (current, over []store.Token, err error) {
	if userID == "" {
		return nil, nil, nil
	}
	now, filter := s.cfg.Clock(), store.TokenFilter{User: userID, Kinds: []store.TokenKind{store.Session}, Live: true}
	for after := ""; ; {
		list, err := s.cfg.Tokens.ListTokens(ctx, filter, after, listStep)
		if err != nil {
			return nil, nil, autherr.NewUnavailable(err)
		}
		for _, t := range list {
			if s.isCurrent(&t, now) {
				current = append(current, t)
			} else {
				over = append(over, t)
			}
		}
		if len(list) < listStep {
			return current, over, nil
		}
		after = list[len(list)-1].ID
	}
}

// put stores a session. Where the account has as many as it may have it is one too many, of which [Sessions.trim] ends the
// oldest afterwards: callers who made room before would all make the same.
func (s *Sessions) put(ctx context.Context, session store.Token, events []store.Event) (full bool, err error) {
	err = s.cfg.Tokens.PutTokens(ctx, []store.Token{session}, s.cfg.MaxPerAccount, events...)
	if full = errors.Is(err, store.ErrFull); full {
		err = s.cfg.Tokens.PutTokens(ctx, []store.Token{session}, 0, events...)
	}
	if err != nil {
		return full, autherr.NewUnavailable(err)
	}
	return full, nil
}

// trim ends what nobody used for too long, and the oldest of what is more than the account may have.
func (s *Sessions) trim(ctx context.Context, userID string) error {
	current, over, err := s.tellApart(ctx, userID)
	if err != nil {
		return err
	}
	if most := s.cfg.MaxPerAccount; len(current) > most {
		over = append(over, current[most:]...)
	}
	for _, t := range over {
		if err := s.EndOne(ctx, userID, t.ID); err != nil {
			return err
		}
	}
	return nil
}
