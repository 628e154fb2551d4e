package storetest_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenTokens() map[string][]sabotage {
	taken, gone := shrugs("PutTokens", store.ErrExists), shrugs("PutTokens", store.ErrNotFound)
	return map[string][]sabotage{
		"PutTokens adds all or none":                                {func(s everything) everything { return putsOneByOne{s} }},
		"PutTokens refuses a digest that is taken":                  {taken},
		"PutTokens refuses an ID that is taken":                     {taken},
		"PutTokens refuses two of one ID at once":                   {taken, func(s everything) everything { return putsOneByOne{s} }},
		"PutTokens refuses an account that is not there":            {gone},
		"PutTokens refuses a client that is not there":              {gone},
		"PutTokens refuses a grant that is not there":               {gone},
		"PutTokens stops at the limit":                              {limits(func(l int) int { return l + 1 }), limits(func(l int) int { return l - 1 })},
		"PutTokens counts a batch against the limit":                {func(s everything) everything { return putsOneByOne{s} }, limits(func(int) int { return 0 })},
		"PutTokens without a limit has none":                        {limits(func(l int) int { return max(l, 1) })},
		"PutTokens counts each account's tokens of each kind apart": {countsFirst(store.TokenFilter{Live: true})},
		"PutTokens does not count what has ended":                   {countsFirst(store.TokenFilter{Kinds: []store.TokenKind{store.DeveloperToken}})},

		"RotateToken gives a successor and an end":   {func(s everything) everything { return keepsEnd{s} }, func(s everything) everything { return lastSucceeds{s} }},
		"RotateToken works once":                     {shrugs("RotateToken", store.ErrUsed)},
		"RotateToken refuses a revoked token":        {shrugs("RotateToken", store.ErrRevoked)},
		"RotateToken adds all or none":               {func(s everything) everything { return addsBeforeRotating{s} }},
		"RotateToken refuses what belongs to nobody": {shrugs("RotateToken", store.ErrNotFound)},

		"RevokeTokens ends what the filter picks":           {tokenFilter(anyClient), tokenFilter(anyKind), tokenFilter(noException)},
		"RevokeTokens says how many it ended":               {func(s everything) everything { return countsAll{s} }},
		"RevokeTokens keeps the time of an earlier end":     {func(s everything) everything { return lastEnd{s, new(time.Time)} }},
		"RevokeTokens refuses a filter for nobody's tokens": {lenient("RevokeTokens")},

		"ListTokens picks what the filter says": {tokenFilter(anyClient), tokenFilter(anyKind), tokenFilter(noException)},
		"ListTokens picks the dead too, unless they are left out": {
			tokenFilter(func(f *store.TokenFilter) { f.Live = false }), tokenFilter(func(f *store.TokenFilter) { f.Live = true }),
		},
		"ListTokens lists the newest first, at most limit":  {func(s everything) everything { return oldestFirst{s} }, func(s everything) everything { return oneMore{s} }},
		"ListTokens turns pages":                            {func(s everything) everything { return firstPage{s} }},
		"ListTokens turns pages among tokens of one moment": {func(s everything) everything { return pagesByTime{s} }},
		"ListTokens turns pages while tokens come and end":  {func(s everything) everything { return pagesOfPicked{s} }},
		"ListTokens lists whole records":                    {finds("ListTokens", func(t *store.Token) { t.Networks = nil })},
		"ListTokens refuses a filter for nobody's tokens":   {lenient("ListTokens")},

		"RecordUses moves the last use forward, never back": {usedAt(func(last, _ map[store.Digest]time.Time, d store.Digest) time.Time { return last[d] })},
		"RecordUses passes over tokens that are gone":       {func(s everything) everything { return findsEachUsed{s} }},
		"RecordUses takes thousands at once":                {func(s everything) everything { return fewUses{s} }},
		"RecordUses changes nothing else": {usedAt(func(last, _ map[store.Digest]time.Time, _ store.Digest) time.Time {
			for _, at := range last {
				return at
			}
			return time.Time{}
		})},
		"RecordUses keeps no reference to its map": {usedAt(func(_, given map[store.Digest]time.Time, d store.Digest) time.Time { return given[d] })},
	}
}

func brokenTokenRaces() map[string][]sabotage {
	looks := []sabotage{func(s everything) everything { return looksThenPuts{s} }}
	return map[string][]sabotage{
		"PutTokens and RevokeGrants at once leave no live token":   looks,
		"RotateToken and RevokeGrants at once leave no live token": looks,
		"PutTokens and DeleteUser at once leave no token":          looks,
		"PutTokens and DeleteClient at once leave no token":        looks,
		"PutGrant and DeleteUser at once leave no grant":           looks,
		"PutGrant and DeleteClient at once leave no grant":         looks,
		"PutTokens never passes the limit":                         {func(s everything) everything { return crowdedPut{s, new(atomic.Int32)} }},
		"RevokeTokens counts each token once":                      {func(s everything) everything { return crowdedRevoke{s} }},
		"All methods work while others are at work": {
			failsInCrowds("PutTokens", errors.New("database is locked")), failsInCrowds("AppendEvents", errors.New("database is locked")),
		},
	}
}

