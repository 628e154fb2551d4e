//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// A fault is injected while requests run, and how it heals.
type fault struct {
	name   string
	inject func(s *site, r *random) (heal func() error, err error)
}

// faults are injected in this order, in turn.
var faults = []fault{
	{name: "a server killed", inject: killNode},
	{name: "a Redis master failed over", inject: failOver},
	{name: "PostgreSQL killed", inject: killDatabase},
	{name: "a server stopped", inject: stopNode},
	{name: "PostgreSQL stopped", inject: stopDatabase},
	{name: "a Redis server stopped", inject: stopRedisServer}, // and perhaps its replica takes its place
	{name: "PostgreSQL crashed", inject: crashDatabase},
	{name: "every connection to PostgreSQL cut", inject: cutDatabase},
}

func killNode(s *site, r *random) (func() error, error) {
	n := oneOf(r, s.nodes)
	return keepTrying(n.start), n.kill()
}

func stopNode(s *site, r *random) (func() error, error) {
	n := oneOf(r, s.nodes)
	return after(r.upTo(time.Second), n.resume), n.pause()
}

func killDatabase(s *site, r *random) (func() error, error) {
	return after(r.upTo(time.Second), keepTrying(s.database.Restart)), s.database.Kill()
}

// killDatabaseBriefly heals as soon as it is told to.
func killDatabaseBriefly(s *site, _ *random) (func() error, error) {
	return keepTrying(s.database.Restart), s.database.Kill()
}

func crashDatabase(s *site, r *random) (func() error, error) {
	return after(r.upTo(time.Second), keepTrying(s.database.Restart)), s.database.Crash()
}

func stopDatabase(s *site, r *random) (func() error, error) {
	return after(r.upTo(time.Second), s.database.Resume), s.database.Pause()
}

func cutDatabase(s *site, _ *random) (func() error, error) {
	s.proxy.cutAll()
	return func() error { return nil }, nil
}

// failOver kills one of the masters, and returns when its replica has taken its place.
func failOver(s *site, r *random) (func() error, error) {
	if err := s.cluster.Await(); err != nil {
		return nil, err
	}
	masters := slices.Clone(s.cluster.Servers)
	masters = slices.DeleteFunc(masters, func(server *redistest.Server) bool { return !server.IsMaster() })
	if len(masters) == 0 {
		return nil, errors.New("there is no master of Redis")
	}
	master := oneOf(r, masters)
	heal := func() error { return errors.Join(keepTrying(master.Restart)(), s.cluster.Await()) }
	if _, err := s.cluster.Failover(master); err != nil {
		return heal, fmt.Errorf("failover: %w", err)
	}
	return heal, nil
}

func stopRedisServer(s *site, r *random) (func() error, error) {
	server := oneOf(r, s.cluster.Servers)
	return after(r.upTo(2*nodeTimeout), func() error { return errors.Join(server.Resume(), s.cluster.Await()) }), server.Pause()
}

// after heals some time later.
func after(wait time.Duration, heal func() error) func() error {
	return func() error {
		time.Sleep(wait)
		return heal()
	}
}

// keepTrying starts a server again, as whoever watches over it does: its port may be a connection's for a moment, and its
// database not there yet.
func keepTrying(restart func() error) func() error {
	return func() error { return retry(context.Background(), restart) } // to clean up needs it too
}
