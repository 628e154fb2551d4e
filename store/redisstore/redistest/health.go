//go:build unix

package redistest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Await waits until every server that runs finds the cluster whole and, where it is a replica, has what its master has.
func (c *Cluster) Await() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return until(ctx, func() error {
		running := c.running()
		for _, s := range running {
			err := errors.Join(s.served(ctx), s.knows(ctx, len(running)), s.caughtUp(ctx))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// running are the servers that answer.
func (c *Cluster) running() []*Server {
	return slices.DeleteFunc(slices.Clone(c.Servers), func(s *Server) bool { return !s.answers() })
}

// served says whether the server finds that every slot has a master that answers.
func (s *Server) served(ctx context.Context) error {
	state, err := s.do(ctx, "CLUSTER", "INFO").Text()
	if err == nil && !(strings.Contains(state, "cluster_state:ok") && strings.Contains(state, "cluster_slots_ok:16384")) {
		err = fmt.Errorf("%s finds the cluster as:\n%s", s.Addr(), state)
	}
	return err
}

// knows says whether the server finds so many well.
func (s *Server) knows(ctx context.Context, servers int) error {
	nodes, err := s.do(ctx, "CLUSTER", "NODES").Text()
	if err != nil {
		return err
	}
	healthy := 0
	for line := range strings.Lines(nodes) {
		if strings.Contains(line, " connected") && !strings.Contains(line, "fail") && !strings.Contains(line, "noaddr") {
			healthy++
		}
	}
	if healthy < servers {
		return fmt.Errorf("%s knows of the nodes:\n%s", s.Addr(), nodes)
	}
	return nil
}

// caughtUp says whether the server, where it is a replica, has what its master has.
func (s *Server) caughtUp(ctx context.Context) error {
	replication, err := s.do(ctx, "INFO", "replication").Text()
	if err == nil && strings.Contains(replication, "role:slave") && !strings.Contains(replication, "master_link_status:up") {
		err = fmt.Errorf("%s copies its master:\n%s", s.Addr(), replication)
	}
	return err
}

// Promoted waits until a replica has become a master and the others know.
func (c *Cluster) Promoted(replica *Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return until(ctx, func() error {
		if !replica.IsMaster() {
			return fmt.Errorf("%s is a replica", replica.Addr())
		}
		for _, s := range c.running() {
			if err := s.served(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