type putsOneByOne struct{ everything }

func (s putsOneByOne) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	for _, t := range tokens {
		if err := s.everything.PutTokens(ctx, []store.Token{t}, limit, events...); err != nil {
			return err
		}
	}
	return nil
}

type otherLimit struct {
	everything
	change func(int) int
}

func limits(change func(int) int) sabotage {
	return func(s everything) everything { return otherLimit{s, change} }
}

func (s otherLimit) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	return s.everything.PutTokens(ctx, tokens, s.change(limit), events...)
}

// countsFirstStore counts what a filter picks of the account's tokens before it puts.
type countsFirstStore struct {
	everything
	filter store.TokenFilter
}

func countsFirst(f store.TokenFilter) sabotage {
	return func(s everything) everything { return countsFirstStore{s, f} }
}

func (s countsFirstStore) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	s.filter.User = tokens[0].User
	if have, err := s.ListTokens(ctx, s.filter, "", 100); err == nil && limit > 0 && len(have)+len(tokens) > limit {
		return store.ErrFull
	}
	return s.everything.PutTokens(ctx, tokens, 0, events...)
}

type keepsEnd struct{ everything }

func (s keepsEnd) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	if found, err := s.LookUpToken(ctx, old); err == nil {
		end = found.Token.Expires
	}
	return s.everything.RotateToken(ctx, old, end, next, events...)
}

type lastSucceeds struct{ everything }

func (s lastSucceeds) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	return s.everything.RotateToken(ctx, old, end, reversed(next), events...)
}

type addsBeforeRotating struct{ everything }

func (s addsBeforeRotating) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	err := s.everything.RotateToken(ctx, old, end, next, events...)
	if errors.Is(err, store.ErrExists) {
		s.PutTokens(ctx, next[:1], 0)
	}
	return err
}

type changedTokenFilter struct {
	everything
	change func(*store.TokenFilter)
}

func tokenFilter(change func(*store.TokenFilter)) sabotage {
	return func(s everything) everything { return changedTokenFilter{s, change} }
}

func (s changedTokenFilter) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	s.change(&f)
	return s.everything.RevokeTokens(ctx, f, at, events...)
}

func (s changedTokenFilter) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	s.change(&f)
	return s.everything.ListTokens(ctx, f, after, limit)
}

func anyClient(f *store.TokenFilter) {
	if f.User != "" {
		f.Client = ""
	}
}

func anyKind(f *store.TokenFilter) { f.Kinds = nil }

func noException(f *store.TokenFilter) { f.Except = store.Digest{} }

type firstPage struct{ everything }

func (s firstPage) ListTokens(ctx context.Context, f store.TokenFilter, _ string, limit int) ([]store.Token, error) {
	return s.everything.ListTokens(ctx, f, "", limit)
}

// pagesByTime begins a page with the tokens that are older than the one before.
type pagesByTime struct{ everything }

func (s pagesByTime) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	last, err := s.everything.ListTokens(ctx, store.TokenFilter{ID: after}, "", 1)
	if after == "" || err != nil || len(last) == 0 {
		return s.everything.ListTokens(ctx, f, after, limit)
	}
	all, err := s.everything.ListTokens(ctx, f, "", 1000)
	all = slices.DeleteFunc(slices.Clone(all), func(t store.Token) bool { return !t.Created.Before(last[0].Created) })
	return all[:min(limit, len(all))], err
}

// pagesOfPicked finds the place of a page only while the token before it is picked as well.
type pagesOfPicked struct{ everything }

func (s pagesOfPicked) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	all, err := s.everything.ListTokens(ctx, f, "", 1000)
	if after != "" && !slices.ContainsFunc(all, func(t store.Token) bool { return t.ID == after }) {
		return nil, err
	}
	return s.everything.ListTokens(ctx, f, after, limit)
}

// usesStore says of a look-up when the token was last used as what was recorded last and the map that was given say.
type usesStore struct {
	everything
	last, given *map[store.Digest]time.Time
	at          func(last, given map[store.Digest]time.Time, d store.Digest) time.Time
}

func usedAt(at func(last, given map[store.Digest]time.Time, d store.Digest) time.Time) sabotage {
	return func(s everything) everything {
		return usesStore{s, new(map[store.Digest]time.Time), new(map[store.Digest]time.Time), at}
	}
}

func (s usesStore) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	*s.last, *s.given = maps.Clone(lastUsed), lastUsed
	return s.everything.RecordUses(ctx, lastUsed)
}

func (s usesStore) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	f.Token.LastUsed = s.at(*s.last, *s.given, d)
	return f, err
}

type findsEachUsed struct{ everything }

func (s findsEachUsed) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	for d := range lastUsed {
		if _, err := s.LookUpToken(ctx, d); err != nil {
			return err
		}
	}
	return s.everything.RecordUses(ctx, lastUsed)
}

type fewUses struct{ everything }

func (s fewUses) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	if len(lastUsed) > 999 {
		return errors.New("too many SQL variables")
	}
	return s.everything.RecordUses(ctx, lastUsed)
}
