//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// sites are those that attacks are made on, each opened for the first that needs it.
type sites struct {
	options options
	report  *report
	onFile  *site
	cluster *site
	guarded *site
}

// file is the site of one server on SQLite.
func (s *sites) file() (_ *site, err error) {
	if s.onFile == nil {
		s.onFile, err = openFile(s.options, s.report)
	}
	return s.onFile, err
}

// three is the site of three servers on PostgreSQL and a Redis Cluster.
func (s *sites) three() (_ *site, err error) {
	if s.cluster == nil {
		s.cluster, err = openCluster(s.options, s.report)
	}
	return s.cluster, err
}

// guard is the site of three more servers on the stores of another, which limit guesses.
func (s *sites) guard(other *site) (_ *site, err error) {
	if s.guarded == nil {
		s.guarded, err = openGuarded(s.options, s.report, other)
	}
	return s.guarded, err
}

func (s *sites) close() error {
	var errs []error
	for _, site := range []*site{s.onFile, s.guarded, s.cluster} {
		if site != nil {
			errs = append(errs, site.close())
		}
	}
	return errors.Join(append(errs, os.RemoveAll(s.options.folder))...)
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

// openSites builds the server. The sites open when they are needed.
func openSites(o options, r *report) (_ *sites, err error) {
	if o.folder, err = os.MkdirTemp("", "faults"); err != nil {
		return nil, err
	}
	if o.program, err = build(o.folder); err != nil {
		return nil, errors.Join(err, os.RemoveAll(o.folder))
	}
	return &sites{options: o, report: r}, nil
}

// build builds the example server.
func build(folder string) (program string, err error) {
	program = filepath.Join(folder, "api")
	text, err := exec.Command("go", "build", "-o", program, "github.com/seed-f67351ce/sesame/examples/api").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the server: %w\n%s", err, text)
	}
	return program, nil
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
	return fight(ctx, attacks, time.Now().Add(s.options.duration), out)
}

// fight makes the attacks' steps in turn.
func fight(ctx context.Context, attacks []attack, end time.Time, out io.Writer) error {
	for left := true; left; {
		left = false
		for _, a := range attacks {
			if a.done() {
				continue
			}
			if ctx.Err() != nil || time.Now().After(end) {
				return nil // told to stop, or the time is over: as well as any end
			}
			begin := time.Now()
			what, err := a.step(ctx)
			if err != nil && ctx.Err() == nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			fmt.Fprintf(out, "%7.1f s  %s\n", time.Since(begin).Seconds(), what)
			left = true
		}
	}
	return nil
}
