//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A crash is cycles of work, kill -9 in the middle of it, recovery, and a look at everything that was acknowledged.
type crash struct {
	site   *site
	store  string // PostgreSQL or SQLite
	kills  []fault
	goal   int // cycles in all, 0 for no end
	cycles int
	random *random
	users  []*user
	// careful is who does nothing but to allow and forbid an app.
	careful *user
	// kept are facts of earlier cycles.
	kept []fact
}

// mostKept is how many facts of earlier cycles are looked at again.
const mostKept = 30

func newCrash(s *site, o options, store string, kills ...fault) *crash {
	c := &crash{
		site: s, store: store, kills: kills, goal: o.cycles, random: newRandom(o.seed, "crashes of "+store),
		careful: s.user("jasmine", "unicode_app"),
	}
	for _, name := range []string{"unicode", "unicode", "unicode"} {
		c.users = append(c.users, s.user(name, "unicode_app"))
	}
	return c
}

func (c *crash) done() bool { return c.goal > 0 && c.cycles >= c.goal }

// killServer, killPostgreSQL and killBoth are how the sites of durable stores crash.
var (
	killServer     = fault{name: "a server", inject: killNode}
	killPostgreSQL = fault{name: "PostgreSQL", inject: killDatabaseBriefly}
	killBoth       = fault{name: "PostgreSQL and a server", inject: func(s *site, r *random) (func() error, error) {
		server, err := killNode(s, r)
		database, err2 := killDatabaseBriefly(s, r)
		return func() error { return errors.Join(database(), server()) }, errors.Join(err, err2)
	}}
)

// step is one cycle.
func (c *crash) step(ctx context.Context) (what string, err error) {
	kill := c.kills[c.cycles%len(c.kills)]
	what = c.store + ": kill -9 of " + kill.name
	c.cycles++
	if c.cycles == 1 {
		for _, u := range append(c.users, c.careful) { // nobody signs in for the first time while things break
			if _, err := mintNonce(ctx, u); err != nil {
				return what, err
			}
		}
	}
	facts, err := c.work(ctx, kill)
	if err != nil {
		return what, err
	}
	if err := c.site.well(ctx); err != nil {
		return what, err
	}
	c.site.report.count("cycles of kill -9 on "+c.store, 1)
	return what, c.look(ctx, facts)
}

// A journal is where the facts of one cycle are written down: those of one action together.
type journal struct {
	mu      sync.Mutex
	facts   [][]fact
	consent []fact       // of the last action of whoever is careful
	entries atomic.Int64 // actions that are written down
}

func (j *journal) write(facts []fact) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.facts = append(j.facts, facts)
	j.entries.Add(1)
}

// work has users work until something is killed, and returns what was acknowledged to them, once that is healed.
func (c *crash) work(ctx context.Context, kill fault) ([][]fact, error) {
	j, over, workers := &journal{}, make(chan struct{}), sync.WaitGroup{}
	c.site.setNetwork(&network{name: "a few requests cut", latency: time.Millisecond, cuts: c.random.below(2) * 40})
	for _, u := range c.users {
		workers.Go(func() { c.act(ctx, u, j, over) })
	}
	workers.Go(func() { c.changeConsents(ctx, j, over) })
	wanted := int64(3 + c.random.below(20))
	err := retry(ctx, func() error {
		if j.entries.Load() < wanted {
			return fmt.Errorf("there are %d actions, not %d", j.entries.Load(), wanted)
		}
		return nil
	})
	heal, err2 := kill.inject(c.site, c.random)
	close(over)
	if heal != nil {
		err2 = errors.Join(err2, heal())
	}
	workers.Wait()
	c.site.setNetwork(&calm)
	c.site.balancer.rest()
	return append(j.facts, j.consent), errors.Join(err, err2)
}

// act does one action after the other until over.
func (c *crash) act(ctx context.Context, u *user, j *journal, over <-chan struct{}) {
	for {
		facts, err := oneOf(c.random, actions)(ctx, u)
		if err == nil {
			j.write(facts)
		}
		select {
		case <-over:
			return
		default:
		}
	}
}

// changeConsents changes a consent again and again until over, or rests on a change. Of one that was not acknowledged nothing
// is known.
func (c *crash) changeConsents(ctx context.Context, j *journal, over <-chan struct{}) {
	for {
		facts, err := consent(ctx, c.careful)
		if j.consent = nil; err == nil {
			j.consent = facts
			if c.random.in(2) {
				<-over
			}
		}
		select {
		case <-over:
			return
		default:
		}
	}
}

// look looks at the facts of this cycle, and at the last that were kept of others. To look at what lasts can end what does
// not, so the facts of an action are looked at in their order, and kept ones are not of this cycle.
func (c *crash) look(ctx context.Context, actions [][]fact) error {
	var lookers sync.WaitGroup
	var lasting, unripe []fact
	all, now := append(actions, c.kept), time.Now()
	errs := make([]error, len(all))
	for i, facts := range all {
		ripe, later := due(facts, now)
		lookers.Go(func() { errs[i] = c.site.lookAt(ctx, c.store, ripe) })
		lasting = append(lasting, slices.DeleteFunc(slices.Clone(ripe), func(f fact) bool { return !f.lasting })...)
		unripe = append(unripe, later...)
	}
	lookers.Wait()
	c.kept = append(lasting[:min(len(lasting), mostKept)], unripe...)
	return errors.Join(errs...)
}
