package faulty

import (
	"context"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type clients struct {
	of    store.Clients
	calls *Calls
}

func (s clients) Client(ctx context.Context, id string) (store.Client, error) {
	return ask(ctx, s.calls, "Client", func() (store.Client, error) { return s.of.Client(ctx, id) })
}

func (s clients) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	return ask(ctx, s.calls, "ClientsByOwner", func() ([]store.Client, error) { return s.of.ClientsByOwner(ctx, owner) })
}

func (s clients) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	return s.calls.do(ctx, "PutClient", func() error { return s.of.PutClient(ctx, c, events...) })
}

func (s clients) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	return s.calls.do(ctx, "DeleteClient", func() error { return s.of.DeleteClient(ctx, id, events...) })
}

type grants struct {
	of    store.Grants
	calls *Calls
}

func (s grants) Grant(ctx context.Context, id string) (store.Grant, error) {
	return ask(ctx, s.calls, "Grant", func() (store.Grant, error) { return s.of.Grant(ctx, id) })
}

func (s grants) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	return ask(ctx, s.calls, "Grants", func() ([]store.Grant, error) { return s.of.Grants(ctx, f, limit) })
}

func (s grants) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	return s.calls.do(ctx, "PutGrant", func() error { return s.of.PutGrant(ctx, g, events...) })
}

func (s grants) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	return ask(ctx, s.calls, "RevokeGrants", func() (int, error) { return s.of.RevokeGrants(ctx, f, at, events...) })
}
