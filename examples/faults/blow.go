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

// A blow is a fault that is injected while requests run, and how it heals.
type blow struct {
	name   string
	strike func(s *site, d *dice) (heal func() error, err error)
}

// blows are dealt in this order, in turn.
var blows = []blow{
	{name: "a server killed", strike: killNode},
	{name: "a Redis master failed over", strike: failOver},
	{name: "PostgreSQL killed", strike: killDatabase},
	{name: "a server stopped", strike: stopNode},
	{name: "PostgreSQL stopped", strike: stopDatabase},
	{name: "a Redis server stopped", strike: stopRedisServer}, // and perhaps its replica takes its place
	{name: "PostgreSQL crashed", strike: crashDatabase},
	{name: "every connection to PostgreSQL cut", strike: cutWire},
}

func killNode(s *site, d *dice) (func() error, error) {
	n := oneOf(d, s.nodes)
	return stubborn(n.start), n.kill()
}

func stopNode(s *site, d *dice) (func() error, error) {
	n := oneOf(d, s.nodes)
	return after(d.upTo(time.Second), n.resume), n.pause()
}

func killDatabase(s *site, d *dice) (func() error, error) {
	return after(d.upTo(time.Second), stubborn(s.database.Restart)), s.database.Kill()
}

func crashDatabase(s *site, d *dice) (func() error, error) {
	return after(d.upTo(time.Second), stubborn(s.database.Restart)), s.database.Crash()
}

func stopDatabase(s *site, d *dice) (func() error, error) {
	return after(d.upTo(time.Second), s.database.Resume), s.database.Pause()
}

func cutWire(s *site, _ *dice) (func() error, error) {
	s.wire.cutAll()
	return func() error { return nil }, nil
}

// failOver kills one of the masters, and returns when its replica has taken its place.
func failOver(s *site, d *dice) (func() error, error) {
	if err := s.cluster.Await(); err != nil {
		return nil, err
	}
	masters := slices.Clone(s.cluster.Servers)
	masters = slices.DeleteFunc(masters, func(server *redistest.Server) bool { return !server.IsMaster() })
	if len(masters) == 0 {
		return nil, errors.New("there is no master of Redis")
	}
	master := oneOf(d, masters)
	heal := func() error { return errors.Join(stubborn(master.Restart)(), s.cluster.Await()) }
	if _, err := s.cluster.Failover(master); err != nil {
		return heal, fmt.Errorf("failover: %w", err)
	}
	return heal, nil
}

func stopRedisServer(s *site, d *dice) (func() error, error) {
	server := oneOf(d, s.cluster.Servers)
	return after(d.upTo(2*nodeTimeout), func() error { return errors.Join(server.Resume(), s.cluster.Await()) }), server.Pause()
}

// after heals some time later.
func after(wait time.Duration, heal func() error) func() error {
	return func() error {
		time.Sleep(wait)
		return heal()
	}
}

// stubborn starts a server again, as whoever watches over it does: its port may be a connection's for a moment, and its
// database not there yet.
func stubborn(restart func() error) func() error {
	return func() error { return insist(context.Background(), restart) } // to clean up needs it too
}
