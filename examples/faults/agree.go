//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// An agreement is of servers about what one of them was told: what is revoked at one is so at all within the staleness, and
// a guesser has the attempts of one server at all of them together.
type agreement struct {
	site    *site // without a throttle
	guarded *site // with one, on the same stores
	goal    int
	made    int
	burst   int
	bursts  bursts // at those with one
	user    *user
}

func newAgreement(s *sites) (*agreement, error) {
	site, err := s.three()
	if err != nil {
		return nil, err
	}
	guarded, err := s.guard(site)
	if err != nil {
		return nil, err
	}
	return &agreement{
		site: site, guarded: guarded, goal: s.options.stops, burst: min(s.options.burst, 100),
		bursts: bursts{guarded, newRandom(s.options.seed, "guesses")}, user: site.user("unicode", "unicode_app"),
	}, nil
}

func (a *agreement) done() bool { return a.goal > 0 && a.made >= a.goal }

// step revokes a token and guesses a password.
func (a *agreement) step(ctx context.Context) (what string, err error) {
	network := &networks[a.made%len(networks)]
	a.made++
	what = "revocation and limits: " + network.name
	defer a.site.setNetwork(&calm)
	defer a.guarded.setNetwork(&calm)
	if err := a.revoke(ctx, network); err != nil {
		return what, err
	}
	return what, errors.Join(a.guess(ctx, network), a.site.well(ctx))
}

// revoke revokes a token that all servers know, at one of them.
func (a *agreement) revoke(ctx context.Context, n *network) error {
	got, err := a.user.app.tokens(ctx, a.user.person)
	if err != nil {
		return err
	}
	if err := a.everywhere(ctx, http.StatusOK, got.access); err != nil {
		return err
	}
	a.site.setNetwork(n)
	err = retry(ctx, func() error { // an answer that was lost is no acknowledgement
		return a.site.expect(http.StatusOK, a.user.app.asks("/oauth2/revoke", "token", got.access))
	})
	if err != nil {
		return err
	}
	time.Sleep(staleness)
	return a.everywhere(ctx, http.StatusUnauthorized, got.access)
}

// everywhere asks every server by a token.
func (a *agreement) everywhere(ctx context.Context, status int, token string) error {
	a.site.report.count(fmt.Sprintf("tokens that all servers answered %d", status), 1)
	return a.site.each(func(n *node) error {
		return retry(ctx, func() error {
			got, err := a.site.at(n, a.site.bearer(token)())
			switch {
			case err != nil:
				return err
			case unavailable(got.status):
				return got.need(status)
			case got.status != status:
				a.site.report.violate("revocation", fmt.Sprintf("a server answered %d, not %d", got.status, status))
			}
			return nil
		})
	})
}

// guesses is how many failures of an account from one address a minute allows.
const guesses = 10

// guess sends wrong passwords for one account at once. What counts is what servers said, not what arrived; and nothing where
// a failover has come between, since counters do not survive one.
func (a *agreement) guess(ctx context.Context, n *network) error {
	before, err := a.site.failovers(ctx)
	if err != nil {
		return err
	}
	begin := time.Now()
	judged := a.judged(n)
	minutes := 1 + int(time.Now().Truncate(time.Minute).Sub(begin.Truncate(time.Minute))/time.Minute)
	after, err := a.site.failovers(ctx)
	if err == nil && before == after && judged > guesses*minutes {
		a.site.report.violate("wrong passwords", fmt.Sprintf("%d were judged in %d minutes", judged, minutes))
	}
	return err
}

// judged sends a burst of wrong passwords, and returns how many were called wrong.
func (a *agreement) judged(n *network) int {
	r, id := get(a.guarded.balancer.origin()+"/v2?client_key="+a.user.app.key), rand.Text()
	r.SetBasicAuth(a.user.person.name, "close sesame")
	a.guarded.setNetwork(n)
	a.guarded.ledger.open(id, thing{
		kind: "wrong passwords", when: n.name, accepts: http.StatusUnauthorized, refusals: []int{http.StatusTooManyRequests},
		most: a.burst, // the caller knows better
	})
	a.bursts.send(a.burst, id, copies(r))()
	return a.guarded.ledger.close(id).Accepted
}
