package storetest_test

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenLookUps() map[string][]sabotage {
	return map[string][]sabotage{
		"LookUpToken finds by the whole digest": {func(s everything) everything { return nearDigests{s} }},
		"LookUpToken shows the account": {
			finds("LookUpToken", func(f *store.FoundToken) { f.User.Scopes = nil }), finds("LookUpToken", func(f *store.FoundToken) { f.User.State = "" }),
		},
		"LookUpToken shows the client": {
			finds("LookUpToken", func(f *store.FoundToken) { f.Client.Secrets = nil }), finds("LookUpToken", func(f *store.FoundToken) { f.Client.Published = false }),
			finds("LookUpToken", func(f *store.FoundToken) { f.Owner = store.Active }),
		},
		"LookUpToken shows no account and no client where there is none": {
			finds("LookUpToken", func(f *store.FoundToken) { f.User.ID = f.Token.ID }), finds("LookUpToken", func(f *store.FoundToken) { f.Client.ID = f.Token.ID }),
		},
		"LookUpToken shows what an account may do now":                      {remembers(func(now, before *store.FoundToken) { now.User = before.User })},
		"LookUpToken shows what a client may do now":                        {remembers(func(now, before *store.FoundToken) { now.Client = before.Client })},
		"LookUpToken shows the state of the client's owner now":             {remembers(func(now, before *store.FoundToken) { now.Owner = before.Owner })},
		"LookUpToken shows the state of a new owner":                        {remembers(func(now, before *store.FoundToken) { now.Owner = before.Owner })},
		"LookUpToken shows a revoked grant":                                 {neverGrantRevoked, func(s everything) everything { return knowsTheTime{s} }},
		"LookUpToken returns the revoked and the replaced":                  {lookUpFails(func(f store.FoundToken) bool { return !f.Token.Revoked.IsZero() })},
		"LookUpToken returns the expired":                                   {lookUpFails(func(f store.FoundToken) bool { return past(f.Token.Expires) })},
		"PutTokens and RotateToken take what has expired":                   {func(s everything) everything { return judges{s} }},
		"PutTokens takes tokens of the locked and the switched off":         {func(s everything) everything { return judges{s} }},
		"PutTokens and AdvanceHandle take what belongs to an expired grant": {func(s everything) everything { return judges{s} }},
		"Handle returns the expired":                                        {func(s everything) everything { return judges{s} }},
		"Grant and Grants return the expired":                               {func(s everything) everything { return judges{s} }},
		"Events returns the expired":                                        {func(s everything) everything { return judges{s} }},
	}
}

func past(t time.Time) bool { return !t.IsZero() && t.Before(time.Now()) }

// nearDigests takes the first bits of a digest for all.
type nearDigests struct{ everything }

func (s nearDigests) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	found, err := s.everything.LookUpToken(ctx, d)
	if errors.Is(err, store.ErrNotFound) {
		d[31] ^= 1
		return s.everything.LookUpToken(ctx, d)
	}
	return found, err
}

func (s nearDigests) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	h, err := s.everything.Handle(ctx, d)
	if errors.Is(err, store.ErrNotFound) {
		d[31] ^= 1
		return s.everything.Handle(ctx, d)
	}
	return h, err
}

// cuts makes method take digests that agree in all but the last byte for the same.
func cuts(method string) sabotage {
	return func(sound everything) everything {
		return saboteur{everything: sound, digest: func(called string, d store.Digest) store.Digest {
			if called == method {
				d[31] = 0
			}
			return d
		}}
	}
}

// remembers keeps a part of the first look-up.
func remembers(keep func(now, before *store.FoundToken)) sabotage {
	var first *store.FoundToken
	return finds("LookUpToken", func(f *store.FoundToken) {
		if first == nil {
			first = new(*f)
		}
		keep(f, first)
	})
}

// knowsTheTime believes that what is revoked later lives.
type knowsTheTime struct{ everything }

func (s knowsTheTime) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	f.GrantRevoked = past(f.Token.Revoked)
	return f, err
}

type failingLookUp struct {
	everything
	fails func(store.FoundToken) bool
}

func lookUpFails(when func(store.FoundToken) bool) sabotage {
	return func(s everything) everything { return failingLookUp{s, when} }
}

func (s failingLookUp) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	if err == nil && s.fails(f) {
		return store.FoundToken{}, store.ErrNotFound
	}
	return f, err
}

// judges looks at states and at a clock, everywhere.
type judges struct{ everything }

func (s judges) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	for _, t := range tokens {
		u, _ := s.UserByID(ctx, t.User)
		c, _ := s.Client(ctx, t.Client)
		g, _ := s.everything.Grant(ctx, t.Grant)
		if u.State != store.Active || !c.Revoked.IsZero() || past(g.Expires) {
			return store.ErrRevoked
		}
	}
	return s.everything.PutTokens(ctx, tokens, limit, events...)
}

func (s judges) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	if found, err := s.LookUpToken(ctx, old); err != nil || past(found.Token.Expires) {
		return store.ErrNotFound
	}
	return s.everything.RotateToken(ctx, old, end, next, events...)
}

func (s judges) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	h, err := s.everything.Handle(ctx, d)
	if past(h.Expires) {
		return store.Handle{}, store.ErrNotFound
	}
	return h, err
}

func (s judges) Grant(ctx context.Context, id string) (store.Grant, error) {
	g, err := s.everything.Grant(ctx, id)
	if past(g.Expires) {
		return store.Grant{}, store.ErrNotFound
	}
	return g, err
}

func (s judges) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	list, err := s.everything.Events(ctx, f, limit)
	var live []store.Event
	for _, e := range list {
		if !past(e.Expires) {
			live = append(live, e)
		}
	}
	return live, err
}
