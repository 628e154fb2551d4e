package storetest_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/seed-f67351ce/sesame/store/storetest"
)

// A recorder is a storetest.T that remembers what a check reports.
type recorder struct {
	ctx     context.Context
	mu      sync.Mutex
	reports []string
}

func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

func (r *recorder) FailNow() { runtime.Goexit() }

// reports runs the check on a backend and returns what it reports.
func reports(t *testing.T, c storetest.Check, b storetest.Backend) []string {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &recorder{ctx: ctx}
	var check sync.WaitGroup
	check.Go(func() { c.Test(r, b) })
	check.Wait()
	return r.reports
}
