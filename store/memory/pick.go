package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// RevokeTokens implements store.Tokens.
func (s *Store) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	if err := alive(ctx); err != nil {
		return 0, err
	}
	if at.IsZero() {
		return 0, errNoTime
	}
	s.lock()
	defer s.unlock()
	picked, err := s.pick(f)
	if err != nil {
		return 0, err
	}
	picked = slices.DeleteFunc(picked, func(number uint32) bool {
		return s.tokens.record(number).moment(revokedWord) != 0
	})
	if len(picked) == 0 {
		return 0, nil
	}
	if err := s.events.admit(events); err != nil {
		return 0, err
	}
	for _, number := range picked {
		s.tokens.record(number).setTime(revokedWord, at)
	}
	s.events.add(events)
	return len(picked), nil
}

// ListTokens implements store.Tokens. After a token that is gone there is nothing.
func (s *Store) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	picked, err := s.pick(f)
	if err != nil {
		return nil, err
	}
	if after != "" {
		last := s.tokens.findID(after)
		picked = slices.DeleteFunc(picked, func(number uint32) bool {
			return last == 0 || s.tokens.newestFirst(number, last) <= 0
		})
	}
	slices.SortFunc(picked, s.tokens.newestFirst)
	picked = picked[:min(len(picked), max(limit, 0))]
	list := make([]store.Token, len(picked))
	for i, number := range picked {
		var seen sighting
		s.see(number, &seen)
		seen.describe(&list[i])
	}
	return list, nil
}

// pick returns the numbers of the tokens that f picks.
func (s *Store) pick(f store.TokenFilter) ([]uint32, error) {
	candidates, err := s.candidates(f)
	if err != nil {
		return nil, err
	}
	var picked []uint32
	for number := range candidates {
		if number != 0 && s.matches(f, number) {
			picked = append(picked, number)
		}
	}
	return picked, nil
}

// candidates are the fewest tokens that we know to hold all that f picks.
func (s *Store) candidates(f store.TokenFilter) (iter.Seq[uint32], error) {
	switch {
	case f.Digest != store.Digest{}:
		return slices.Values([]uint32{s.tokens.find(&f.Digest)}), nil
	case f.ID != "":
		return slices.Values([]uint32{s.tokens.findID(f.ID)}), nil
	case f.Grant != "":
		return s.allOf(s.consents.get(f.Grant).kinship()), nil
	case f.User != "":
		return s.allOf(s.accounts.get(f.User).kinship()), nil
	case f.Client != "":
		return s.allOf(s.apps.get(f.Client).kinship()), nil
	}
	return nil, errNoFilter
}

// allOf are the tokens of the families in a list.
func (s *Store) allOf(head *family, list int) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for f := range relatives(head, list) {
			for number := range s.tokens.members(f) {
				if !yield(number) {
					return
				}
			}
		}
	}
}

func (s *Store) matches(f store.TokenFilter, number uint32) bool {
	r := s.tokens.record(number)
	kin := s.families.numbered(r.family())
	return (f.User == "" || kin.user != nil && kin.user.id == f.User) &&
		(f.Client == "" || kin.client != nil && kin.client.id == f.Client) &&
		(f.Grant == "" || kin.grant != nil && kin.grant.id == f.Grant) &&
		(len(f.Kinds) == 0 || slices.Contains(f.Kinds, kin.kind)) &&
		(f.ID == "" || s.tokens.id(number) == f.ID) &&
		(f.Digest == store.Digest{} || r.hasDigest(&f.Digest)) &&
		(f.Except == store.Digest{} || !r.hasDigest(&f.Except)) &&
		(!f.Live || s.tokens.live(number))
}

// newestFirst compares two tokens by when they were made, and by ID where that is the same time.
func (t *table) newestFirst(a, b uint32) int {
	return cmp.Or(
		cmp.Compare(t.record(b).moment(createdWord), t.record(a).moment(createdWord)),
		cmp.Compare(t.id(b), t.id(a)),
	)
}
