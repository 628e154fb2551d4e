//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// app is an app of the demo, of OAuth 2 and 1.0a alike.
type app struct {
	site        *site
	key, secret string
}

func (s *site) app(name string) app {
	c := s.demo.Clients[name]
	return app{s, c.ClientKey, c.ClientSecret}
}

// asks is a request of the app, in its own name, to an endpoint of OAuth 2. The form's fields are pairs.
func (a app) asks(path string, fields ...string) *http.Request {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := post(a.site.balancer.origin()+path, form)
	r.SetBasicAuth(a.key, a.secret)
	return r
}

// A code is an authorization code, with what it needs to be redeemed.
type code struct{ code, verifier string }

// link leads a person to allow the app something. The code that comes of it needs the verifier.
func (a app) link(verifier string) string {
	config := oauth2.Config{
		ClientID: a.key, RedirectURL: callback, Endpoint: oauth2.Endpoint{AuthURL: a.site.balancer.origin() + "/oauth2/authorize"},
	}
	return config.AuthCodeURL("", oauth2.S256ChallengeOption(verifier))
}

// code has a person allow the app what it asks for.
func (a app) code(p *person) (code, error) {
	c := code{verifier: oauth2.GenerateVerifier()}
	d, err := p.allow(a.link(c.verifier))
	if err != nil {
		return c, err
	}
	if c.code = d.callback.Get("code"); c.code == "" {
		return c, fmt.Errorf("the app got %v", d.callback)
	}
	return c, nil
}

// redeems is the request that redeems a code.
func (a app) redeems(c code) *http.Request {
	return a.asks("/oauth2/token", "grant_type", "authorization_code", "code", c.code, "redirect_uri", callback, "code_verifier", c.verifier)
}

// refreshes is the request that rotates a refresh token.
func (a app) refreshes(token string) *http.Request {
	return a.asks("/oauth2/token", "grant_type", "refresh_token", "refresh_token", token)
}

// A pair is what a code or a refresh token was exchanged for.
type pair struct{ access, refresh string }

// exchange sends a request to the token endpoint.
func (s *site) exchange(r *http.Request) (pair, error) {
	got, err := s.do(r)
	if err == nil {
		err = got.need(http.StatusOK)
	}
	return pair{got.member("access_token"), got.member("refresh_token")}, err
}

// tokens have a person allow the app something, and return what it gets.
func (a app) tokens(ctx context.Context, p *person) (got pair, err error) {
	err = retry(ctx, func() error {
		c, err := a.code(p)
		if err == nil {
			got, err = a.site.exchange(a.redeems(c))
		}
		return err
	})
	return got, err
}
