package faulty

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type tokens struct {
	of    store.Tokens
	calls *Calls
}

func (s tokens) PutTokens(ctx context.Context, list []store.Token, limit int, events ...store.Event) error {
	return s.calls.do(ctx, "PutTokens", func() error { return s.of.PutTokens(ctx, list, limit, events...) })
}

func (s tokens) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	return ask(ctx, s.calls, "LookUpToken", func() (store.FoundToken, error) { return s.of.LookUpToken(ctx, d) })
}

func (s tokens) RotateToken(ctx context.Context, old store.Digest, oldExpires time.Time, next []store.Token, events ...store.Event) error {
	return s.calls.do(ctx, "RotateToken", func() error { return s.of.RotateToken(ctx, old, oldExpires, next, events...) })
}

func (s tokens) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	return ask(ctx, s.calls, "RevokeTokens", func() (int, error) { return s.of.RevokeTokens(ctx, f, at, events...) })
}

func (s tokens) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	return ask(ctx, s.calls, "ListTokens", func() ([]store.Token, error) { return s.of.ListTokens(ctx, f, after, limit) })
}

type tokenUses struct {
	of    store.TokenUses
	calls *Calls
}

func (s tokenUses) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	return s.calls.do(ctx, "RecordUses", func() error { return s.of.RecordUses(ctx, lastUsed) })
}

type handles struct {
	of    store.Handles
	calls *Calls
}

func (s handles) PutHandle(ctx context.Context, h store.Handle) error {
	return s.calls.do(ctx, "PutHandle", func() error { return s.of.PutHandle(ctx, h) })
}

func (s handles) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	return ask(ctx, s.calls, "Handle", func() (store.Handle, error) { return s.of.Handle(ctx, d) })
}

func (s handles) AdvanceHandle(ctx context.Context, h store.Handle) error {
	return s.calls.do(ctx, "AdvanceHandle", func() error { return s.of.AdvanceHandle(ctx, h) })
}

type once struct {
	of    store.Once
	calls *Calls
}

func (s once) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	return s.calls.do(ctx, "Claim", func() error { return s.of.Claim(ctx, key, until) })
}

func (s once) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	return s.calls.do(ctx, "ClaimCount", func() error { return s.of.ClaimCount(ctx, key, n, until) })
}
