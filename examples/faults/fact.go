//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A fact is something that a server has acknowledged, and that must hold whatever happens to servers and stores.
type fact struct {
	what string
	// from is when every server must know; one with a cache may not for as long as its staleness.
	from time.Time
	// lasting says that it holds for ever, and can be looked at again.
	lasting bool
	// once says that looking changes what is there, so that a look without an answer is the last.
	once bool
	// holds looks. An error says that there was no answer.
	holds func() (bool, error)
}

// staleness is how long servers of the cluster may go on to know what was true before.
const staleness = time.Second

// acknowledged is a fact that shows by the status of an answer.
func (s *site) acknowledged(what string, status int, ask func() *http.Request) fact {
	return fact{what: what, holds: func() (bool, error) {
		got, err := s.do(ask())
		if err == nil && unavailable(got.status) {
			err = got.need()
		}
		return got.status == status, err
	}}
}

// spent is a fact about what is good no more.
func (s *site) spent(what string, status int, ask func() *http.Request) fact {
	f := s.acknowledged(what, status, ask)
	f.lasting = true
	return f
}

// bearer is a request by an access token that may be an app's.
func (s *site) bearer(token string) func() *http.Request {
	return func() *http.Request {
		r := get(s.balancer.origin() + "/v1/users")
		r.Header.Set("Authorization", "Bearer "+token)
		return r
	}
}

// lookAt looks at facts, one after the other, and reports those that do not hold.
func (s *site) lookAt(ctx context.Context, store string, facts []fact) error {
	for _, f := range facts {
		kept, err := f.holds()
		if err != nil && f.once {
			continue
		}
		if err != nil {
			err = retry(ctx, func() (err error) {
				kept, err = f.holds()
				return err
			})
		}
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", f.what, err)
		case kept:
			s.report.count("acknowledged and found again on "+store+": "+f.what, 1)
		default:
			s.report.violate(store, f.what+" does not hold any more")
		}
	}
	return nil
}

// due are the facts that every server must know by now.
func due(facts []fact, now time.Time) (ripe, unripe []fact) {
	isRipe := func(f fact) bool { return !f.from.After(now) }
	unripe = slices.DeleteFunc(slices.Clone(facts), isRipe)
	return slices.DeleteFunc(slices.Clone(facts), func(f fact) bool { return !isRipe(f) }), unripe
}
