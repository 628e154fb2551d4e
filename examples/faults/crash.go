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
	kills  []blow
	goal   int // cycles in all, 0 for no end
	cycles int
	dice   *dice
	users  []*user
	// careful is who does nothing but to allow and forbid an app.
	careful *user
	// kept are facts of earlier cycles.
	kept []fact
}

// mostKept is how many facts of earlier cycles are looked at again.
const mostKept = 30

func newCrash(s *site, o options, store string, kills ...blow) *crash {
	c := &crash{
		site: s, store: store, kills: kills, goal: o.cycles, dice: newDice(o.seed, "crashes of "+store),
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
	killServer     = blow{name: "a server", strike: killNode}
	killPostgreSQL = blow{name: "PostgreSQL", strike: func(s *site, _ *dice) (func() error, error) {
		return stubborn(s.database.Restart), s.database.Kill()
	}}
	killBoth = blow{name: "PostgreSQL and a server", strike: func(s *site, d *dice) (func() error, error) {
		server, err := killNode(s, d)
		return func() error { return errors.Join(stubborn(s.database.Restart)(), server()) }, errors.Join(s.database.Kill(), err)
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

// A book is where the facts of one cycle are written down: those of a deed together.
type book struct {
	mu      sync.Mutex
	facts   [][]fact
	consent []fact       // of the last deed of whoever is careful
	entries atomic.Int64 // deeds that are written down
}

func (b *book) write(facts []fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.facts = append(b.facts, facts)
	b.entries.Add(1)
}

// work has users work until something is killed, and returns what was acknowledged to them, once that is healed.
func (c *crash) work(ctx context.Context, kill blow) ([][]fact, error) {
	b, over, workers := &book{}, make(chan struct{}), sync.WaitGroup{}
	c.site.be(&weather{name: "drizzle", latency: time.Millisecond, cuts: c.dice.below(2) * 40})
	for _, u := range c.users {
		workers.Go(func() { c.busy(ctx, u, b, over) })
	}
	workers.Go(func() { c.ponder(ctx, b, over) })
	wanted := int64(3 + c.dice.below(20))
	err := insist(ctx, func() error {
		if b.entries.Load() < wanted {
			return fmt.Errorf("there are %d deeds, not %d", b.entries.Load(), wanted)
		}
		return nil
	})
	heal, err2 := kill.strike(c.site, c.dice)
	close(over)
	if heal != nil {
		err2 = errors.Join(err2, heal())
	}
	workers.Wait()
	c.site.be(&calm)
	c.site.balancer.rest()
	return append(b.facts, b.consent), errors.Join(err, err2)
}

// busy does one deed after the other until over.
func (c *crash) busy(ctx context.Context, u *user, b *book, over <-chan struct{}) {
	for {
		facts, err := oneOf(c.dice, deeds)(ctx, u)
		if err == nil {
			b.write(facts)
		}
		select {
		case <-over:
			return
		default:
		}
	}
}

// ponder changes a consent again and again until over, or rests on a change. Of one that was not acknowledged nothing is
// known.
func (c *crash) ponder(ctx context.Context, b *book, over <-chan struct{}) {
	for {
		facts, err := consent(ctx, c.careful)
		if b.consent = nil; err == nil {
			b.consent = facts
			if c.dice.in(2) {
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
// not, so the facts of a deed are looked at in their order, and kept ones are not of this cycle.
func (c *crash) look(ctx context.Context, deeds [][]fact) error {
	var lookers sync.WaitGroup
	var lasting, unripe []fact
	all, now := append(deeds, c.kept), time.Now()
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
