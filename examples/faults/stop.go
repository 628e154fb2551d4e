//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// A stop is a store that does not answer: nobody is let in anywhere until it does.
type stop struct {
	site *site
	goal int // stops in all, 0 for no end
	made int
	user *user
	// most is how long an answer may take; 0 for as long as it likes.
	most time.Duration
}

func newStop(s *site, o options) *stop {
	return &stop{site: s, goal: o.stops, user: s.user("unicode", "unicode_app"), most: o.prompt}
}

func (s *stop) done() bool { return s.goal > 0 && s.made >= s.goal }

// stops are what happens to stores.
var stops = []fault{
	{name: "PostgreSQL stopped", inject: func(s *site, _ *random) (func() error, error) {
		return s.database.Resume, s.database.Pause()
	}},
	{name: "all of Redis stopped", inject: stopRedis},
	{name: "PostgreSQL down", inject: killDatabaseBriefly},
}

func stopRedis(s *site, _ *random) (func() error, error) {
	var errs []error
	for _, server := range s.cluster.Servers {
		errs = append(errs, server.Pause())
	}
	return func() error {
		var errs []error
		for _, server := range s.cluster.Servers {
			errs = append(errs, server.Resume())
		}
		return errors.Join(append(errs, s.cluster.Await())...)
	}, errors.Join(errs...)
}

// step stops a store, asks every server for every route, and waits until all are served again.
func (s *stop) step(ctx context.Context) (what string, err error) {
	fault := stops[s.made%len(stops)]
	s.made++
	s.site.report.count(fault.name+", and every route asked for", 1)
	if err := s.served(ctx); err != nil {
		return fault.name, fmt.Errorf("before: %w", err)
	}
	routes, err := s.routes(ctx)
	if err != nil {
		return fault.name, err
	}
	heal, err := fault.inject(s.site, nil)
	if err == nil {
		err = s.refused(ctx, fault.name, routes)
	}
	if err := errors.Join(err, heal()); err != nil {
		return fault.name, err
	}
	if err := s.site.well(ctx); err != nil {
		return fault.name, err
	}
	return fault.name, s.served(ctx)
}

// routes are requests of everybody who would be let in.
func (s *stop) routes(ctx context.Context) ([]*http.Request, error) {
	origin, demo, u := s.site.balancer.origin(), s.site.demo, s.user
	basic := get(origin + "/v2?client_key=" + u.app.key)
	basic.SetBasicAuth(u.person.name, u.person.password)
	bearer, me, key := get(origin+"/v1/users"), get(origin+"/v1/users/me"), get(origin+"/v1/data")
	for _, r := range []*http.Request{bearer, me} {
		r.Header.Set("Authorization", "Bearer "+demo.DeveloperTokens["aladdin"].Token)
	}
	key.Header.Set("X-API-Key", demo.APIKeys["aladdin"])
	count, err := mintCount(ctx, u)
	if err != nil {
		return nil, err
	}
	nonce, err := mintNonce(ctx, u)
	if err != nil {
		return nil, err
	}
	products := request("POST", origin+"/v2/products?client_key="+u.app.key, nil)
	products.Header = basic.Header
	return []*http.Request{
		basic, products, count(), nonce(), bearer, me, key,
		u.app.asks("/oauth2/token", "grant_type", "client_credentials"),
		u.app.asks("/oauth2/introspect", "token", demo.DeveloperTokens["aladdin"].Token),
		u.app.asks("/oauth2/revoke", "token", demo.DeveloperTokens["aladdin"].Token),
		u.app.signs("POST", "/v2/oauth/request_token", token1{}, "oauth_callback", callback),
		get(u.app.link(pkce)), get(origin + "/login"), get(origin + "/portal/tokens"), get(origin + "/healthz"),
	}, nil
}

// refused asks every server for every route, once each has found out that it keeps nothing any more.
func (s *stop) refused(ctx context.Context, what string, routes []*http.Request) error {
	if err := s.site.healthy(ctx, http.StatusServiceUnavailable); err != nil {
		return err
	}
	var callers sync.WaitGroup
	for _, n := range s.site.nodes {
		for _, r := range routes {
			callers.Go(func() { s.ask(n, copyOf(ctx, r), what) })
		}
	}
	callers.Wait()
	return nil
}

// ask wants 503.
func (s *stop) ask(n *node, r *http.Request, what string) {
	route := r.Method + " " + r.URL.Path
	begin := time.Now()
	got, err := s.site.at(n, r)
	took := time.Since(begin)
	s.site.report.count("routes asked for while a store does not answer", 1)
	switch {
	case err != nil:
		s.site.report.violate(what, fmt.Sprintf("%s: %v", route, err))
	case got.status != http.StatusServiceUnavailable:
		s.site.report.violate(what, fmt.Sprintf("%s answered %d", route, got.status))
	case s.most > 0 && took > s.most:
		s.site.report.violate(what, fmt.Sprintf("%s took %v", route, took))
	}
}

// served wants every server to let everybody in.
func (s *stop) served(ctx context.Context) error {
	for _, n := range s.site.nodes {
		err := retry(ctx, func() error { return errors.Join(s.site.vouch(ctx), s.serves(ctx, n)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// serves wants one server to let everybody in.
func (s *stop) serves(ctx context.Context, n *node) error {
	routes, err := s.routes(ctx) // what was used is used
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.URL.Path == "/oauth2/revoke" {
			continue // another's token
		}
		got, err := s.site.at(n, r)
		if err == nil {
			err = got.need(http.StatusOK, http.StatusSeeOther)
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
		}
	}
	return nil
}
