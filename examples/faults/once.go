//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/icholy/digest"
)

// A kind is of things that are good once.
type kind struct {
	flag     string // what the command line calls it
	name     string
	refusals []int // the statuses of those who come late
	// mint makes one of the kind, and returns how requests that use it are made.
	mint func(ctx context.Context, u *user) (attempt func() *http.Request, err error)
}

// A user is a person, an app that they use, and what they do with it.
type user struct {
	site   *site
	person *person
	app    app
	// token is one of OAuth 1.0a, once there is one.
	token token1
}

func (s *site) user(name, app string) *user {
	return &user{site: s, person: s.person(name), app: s.app(app)}
}

// kinds are all that there are.
var kinds = []kind{
	{"codes", "authorization codes", []int{http.StatusBadRequest}, mintCode},
	{"refresh", "refresh tokens", []int{http.StatusBadRequest}, mintRefreshToken},
	{"verifiers", "verifiers of OAuth 1.0a", []int{http.StatusUnauthorized}, mintVerifier},
	{"nonces", "nonces of OAuth 1.0a", []int{http.StatusUnauthorized}, mintNonce},
	{"counts", "counts of Digest", []int{http.StatusUnauthorized}, mintCount},
}

func mintCode(ctx context.Context, u *user) (func() *http.Request, error) {
	var c code
	err := retry(ctx, func() (err error) {
		c, err = u.app.code(u.person)
		return err
	})
	return func() *http.Request { return u.app.redeems(c) }, err
}

func mintRefreshToken(ctx context.Context, u *user) (func() *http.Request, error) {
	got, err := u.app.tokens(ctx, u.person)
	return func() *http.Request { return u.app.refreshes(got.refresh) }, err
}

// mintVerifier is for attempts of which each is signed anew, so that the nonce is not what is refused.
func mintVerifier(ctx context.Context, u *user) (func() *http.Request, error) {
	var g grant1
	err := retry(ctx, func() (err error) {
		g, err = u.app.approved(u.person)
		return err
	})
	return func() *http.Request { return u.app.redeems1(g) }, err
}

// mintNonce is for copies of one signed request.
func mintNonce(ctx context.Context, u *user) (func() *http.Request, error) {
	if u.token == (token1{}) {
		err := retry(ctx, func() error {
			g, err := u.app.approved(u.person)
			if err == nil {
				u.token, err = u.site.obtain(u.app.redeems1(g))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return copies(u.app.signs("GET", "/v2", u.token)), nil
}

// mintCount is for copies of one request whose count is the first of a nonce.
func mintCount(ctx context.Context, u *user) (func() *http.Request, error) {
	r := get(u.site.balancer.origin() + "/v2?client_key=" + u.app.key)
	err := retry(ctx, func() error {
		got, err := u.site.do(copyOf(ctx, r))
		if err == nil {
			err = got.need(http.StatusUnauthorized)
		}
		if err != nil {
			return err
		}
		challenge, err := digest.FindChallenge(got.header)
		if err != nil {
			return fmt.Errorf("a challenge of Digest: %w", err)
		}
		credentials, err := digest.Digest(challenge, digest.Options{
			Method: r.Method, URI: r.URL.RequestURI(), Count: 1, Username: u.person.name, Password: u.person.password,
		})
		if err == nil {
			r.Header.Set("Authorization", credentials.String())
		}
		return err
	})
	return copies(r), err
}

// copies are of one request.
func copies(r *http.Request) func() *http.Request {
	return func() *http.Request { return copyOf(context.Background(), r) }
}
