//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// An attack is made in steps, after each of which all that it broke is whole again.
type attack interface {
	// step returns what it was.
	step(ctx context.Context) (what string, err error)
	// done says that the goal is reached.
	done() bool
}

// A plan is an attack that can be made.
type plan struct {
	name  string
	begin func(s *sites) (attack, error)
}

// plans are all attacks.
func plans() []plan {
	var all []plan
	for i := range kinds {
		all = append(all, plan{kinds[i].flag, onThree(func(s *site, o options) attack { return newReplay(s, o, i) })})
	}
	return append(all,
		plan{"agree", func(s *sites) (attack, error) { return newAgreement(s) }},
		plan{"stop", onThree(func(s *site, o options) attack { return newStop(s, o) })},
		plan{"postgres", onThree(func(s *site, o options) attack {
			return newCrash(s, o, "PostgreSQL", killPostgreSQL, killServer, killBoth)
		})},
		plan{"sqlite", func(s *sites) (attack, error) {
			site, err := s.file()
			if err != nil {
				return nil, err
			}
			return newCrash(site, s.options, "SQLite", killServer), nil
		}},
	)
}

// onThree begins an attack on the site of three servers.
func onThree(begin func(*site, options) attack) func(*sites) (attack, error) {
	return func(s *sites) (attack, error) {
		site, err := s.three()
		if err != nil {
			return nil, err
		}
		return begin(site, s.options), nil
	}
}

func attackNames() (names []string) {
	for _, p := range plans() {
		names = append(names, p.name)
	}
	return names
}

// run makes all attacks that are wanted.
func run(ctx context.Context, o options, r *report, out io.Writer) (err error) {
	s, err := openSites(o, r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	names := o.only
	if len(names) == 0 {
		names = attackNames()
	}
	return s.attack(ctx, out, names...)
}

// attack makes attacks in turn, step by step, until their goals are reached or the time is over.
func (s *sites) attack(ctx context.Context, out io.Writer, names ...string) error {
	var attacks []attack
	for _, p := range plans() {
		if !slices.Contains(names, p.name) {
			continue
		}
		a, err := p.begin(s)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		attacks = append(attacks, a)
	}
	for end := time.Now().Add(s.options.duration); len(attacks) > 0; {
		for _, a := range attacks {
			if ctx.Err() != nil || time.Now().After(end) {
				return nil // told to stop, or the time is over: as well as any end
			}
			if err := s.step(ctx, out, a); err != nil && ctx.Err() == nil {
				return err
			}
		}
		attacks = slices.DeleteFunc(attacks, attack.done)
	}
	return nil
}

// step makes one step of an attack.
func (s *sites) step(ctx context.Context, out io.Writer, a attack) error {
	if s.cluster != nil {
		if err := s.cluster.vouch(ctx); err != nil {
			return err
		}
	}
	begin := time.Now()
	what, err := a.step(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Fprintf(out, "%7.1f s  %s\n", time.Since(begin).Seconds(), what)
	return nil
}
