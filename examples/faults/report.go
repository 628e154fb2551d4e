//go:build unix

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
)

// A report is what a run has tried and found.
type report struct {
	mu         sync.Mutex
	tallies    map[string]tally // of things that are good once
	counts     map[string]int   // of everything else: faults, cycles, what was acknowledged and looked at
	violations []string
}

func newReport() *report { return &report{tallies: map[string]tally{}, counts: map[string]int{}} }

// mostViolations are kept: after so many there is nothing to learn from more.
const mostViolations = 100

// violate reports that something happened which must not.
func (r *report) violate(what, how string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts["violations"]++
	if len(r.violations) < mostViolations {
		r.violations = append(r.violations, what+": "+how)
	}
}

func (r *report) tally(kind string, t tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := r.tallies[kind]
	sum.add(t)
	r.tallies[kind] = sum
}

func (r *report) count(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what] += n
}

// found are the violations so far.
func (r *report) found() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.violations)
}

// print writes the report for a person.
func (r *report) print(out io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "good once\tthings\tattempts\taccepted\tseen\trefused\tunavailable\tlost\t")
	for _, kind := range slices.Sorted(maps.Keys(r.tallies)) {
		t := r.tallies[kind]
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", kind, t.Things, t.Sent, t.Accepted, t.Seen, t.Refused, t.Unavailable, t.Lost)
	}
	_ = table.Flush() // as well as any print
	fmt.Fprintln(out)
	for _, what := range slices.Sorted(maps.Keys(r.counts)) {
		fmt.Fprintf(out, "%8d %s\n", r.counts[what], what)
	}
	for _, violation := range r.violations {
		fmt.Fprintln(out, "VIOLATION", violation)
	}
}
