package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
	"github.com/seed-f67351ce/sesame/tokens"
)

// realm is what the challenges name.
const realm = "Sesame example API"

// An api is the server: what it was told, what it keeps, and the parts of the library that are put together here.
type api struct {
	options
	base   string // the origin that clients use
	store  *backend
	ring   *seal.Ring
	hasher *password.Hasher
	log    *slog.Logger

	scopes    auth.Catalogue
	states    auth.States
	audit     *auth.Audit
	observer  auth.Observer
	limits    *throttle.Throttle // nil where it is switched off
	ha1s      *digest.HA1s
	passwords *password.Checker

	sessions     *session.Sessions
	pages        *portal.Portal
	interactions *interaction.Interactions

	signed       *oauth1.Scheme
	v2           *auth.Gate // API 1
	v1, me, data *auth.Gate // APIs 2, 3 and 4
	resource     *oauth2.Resource

	oauth1 *oauth1.Server
	oauth2 *oauth2.Server
	login  *oauth2.PasswordLogin

	uses   *tokens.Uses
	outbox *tokens.Outbox
}

// handler puts the library together and returns what answers requests.
func (a *api) handler() (http.Handler, error) {
	if err := a.build(); err != nil {
		return nil, err
	}
	available := newAvailability(a.store.keeps)
	return a.logged(a.recovered(available.required(newMux(a.routes()), pagesOf(a.pages.Routes())))), nil
}

// build makes the parts. One may use those before it.
func (a *api) build() error {
	for _, part := range []func() error{
		a.buildShared, a.buildPasswords, a.buildV2, a.buildV1,
		a.buildPages, a.buildOAuth1, a.buildOAuth2, a.buildOutbox,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// buildShared makes what several parts use.
func (a *api) buildShared() (err error) {
	if a.throttle {
		a.limits, err = throttle.New(throttle.Config{Counters: a.store, Address: a.proxies.Address})
		if err != nil {
			return err
		}
	}
	a.states = auth.NewStates(map[store.State]auth.StateAnswer{
		store.Locked:   {Reference: a.base + "/billing"},
		store.Disabled: {Reference: a.base + "/contact"},
	})
	a.audit = &auth.Audit{Events: a.store, OnError: a.report("audit")}
	a.observer = auth.Observers{auth.LogObserver{Logger: a.log}, a.audit}
	a.scopes, err = newCatalogue()
	return err
}

// report logs what went wrong in a part without failing a request.
func (a *api) report(part string) func(context.Context, error) {
	return func(ctx context.Context, err error) { a.log.ErrorContext(ctx, part, "error", err) }
}

// gate is the one in front of an API that takes these schemes, with its challenges in this order.
func (a *api) gate(cfg auth.Config, schemes ...auth.Scheme) (*auth.Gate, error) {
	cfg.Schemes, cfg.Scopes, cfg.Proxies, cfg.States, cfg.Observer = schemes, a.scopes, a.proxies, a.states, a.observer
	return auth.New(cfg)
}
