//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
)

// A replay tries things of one kind, each in a burst of attempts at once, over all servers.
type replay struct {
	kind     kind
	user     *user
	dice     *dice
	burst    int // attempts at each
	goal     int // attempts in all, 0 for no end
	turn     int // of blows and weathers
	attempts int
}

func newReplay(s *site, o options, number int) *replay {
	return &replay{
		kind: kinds[number], user: s.user("unicode", "unicode_app"), dice: newDice(o.seed, kinds[number].name),
		burst: o.burst, goal: o.replays, turn: number,
	}
}

func (r *replay) done() bool { return r.goal > 0 && r.attempts >= r.goal }

// step is one burst. The first is a fair one: nothing is broken, and one attempt must be accepted.
func (r *replay) step(ctx context.Context) (what string, err error) {
	attempt, err := r.kind.mint(ctx, r.user)
	if err != nil {
		return "minting one of the " + r.kind.name, err
	}
	s, id, t := r.user.site, rand.Text(), thing{kind: r.kind.name, refusals: r.kind.refusals, when: "calm"}
	if r.attempts == 0 {
		s.ledger.open(id, t)
		r.send(r.burst, id, attempt)()
		if s.ledger.close(id).Accepted != 1 {
			s.report.violate(r.kind.name, "nobody was accepted in calm weather")
		}
	} else {
		blow, weather := blows[r.turn%len(blows)], &weathers[r.turn%len(weathers)]
		r.turn++
		t.when = weather.name + ", " + blow.name
		s.ledger.open(id, t)
		defer s.ledger.close(id)
		s.report.count(blow.name, 1)
		err = r.endure(ctx, blow, weather, id, attempt)
	}
	r.attempts += r.burst
	return r.kind.name + ": " + t.when, err
}

// endure sends half of a burst, strikes while it runs, and sends the other half when that is healed: what was accepted
// before is still refused.
func (r *replay) endure(ctx context.Context, b blow, w *weather, id string, attempt func() *http.Request) error {
	s := r.user.site
	s.be(w)
	defer s.be(&calm)
	wait := r.send(r.burst/2, id, attempt)
	heal, err := b.strike(s, r.dice)
	if heal != nil {
		err = errors.Join(err, heal())
	}
	wait()
	s.be(&calm)
	if err == nil {
		err = s.well(ctx)
	}
	if err != nil {
		return err
	}
	s.be(w)
	r.send(r.burst-r.burst/2, id, attempt)()
	s.be(&calm)
	r.send(3, id, attempt)()
	return b.recover(ctx, s)
}

// send sends attempts at once, and returns when some of them have been answered. wait waits for the others, and for what
// servers still do when clients have gone.
func (r *replay) send(attempts int, id string, attempt func() *http.Request) (wait func()) {
	s := r.user.site
	var clients sync.WaitGroup
	begin, answered := make(chan struct{}), make(chan struct{}, attempts)
	for range attempts {
		request := attempt()
		request.Header.Set(attemptOf, id)
		clients.Go(func() {
			<-begin
			got, err := s.do(request)
			if err == nil && got.status == http.StatusOK {
				s.ledger.see(id)
			}
			answered <- struct{}{}
		})
	}
	close(begin)
	for range r.dice.below(r.dice.below(attempts/2+1) + 1) { // few, mostly: the first is accepted early
		<-answered
	}
	return func() {
		clients.Wait()
		s.balancer.rest()
	}
}
