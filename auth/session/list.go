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
	current, _, err := s.sort(ctx, userID)
	if limit > 0 && len(current) > limit {
		current = current[:limit]
	}
	return current, err
}

// sort tells the account's sessions that count from those that nobody used for too long, each the newest first.
func (s *Sessions) sort(ctx context.Context, userID string) (current, over []store.Token, err error) {
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

// put stores a session. Where the account has as many as it may have, the oldest make room.
func (s *Sessions) put(ctx context.Context, session store.Token, events []store.Event) error {
	err := s.tryPut(ctx, session, events)
	for range 3 { // others may take the room that was made
		if !errors.Is(err, store.ErrFull) {
			break
		}
		if err := s.makeRoom(ctx, session.User); err != nil {
			return err
		}
		err = s.tryPut(ctx, session, events)
	}
	if err != nil {
		return autherr.NewUnavailable(err)
	}
	return nil
}

func (s *Sessions) tryPut(ctx context.Context, session store.Token, events []store.Event) error {
	return s.cfg.Tokens.PutTokens(ctx, []store.Token{session}, s.cfg.MaxPerAccount, events...)
}

// makeRoom ends what nobody used for too long, and of the rest the oldest, until there is room for one.
func (s *Sessions) makeRoom(ctx context.Context, userID string) error {
	current, over, err := s.sort(ctx, userID)
	if err != nil {
		return err
	}
	if most := s.cfg.MaxPerAccount - 1; len(current) > most {
		over = append(over, current[most:]...)
	}
	for _, t := range over {
		if err := s.EndOne(ctx, userID, t.ID); err != nil {
			return err
		}
	}
	return nil
}
