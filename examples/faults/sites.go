//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

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
