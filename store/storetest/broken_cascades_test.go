package storetest_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenCascades() map[string][]sabotage {
	undead := []sabotage{func(s everything) everything { return remembersAll{s, new(sync.Map)} }}
	ends := []sabotage{
		shrugs("PutTokens", store.ErrNotFound), shrugs("PutGrant", store.ErrNotFound), shrugs("RotateToken", store.ErrNotFound),
	}
	return map[string][]sabotage{
		"DeleteUser removes the account's tokens":                               undead,
		"DeleteUser removes the account's grants":                               undead,
		"DeleteUser removes the account's clients with their grants and tokens": undead,
		"DeleteUser leaves others alone":                                        {func(s everything) everything { return deletesMore{s} }},
		"DeleteUser leaves the events":                                          {func(s everything) everything { return hidesEvents{s, new(sync.Map)} }},
		"DeleteUser ends what could be made":                                    ends,
		"DeleteClient removes its grants":                                       undead,
		"DeleteClient removes its tokens":                                       undead,
		"DeleteClient leaves others alone":                                      {func(s everything) everything { return deletesMore{s} }},
		"DeleteClient ends what could be made":                                  ends,
	}
}

func brokenSweeps() map[string][]sabotage {
	return map[string][]sabotage{
		"Sweep keeps events that wait for their delivery":            {func(s everything) everything { return givesUp{s} }},
		"Sweep keeps a grant as long as a token of it may be":        {func(s everything) everything { return forgetsRevoked{s, new(bool)} }},
		"Sweep keeps a grant as long as a handle of it may be":       {shrugs("AdvanceHandle", store.ErrRevoked)},
		"Sweep keeps what was revoked and replaced until it expires": {func(s everything) everything { return sweepsAhead{s} }},
		"Sweep keeps a counter until the last Until":                 {func(s everything) everything { return firstUntil{s, map[store.Digest]time.Time{}} }},
		"Sweep frees what it removes":                                {func(s everything) everything { return remembersAll{s, new(sync.Map)} }},
	}
}

// remembersAll remembers every client, grant and token, and finds them when they are gone.
type remembersAll struct {
	everything
	all *sync.Map
}

func (s remembersAll) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	for _, t := range tokens {
		s.all.Store(t.Digest, t)
	}
	return s.everything.PutTokens(ctx, tokens, limit, events...)
}

func (s remembersAll) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	found, err := s.everything.LookUpToken(ctx, d)
	if t, known := s.all.Load(d); known && errors.Is(err, store.ErrNotFound) {
		return store.FoundToken{Token: t.(store.Token)}, nil
	}
	return found, err
}

func (s remembersAll) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	s.all.Store(g.ID, g)
	return s.everything.PutGrant(ctx, g, events...)
}

func (s remembersAll) Grant(ctx context.Context, id string) (store.Grant, error) {
	g, err := s.everything.Grant(ctx, id)
	if old, known := s.all.Load(id); known && errors.Is(err, store.ErrNotFound) {
		return old.(store.Grant), nil
	}
	return g, err
}

// deletesMore deletes the clients that a user used, and ends the sessions of a client's owner.
type deletesMore struct{ everything }

func (s deletesMore) DeleteUser(ctx context.Context, id string) error {
	grants, _ := s.Grants(ctx, store.GrantFilter{User: id}, 1000)
	for _, g := range grants {
		s.everything.DeleteClient(ctx, g.Client)
	}
	return s.everything.DeleteUser(ctx, id)
}

func (s deletesMore) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	if c, err := s.Client(ctx, id); err == nil && c.Owner != "" {
		s.RevokeTokens(ctx, store.TokenFilter{User: c.Owner}, time.Now())
	}
	return s.everything.DeleteClient(ctx, id, events...)
}

// hidesEvents hides those of accounts that were deleted.
type hidesEvents struct {
	everything
	deleted *sync.Map
}

func (s hidesEvents) DeleteUser(ctx context.Context, id string) error {
	s.deleted.Store(id, true)
	return s.everything.DeleteUser(ctx, id)
}

func (s hidesEvents) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	if _, deleted := s.deleted.Load(f.User); deleted {
		return nil, nil
	}
	return s.everything.Events(ctx, f, limit)
}

type nullSweeper struct{ everything }

func (s nullSweeper) Sweep(context.Context, time.Time, int) (int, error) { return 0, nil }

func sweepsNothing(string) sabotage { return func(s everything) everything { return nullSweeper{s} } }

type wholeSweeper struct{ everything }

func (s wholeSweeper) Sweep(ctx context.Context, now time.Time, _ int) (int, error) {
	return s.everything.Sweep(ctx, now, 1000)
}

func sweepsAllAtOnce(string) sabotage {
	return func(s everything) everything { return wholeSweeper{s} }
}

type hastySweeper struct{ everything }

func (s hastySweeper) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	return s.everything.Sweep(ctx, now.Add(time.Microsecond), limit)
}

func sweepsTooSoon(string) sabotage { return func(s everything) everything { return hastySweeper{s} } }

// sweepsAhead removes what expires within the next hours.
type sweepsAhead struct{ everything }

func (s sweepsAhead) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	return s.everything.Sweep(ctx, now.Add(2*time.Hour), limit)
}

// givesUp takes what waits for its delivery for delivered.
type givesUp struct{ everything }

func (s givesUp) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	events, _ := s.Events(ctx, store.EventFilter{}, 1000)
	for _, e := range events {
		s.MarkDelivery(ctx, e.ID, e.Delivery, store.Delivery{State: store.DeliveryDone})
	}
	return s.everything.Sweep(ctx, now, limit)
}

// forgetsRevoked forgets which grants were revoked when it sweeps.
type forgetsRevoked struct {
	everything
	swept *bool
}

func (s forgetsRevoked) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	*s.swept = true
	return s.everything.Sweep(ctx, now, limit)
}

func (s forgetsRevoked) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	f.GrantRevoked = f.GrantRevoked && !*s.swept
	return f, err
}

// firstUntil keeps a counter as long as the first addition said.
type firstUntil struct {
	everything
	until map[store.Digest]time.Time
}

func (s firstUntil) Add(ctx context.Context, counts []store.Count) error {
	for i, c := range counts {
		if _, known := s.until[c.Key]; !known {
			s.until[c.Key] = c.Until
		}
		counts[i].Until = s.until[c.Key]
	}
	return s.everything.Add(ctx, counts)
}
