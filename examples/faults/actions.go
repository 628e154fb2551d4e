//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// An action is what a user does while servers and stores may die at any moment. It returns what was acknowledged, to be looked
// at in that order. Where it fails nothing was, and nobody knows what has happened.
type action func(ctx context.Context, u *user) ([]fact, error)

// actions are those of ordinary users.
var actions = []action{issue, revoke, redeem, rotate, verify, useNonce, useCount}

// issue has the app get a token.
func issue(_ context.Context, u *user) ([]fact, error) {
	got, err := u.site.exchange(u.app.asks("/oauth2/token", "grant_type", "client_credentials"))
	return []fact{u.site.acknowledged("a token issued to an app", http.StatusOK, u.site.bearer(got.access))}, err
}

// revoke revokes a token that was in use.
func revoke(_ context.Context, u *user) ([]fact, error) {
	s := u.site
	got, err := s.exchange(u.app.asks("/oauth2/token", "grant_type", "client_credentials"))
	if err != nil {
		return nil, err
	}
	if err := s.expect(http.StatusOK, s.bearer(got.access)()); err != nil {
		return nil, err
	}
	revoked := s.spent("a token revoked", http.StatusUnauthorized, s.bearer(got.access))
	err = s.expect(http.StatusOK, u.app.asks("/oauth2/revoke", "token", got.access))
	if s.cluster != nil {
		revoked.from = time.Now().Add(staleness)
	}
	return []fact{revoked}, err
}

// expect sends a request, and wants this status.
func (s *site) expect(status int, r *http.Request) error {
	got, err := s.do(r)
	if err != nil {
		return err
	}
	return got.need(status)
}

// redeem gets a code and redeems it.
func redeem(_ context.Context, u *user) ([]fact, error) {
	c, err := u.app.code(u.person)
	if err != nil {
		return nil, err
	}
	got, err := u.site.exchange(u.app.redeems(c))
	return []fact{
		u.site.acknowledged("a token for a code", http.StatusOK, u.site.bearer(got.access)),
		u.site.spent("a code redeemed", http.StatusBadRequest, func() *http.Request { return u.app.redeems(c) }),
	}, err
}

// rotate gets a refresh token and rotates it.
func rotate(_ context.Context, u *user) ([]fact, error) {
	c, err := u.app.code(u.person)
	if err != nil {
		return nil, err
	}
	old, err := u.site.exchange(u.app.redeems(c))
	if err != nil {
		return nil, err
	}
	next, err := u.site.exchange(u.app.refreshes(old.refresh))
	successor := u.site.acknowledged("a refresh token's successor", http.StatusOK, func() *http.Request { return u.app.refreshes(next.refresh) })
	successor.once = true
	return []fact{
		u.site.acknowledged("a token for a refresh token", http.StatusOK, u.site.bearer(next.access)),
		successor,
		u.site.spent("a refresh token rotated", http.StatusBadRequest, func() *http.Request { return u.app.refreshes(old.refresh) }),
	}, err
}

// verify walks the legs of OAuth 1.0a.
func verify(_ context.Context, u *user) ([]fact, error) {
	g, err := u.app.approved(u.person)
	if err != nil {
		return nil, err
	}
	t, err := u.site.obtain(u.app.redeems1(g))
	return []fact{
		u.site.acknowledged("a token for a verifier", http.StatusOK, func() *http.Request { return u.app.signs("GET", "/v2", t) }),
		u.site.spent("a verifier redeemed", http.StatusUnauthorized, func() *http.Request { return u.app.redeems1(g) }),
	}, err
}

// useNonce uses up a nonce of OAuth 1.0a.
func useNonce(ctx context.Context, u *user) ([]fact, error) {
	return useUp(ctx, u, mintNonce, "a nonce used")
}

// useCount uses up a count of Digest.
func useCount(ctx context.Context, u *user) ([]fact, error) {
	return useUp(ctx, u, mintCount, "a count used")
}

func useUp(ctx context.Context, u *user, mint func(context.Context, *user) (func() *http.Request, error), what string) ([]fact, error) {
	copied, err := mint(ctx, u)
	if err != nil {
		return nil, err
	}
	err = u.site.expect(http.StatusOK, copied())
	return []fact{u.site.spent(what, http.StatusUnauthorized, copied)}, err
}

// errForm says that a page is not the one that was expected.
var errForm = errors.New("the page is another")

// consent allows an app what a person forbade it before, or the other way round. Only the last counts.
func consent(_ context.Context, u *user) ([]fact, error) {
	d, err := u.person.allow(u.app.link(pkce))
	if err != nil {
		return nil, err
	}
	if d.asked { // and has consented, which the app's code acknowledges; that it is remembered is seen the next time
		asked, err := u.person.isAsked(u.app.link(pkce))
		if err == nil && asked {
			err = fmt.Errorf("%w: it asks again", errForm)
		}
		return []fact{u.asked("a consent", false)}, err
	}
	browser := u.person.browser
	if err := browser.Open(u.person.origin + "/portal/authorised/revoke?id=" + u.app.key); err != nil {
		return nil, err
	}
	if err := browser.Submit("id"); err != nil {
		return nil, err
	}
	if browser.Page.URL.Path != "/portal/authorised" || browser.Page.Status != http.StatusOK {
		return nil, fmt.Errorf("%w: %s answered %d", errForm, browser.Page.URL.Path, browser.Page.Status)
	}
	return []fact{u.asked("a consent revoked", true)}, nil
}

// pkce is a verifier for codes that nobody redeems.
const pkce = "a-verifier-for-codes-that-nobody-ever-redeems"

// asked is the fact that the app's link leads to the question for consent, or does not.
func (u *user) asked(what string, want bool) fact {
	return fact{what: what, holds: func() (bool, error) {
		asked, err := u.person.isAsked(u.app.link(pkce))
		return asked == want, err
	}}
}
