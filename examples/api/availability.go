package main

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// fresh is how long what a trial of the store has shown is taken for true.
const fresh = 100 * time.Millisecond

// patience is how long a trial may take, so that the answer is there within two seconds.
const patience = 1500 * time.Millisecond

// An availability lets requests through while the store keeps what it is given. Where it does not, nobody is let in, though
// much could still be read: a full disk or a lock that another process holds stops the writers of a SQLite file, but not its
// readers, and a PostgreSQL that was left behind by a failover may not know what has been revoked since.
type availability struct {
	try  func(context.Context) error
	turn chan struct{} // held by the one request that tries
	last atomic.Pointer[trial]
}

// A trial is what the store answered at some time.
type trial struct {
	at  time.Time
	err error
}

func newAvailability(try func(context.Context) error) *availability {
	return &availability{try: try, turn: make(chan struct{}, 1)}
}

// err is nil while the store keeps what it is given. It is what the last trial has shown, or that of a new one, for which all
// requests wait.
func (a *availability) err(ctx context.Context) error {
	if last := a.latest(); last != nil {
		return last.err
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if last := a.latest(); last != nil {
		return last.err // somebody else has tried in the meantime
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // it is for the others too
	defer cancel()
	err := a.try(ctx)
	a.last.Store(&trial{at: time.Now(), err: err})
	return err
}

// latest is the last trial where that was a moment ago, else nil.
func (a *availability) latest() *trial {
	last := a.last.Load()
	if last == nil || time.Since(last.at) > fresh {
		return nil
	}
	return last
}

// required answers 503 where the store keeps nothing: to a person on one of pages by a page, which asks the store nothing.
func (a *availability) required(next http.Handler, pages *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := a.err(r.Context())
		if err == nil {
			next.ServeHTTP(w, r)
			return
		}
		failure := autherr.NewUnavailable(err)
		if _, pattern := pages.Handler(r); pattern == "" {
			autherr.Write(w, r, failure)
			return
		}
		failure.SetHeader(w.Header())
		unavailable.serve(w, failure.Kind.Status())
	})
}

// pagesOf has the patterns of pages alone.
func pagesOf(routes []auth.Route) *http.ServeMux {
	mux := http.NewServeMux()
	for _, route := range routes {
		mux.Handle(route.Pattern, route.Handler)
	}
	return mux
}

// keeps says whether the store keeps what it is given.
func (b *backend) keeps(ctx context.Context) error {
	if err := b.ping(ctx); err != nil {
		return err
	}
	return count(ctx, b)
}

// count is a trial of counters: it adds one.
func count(ctx context.Context, c store.Counters) error {
	return c.Add(ctx, []store.Count{{Key: store.DigestOf("a trial of the store"), Delta: 1, Until: time.Now().Add(time.Minute)}})
}

// healthy answers for the server, of which only the store can fail.
func healthy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, r, map[string]string{"status": "ok"})
}
