package redisstore

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// ListTokens implements [store.Tokens]. A list that has sessions and other tokens is merged of two.
func (s *Sessions) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	if !mayPick(f) {
		return s.Tokens.ListTokens(ctx, f, after, limit)
	}
	last, err := s.place(ctx, after)
	if err != nil {
		return nil, err
	}
	all, err := s.picked(ctx, f)
	if err != nil {
		return nil, err
	}
	others, err := s.others(ctx, f, last, limit)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t store.Token) bool { return last != nil && newestFirst(t, *last) <= 0 })
	all = append(all, others...)
	slices.SortFunc(all, newestFirst)
	return all[:min(len(all), max(limit, 0))], nil
}

func newestFirst(a, b store.Token) int {
	return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
}

// place is the token with this ID, after which a page begins; nil for the first page.
func (s *Sessions) place(ctx context.Context, id string) (*store.Token, error) {
	if id == "" {
		return nil, nil
	}
	found, err := s.picked(ctx, store.TokenFilter{ID: id})
	if err == nil && len(found) == 0 {
		found, err = s.Tokens.ListTokens(ctx, store.TokenFilter{ID: id}, "", 1)
	}
	if err != nil || len(found) == 0 {
		return &store.Token{}, err // after a token that is gone there is nothing
	}
	return &found[0], nil
}

// others are as many of the other tokens that f picks as a page may have, beginning after last.
func (s *Sessions) others(ctx context.Context, f store.TokenFilter, last *store.Token, limit int) (found []store.Token, err error) {
	const page = 100
	for cursor := ""; len(found) < limit; {
		list, err := s.Tokens.ListTokens(ctx, f, cursor, page)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			if last == nil || newestFirst(t, *last) > 0 {
				found = append(found, t)
			}
		}
		if len(list) < page {
			break
		}
		cursor = list[len(list)-1].ID
	}
	return found, nil
}

// picked are the sessions here that f picks, of accounts that are there.
func (s *Sessions) picked(ctx context.Context, f store.TokenFilter) ([]store.Token, error) {
	user, err := s.accountFor(ctx, f)
	if err == nil {
		_, err = s.users.UserByID(ctx, user)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sessions, err := s.read(ctx, user)
	return slices.DeleteFunc(sessions, func(t store.Token) bool { return !picks(f, t) }), err
}

// accountFor is the account whose sessions f picks from.
func (s *Sessions) accountFor(ctx context.Context, f store.TokenFilter) (string, error) {
	switch {
	case f.User != "":
		return f.User, nil
	case f.ID != "":
		return s.accountOf(ctx, "session ID", store.DigestOf(f.ID))
	}
	return s.accountOf(ctx, "session", f.Digest)
}

// picks says whether f, which may pick sessions, picks this one.
func picks(f store.TokenFilter, t store.Token) bool {
	return (f.User == "" || f.User == t.User) && (f.ID == "" || f.ID == t.ID) &&
		(f.Digest == store.Digest{} || f.Digest == t.Digest) && (f.Except == store.Digest{} || f.Except != t.Digest) &&
		(!f.Live || t.Revoked.IsZero() && t.Successor == store.Digest{})
}
