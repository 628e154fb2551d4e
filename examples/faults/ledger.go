//go:build unix

package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// A ledger is the model of what is good once, and the judge of it: it hears of every answer that a server gave, and of those
// that reached a client.
type ledger struct {
	report *report

	mu     sync.Mutex
	things map[string]*thing
}

// A thing is one that servers may accept once, or a few times.
type thing struct {
	kind string
	when string // in which network conditions and with which fault it was tried, for whoever reads of a violation
	// accepts is the status of an acceptance; 0 for 200. refusals are those of who comes late.
	accepts  int
	refusals []int
	most     int // acceptances; 0 for one
	tally    tally
}

// A tally counts attempts at things of one kind.
type tally struct {
	Things      int // that were tried
	Sent        int // attempts that reached a server
	Accepted    int // by what servers answered
	Seen        int // of those, by clients
	Refused     int
	Unavailable int // 503, or no server took it
	Lost        int // sent, and nobody will know the answer
}

func (t *tally) add(more tally) {
	t.Things += more.Things
	t.Sent += more.Sent
	t.Accepted += more.Accepted
	t.Seen += more.Seen
	t.Refused += more.Refused
	t.Unavailable += more.Unavailable
	t.Lost += more.Lost
}

func newLedger(r *report) *ledger { return &ledger{report: r, things: map[string]*thing{}} }

// open begins to count the attempts at a thing.
func (l *ledger) open(id string, t thing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.tally.Things, t.accepts, t.most = 1, cmp.Or(t.accepts, http.StatusOK), cmp.Or(t.most, 1)
	l.things[id] = &t
}

// note takes down what a server answered to an attempt, or that nothing came.
func (l *ledger) note(id string, status int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.things[id]
	if t == nil {
		return // it is none that counts
	}
	t.tally.Sent++
	switch {
	case err != nil:
		t.tally.Lost++
	case status == t.accepts:
		if t.tally.Accepted++; t.tally.Accepted > t.most {
			l.report.violate(t.kind, fmt.Sprintf("accepted %d times, %s", t.tally.Accepted, t.when))
		}
	case slices.Contains(t.refusals, status):
		t.tally.Refused++
	case unavailable(status):
		t.tally.Unavailable++
	default:
		l.report.violate(t.kind, fmt.Sprintf("answered %d, %s", status, t.when))
	}
}

// see takes down what a client was told.
func (l *ledger) see(id string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.things[id]
	if status != t.accepts {
		return
	}
	if t.tally.Seen++; t.tally.Seen > t.most {
		l.report.violate(t.kind, fmt.Sprintf("%d clients were told that it is accepted, %s", t.tally.Seen, t.when))
	}
}

// close ends the count.
func (l *ledger) close(id string) tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.things[id]
	delete(l.things, id)
	l.report.tally(t.kind, t.tally)
	return t.tally
}
