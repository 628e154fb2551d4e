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

func (s *sites) close() error {
	var errs []error
	for _, site := range []*site{s.onFile, s.cluster} {
		if site != nil {
			errs = append(errs, site.close())
		}
	}
	return errors.Join(errs...)
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
		all = append(all, plan{kinds[i].flag, func(s *sites) (attack, error) {
			site, err := s.three()
			if err != nil {
				return nil, err
			}
			return newReplay(site, s.options, i), nil
		}})
	}
	return all
}

func attackNames() (names []string) {
	for _, p := range plans() {
		names = append(names, p.name)
	}
	return names
}

// run makes all attacks in turn, step by step, until their goals are reached or the time is over.
func run(ctx context.Context, o options, r *report, out io.Writer) (err error) {
	if o.folder, err = os.MkdirTemp("", "faults"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.folder)) }()
	if o.program, err = build(o.folder); err != nil {
		return err
	}
	s := &sites{options: o, report: r}
	defer func() { err = errors.Join(err, s.close()) }()
	attacks, err := begin(s)
	if err != nil {
		return err
	}
	return fight(ctx, attacks, time.Now().Add(o.duration), out)
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

// begin begins the attacks that are wanted.
func begin(s *sites) (attacks []attack, err error) {
	for _, p := range plans() {
		if !s.options.wants(p.name) {
			continue
		}
		a, err := p.begin(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		attacks = append(attacks, a)
	}
	return attacks, nil
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
