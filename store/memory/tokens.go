package memory

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

var errNoSuccessor = errors.New("memory: a rotation needs a token that takes the old one's place")

// PutTokens implements store.Tokens. A token without a user counts towards no limit.
func (s *Store) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	if err := s.events.admit(events); err != nil {
		return err
	}
	if err := s.addTokens(tokens, limit); err != nil {
		return err
	}
	s.events.add(events)
	return nil
}

// RotateToken implements store.Tokens.
func (s *Store) RotateToken(ctx context.Context, old store.Digest, oldExpires time.Time, next []store.Token, events ...store.Event) error {
	if err := alive(ctx); err != nil {
		return err
	}
	if len(next) == 0 {
		return errNoSuccessor
	}
	s.lock()
	defer s.unlock()
	number := s.tokens.find(&old)
	if err := s.checkRotation(number); err != nil {
		return err
	}
	if err := s.events.admit(events); err != nil {
		return err
	}
	if err := s.addTokens(next, 0); err != nil {
		return err
	}
	s.tokens.replace(number, next[0].Digest, momentOf(oldExpires))
	s.events.add(events)
	return nil
}

// RecordUses implements store.TokenUses.
func (s *Store) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	if err := alive(ctx); err != nil {
		return err
	}
	s.mu.Lock() // but readers need not look again: each use is one word
	defer s.mu.Unlock()
	for d, at := range lastUsed {
		if r := s.tokens.record(s.tokens.find(&d)); r != nil && momentOf(at) > r.moment(lastUsedWord) {
			r.setTime(lastUsedWord, at)
		}
	}
	return nil
}

func (s *Store) checkRotation(number uint32) error {
	if number == 0 {
		return store.ErrNotFound
	}
	r := s.tokens.record(number)
	if r.moment(revokedWord) != 0 || s.families.numbered(r.family()).grant.revoked() {
		return store.ErrRevoked
	}
	if !s.tokens.live(number) {
		return store.ErrUsed
	}
	return nil
}

// addTokens adds all or none.
func (s *Store) addTokens(tokens []store.Token, limit int) error {
	for i := range tokens {
		if err := s.addToken(&tokens[i], limit); err != nil {
			for j := range i {
				s.deleteToken(s.tokens.find(&tokens[j].Digest))
			}
			return err
		}
	}
	return nil
}

func (s *Store) addToken(t *store.Token, limit int) error {
	if s.tokens.find(&t.Digest) != 0 || s.tokens.findID(t.ID) != 0 {
		return store.ErrExists
	}
	if err := s.checkParents(t); err != nil {
		return err
	}
	if limit > 0 && t.User != "" && s.countLive(t) >= limit {
		return store.ErrFull
	}
	f := s.families.of(t.Kind, s.account(t.User), s.app(t.Client), s.consent(t.Grant), s.families.termsOf(t))
	s.tokens.insert(t, f)
	return nil
}

// checkParents says whether what a token would belong to is there.
func (s *Store) checkParents(t *store.Token) error {
	if s.consents.get(t.Grant).revoked() {
		return store.ErrRevoked
	}
	if !s.knowsUser(t.User) || !s.knowsClient(t.Client) || !s.knowsGrant(t.Grant) {
		return store.ErrNotFound
	}
	return nil
}

// countLive counts the tokens of t's user and kind that are neither revoked nor replaced nor expired when t is made.
func (s *Store) countLive(t *store.Token) (n int) {
	now := momentOf(t.Created)
	for f := range relatives(s.accounts.get(t.User).kinship()) {
		if f.kind != t.Kind {
			continue
		}
		for number := range s.tokens.members(f) {
			expires := s.tokens.record(number).moment(expiresWord)
			if s.tokens.live(number) && (expires == 0 || expires > now) {
				n++
			}
		}
	}
	return n
}

// deleteToken forgets a token, and what nothing else needs.
func (s *Store) deleteToken(number uint32) {
	f := s.families.numbered(s.tokens.record(number).family())
	s.tokens.delete(number, f)
	if f.newest != 0 {
		return
	}
	s.families.drop(f)
	s.tidyAccount(f.user)
	s.tidyApp(f.client)
	s.tidyConsent(f.grant)
}

func (s *Store) deleteFamily(f *family) {
	for number := range s.tokens.members(f) {
		s.deleteToken(number)
	}
}
