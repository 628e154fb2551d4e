//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
)

// A replay tries things of one kind, each in a burst of attempts at once, over all servers.
type replay struct {
	kind     kind
	user     *user
	random   *random
	bursts   bursts
	burst    int // attempts at each
	goal     int // attempts in all, 0 for no end
	number   int // of the kind
	turn     int // of faults and networks
	attempts int
	accepted int
}

func newReplay(s *site, o options, number int) *replay {
	d := newRandom(o.seed, kinds[number].name)
	return &replay{
		kind: kinds[number], user: s.user("unicode", "unicode_app"), random: d, bursts: bursts{s, d},
		burst: o.burst, goal: o.replays, number: number,
	}
}

// done wants one to have been accepted, too: who refuses everything proves nothing.
func (r *replay) done() bool { return r.goal > 0 && r.attempts >= r.goal && r.accepted > 0 }

// step is one burst. Until one has been accepted they are fair ones: nothing is broken.
func (r *replay) step(ctx context.Context) (what string, err error) {
	attempt, err := r.kind.mint(ctx, r.user)
	if err != nil {
		return "minting one of the " + r.kind.name, err
	}
	if r.accepted == 0 {
		return r.kind.name + ": calm", r.fair(attempt)
	}
	fault, network := faults[(r.number+r.turn)%len(faults)], &networks[r.turn%len(networks)]
	r.turn++
	r.user.site.report.count(fault.name, 1)
	id, when := rand.Text(), network.name+", "+fault.name
	r.open(id, when)
	defer r.close(id)
	return r.kind.name + ": " + when, r.endure(ctx, fault, network, id, attempt)
}

func (r *replay) open(id, when string) {
	r.user.site.ledger.open(id, thing{kind: r.kind.name, refusals: r.kind.refusals, when: when})
}

func (r *replay) close(id string) tally {
	t := r.user.site.ledger.close(id)
	r.attempts += r.burst
	r.accepted += t.Accepted
	return t
}

// unlucky is how many fair bursts may end without anybody who was accepted, on a machine that is too busy for anything.
const unlucky = 10

// fair is a burst on a calm network.
func (r *replay) fair(attempt func() *http.Request) error {
	id := rand.Text()
	r.open(id, "calm")
	r.bursts.send(r.burst, id, attempt)()
	if t := r.close(id); t.Accepted == 0 && r.attempts >= unlucky*r.burst {
		return errors.New("nobody is accepted on a calm network")
	}
	return nil
}

// endure sends half of a burst, strikes while it runs, and sends the other half when that is healed: what was accepted
// before is still refused.
func (r *replay) endure(ctx context.Context, f fault, n *network, id string, attempt func() *http.Request) error {
	s := r.user.site
	s.setNetwork(n)
	defer s.setNetwork(&calm)
	wait := r.bursts.send(r.burst/2, id, attempt)
	heal, err := f.inject(s, r.random)
	if heal != nil {
		err = errors.Join(err, heal())
	}
	wait()
	s.setNetwork(&calm)
	if err == nil {
		err = s.well(ctx)
	}
	if err != nil {
		return err
	}
	s.setNetwork(n)
	r.bursts.send(r.burst-r.burst/2, id, attempt)()
	s.setNetwork(&calm)
	r.bursts.send(3, id, attempt)()
	return s.well(ctx)
}
