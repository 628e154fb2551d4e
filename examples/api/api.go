package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// realm is what the challenges name.
const realm = "Sesame example API"

// An api is the server: what it was told, what it keeps, and the gates in front of its routes.
type api struct {
	options
	base   string // the origin that clients use
	store  *backend
	ring   *seal.Ring
	hasher *password.Hasher
	log    *slog.Logger

	v2 *auth.Gate
}

// handler puts the library together and returns what answers requests.
func (a *api) handler() (http.Handler, error) {
	checker, err := a.checker()
	if err != nil {
		return nil, err
	}
	basicScheme, err := basic.New(basic.Config{Realm: realm, Passwords: checker})
	if err != nil {
		return nil, err
	}
	a.v2, err = a.gate(&auth.ClientKeys{Clients: a.store},
		basicScheme, // in the order of the challenges
	)
	if err != nil {
		return nil, err
	}
	return a.logged(a.recovered(newMux(a.routes()))), nil
}

// checker checks passwords, for every scheme that takes them.
func (a *api) checker() (*password.Checker, error) {
	cfg := password.Config{
		Users: a.store, Passwords: a.store, Hasher: a.hasher, InsecureUnthrottled: !a.throttle,
		Report: func(ctx context.Context, account string, err error) {
			a.log.WarnContext(ctx, "password", "account", account, "error", err)
		},
	}
	if a.throttle {
		var err error
		cfg.Throttle, err = throttle.New(throttle.Config{Counters: a.store, Address: a.proxies.Address})
		if err != nil {
			return nil, err
		}
	}
	return password.New(cfg)
}

// gate is the one in front of an API that takes these schemes.
func (a *api) gate(keys *auth.ClientKeys, schemes ...auth.Scheme) (*auth.Gate, error) {
	catalogue, err := newCatalogue()
	if err != nil {
		return nil, err
	}
	audit := &auth.Audit{Events: a.store, OnError: func(ctx context.Context, err error) {
		a.log.ErrorContext(ctx, "audit", "error", err)
	}}
	return auth.New(auth.Config{
		Schemes: schemes, Scopes: catalogue, ClientKeys: keys, Proxies: a.proxies,
		States: auth.NewStates(map[store.State]auth.StateAnswer{
			store.Locked:   {Reference: a.base + "/billing"},
			store.Disabled: {Reference: a.base + "/contact"},
		}),
		Observer: auth.Observers{auth.LogObserver{Logger: a.log}, audit},
	})
}
