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
	// forgets says that Redis may have lost claims.
	forgets bool
}

// blows are dealt in this order, in turn.
var blows = []blow{
	{name: "a server killed", strike: killNode},
	{name: "a Redis master failed over", strike: failOver, forgets: true},
	{name: "PostgreSQL killed", strike: killDatabase},
	{name: "a server stopped", strike: stopNode},
	{name: "PostgreSQL stopped", strike: stopDatabase},
	{name: "a Redis server stopped", strike: stopRedisServer, forgets: true}, // its replica may have taken its place
	{name: "PostgreSQL crashed", strike: crashDatabase},
	{name: "every connection to PostgreSQL cut", strike: cutWire},
}

func killNode(s *site, d *dice) (func() error, error) {
	n := oneOf(d, s.nodes)
	return n.start, n.kill()
}

func stopNode(s *site, d *dice) (func() error, error) {
	n := oneOf(d, s.nodes)
	return after(d, n.resume), n.pause()
}

func killDatabase(s *site, d *dice) (func() error, error) {
	return after(d, stubborn(s.database.Restart)), s.database.Kill()
}

func crashDatabase(s *site, d *dice) (func() error, error) {
	return after(d, stubborn(s.database.Restart)), s.database.Crash()
}

func stopDatabase(s *site, d *dice) (func() error, error) {
	return after(d, s.database.Resume), s.database.Pause()
}

func cutWire(s *site, _ *dice) (func() error, error) {
	s.wire.cutAll()
	return func() error { return nil }, nil
}

// failOver kills one of the masters, and returns when its replica has taken its place.
func failOver(s *site, d *dice) (func() error, error) {
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
	return after(d, func() error { return errors.Join(server.Resume(), s.cluster.Await()) }), server.Pause()
}

// after heals some time later, up to a second.
func after(d *dice, heal func() error) func() error {
	return func() error {
		time.Sleep(d.upTo(time.Second))
		return heal()
	}
}

// stubborn starts a server again, and again where a connection has taken its port for a moment.
func stubborn(restart func() error) func() error {
	return func() (err error) {
		for range 5 {
			if err = restart(); err == nil {
				return nil
			}
			time.Sleep(200 * time.Millisecond)
		}
		return err
	}
}

// recover waits until the site is whole again after a blow.
func (b blow) recover(ctx context.Context, s *site) error {
	if b.forgets {
		if err := s.vouch(ctx); err != nil {
			return err
		}
	}
	return s.well(ctx)
}
