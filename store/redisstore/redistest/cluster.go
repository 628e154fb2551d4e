//go:build unix

package redistest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	masters = 3
	slots   = 16384
)

// A Cluster is a Redis Cluster of three masters with one replica each.
type Cluster struct {
	// Servers are the six servers. The first three begin as the masters of a third of the slots each, the others as their
	// replicas, in the same order.
	Servers []*Server
}

// NewCluster starts a cluster for a test, whose end stops it.
func NewCluster(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	c, err := StartCluster(settings...)
	need(t, err)
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// StartCluster starts six servers, makes a cluster of them and waits until all of it works. Settings are as for [Start]. A
// master that does not answer for half a second is replaced.
func StartCluster(settings ...string) (*Cluster, error) {
	c := &Cluster{}
	for range 2 * masters {
		bus, err := freePort()
		if err != nil {
			return nil, errors.Join(err, c.Stop())
		}
		s, err := Start(append([]string{
			"cluster-enabled yes", "cluster-port " + bus, "cluster-node-timeout 500",
			"cluster-replica-validity-factor 0", // a replica that was paused is as good as any
		}, settings...)...)
		if err != nil {
			return nil, errors.Join(err, c.Stop())
		}
		s.bus = bus
		c.Servers = append(c.Servers, s)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.join(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// join makes a cluster of servers that are alone.
func (c *Cluster) join(ctx context.Context) error {
	first := c.Servers[0]
	for i, s := range c.Servers {
		if err := s.do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(); err != nil {
			return err
		}
		if i < masters {
			if err := s.do(ctx, "CLUSTER", "ADDSLOTSRANGE", i*slots/masters, (i+1)*slots/masters-1).Err(); err != nil {
				return err
			}
		}
		if i > 0 {
			if err := s.do(ctx, "CLUSTER", "MEET", "127.0.0.1", first.port, first.bus).Err(); err != nil {
				return err
			}
		}
	}
	for i, s := range c.Servers[masters:] {
		id, err := c.Servers[i].do(ctx, "CLUSTER", "MYID").Text()
		if err != nil {
			return err
		}
		// Until the two have heard of each other this is an error.
		if err := until(ctx, func() error { return s.do(ctx, "CLUSTER", "REPLICATE", id).Err() }); err != nil {
			return err
		}
	}
	return c.Await()
}

// do sends one command to the server over a connection of its own.
func (s *Server) do(ctx context.Context, args ...any) *redis.Cmd {
	client := redis.NewClient(&redis.Options{Addr: s.Addr(), MaxRetries: -1, DialTimeout: time.Second, ReadTimeout: time.Second})
	defer client.Close()
	return client.Do(ctx, args...)
}

// until repeats try until it succeeds.
func until(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Addrs are where the servers listen, those that are down included.
func (c *Cluster) Addrs() []string {
	addrs := make([]string, len(c.Servers))
	for i, s := range c.Servers {
		addrs[i] = s.Addr()
	}
	return addrs
}

// IsMaster says whether the server answers and takes itself for a master.
func (s *Server) IsMaster() bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	text, err := s.do(ctx, "INFO", "replication").Text()
	return err == nil && strings.Contains(text, "role:master")
}

// Master is the server that has the slot of key, as the servers that run see it.
func (c *Cluster) Master(key string) (*Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var master *Server
	err := until(ctx, func() (err error) {
		master, err = c.master(ctx, key)
		return err
	})
	return master, err
}

func (c *Cluster) master(ctx context.Context, key string) (*Server, error) {
	for _, s := range c.Servers {
		if !s.IsMaster() {
			continue
		}
		if s.do(ctx, "EXISTS", key).Err() == nil { // one that has not the slot says who has
			return s, nil
		}
	}
	return nil, fmt.Errorf("no master has the slot of %q", key)
}

// Replica is the replica that copies master.
func (c *Cluster) Replica(master *Server) (*Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, s := range c.Servers {
		text, err := s.do(ctx, "INFO", "replication").Text()
		if err == nil && strings.Contains(text, "role:slave") && strings.Contains(text, "master_port:"+master.port+"\r") {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s has no replica", master.Addr())
}

// Failover kills master and waits until its replica has taken its place, which it returns. What the replica had not heard of
// yet is lost. [Server.Restart] makes a replica of the old master.
func (c *Cluster) Failover(master *Server) (*Server, error) {
	replica, err := c.Replica(master)
	if err != nil {
		return nil, err
	}
	if err := master.Kill(); err != nil {
		return nil, err
	}
	return replica, c.Promoted(replica)
}

// Stop ends all servers and removes what they were.
func (c *Cluster) Stop() error {
	var errs []error
	for _, s := range c.Servers {
		errs = append(errs, s.Stop())
	}
	return errors.Join(errs...)
}
