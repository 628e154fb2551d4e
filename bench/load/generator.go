package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A system is a path of the server, and how it is asked.
type system struct {
	words string
	path  string
	// row is how often a connection sends the same token in a row.
	row int
}

// A generator sends requests over its connections, with tokens of which each has its turn.
type generator struct {
	connections []*connection
	tokens      []string
	next        atomic.Uint64
}

func newGenerator(addr string, connections int, tokens []string) (*generator, error) {
	g := &generator{tokens: tokens}
	for range connections {
		c, err := dial(addr)
		if err != nil {
			return nil, errors.Join(err, g.close())
		}
		g.connections = append(g.connections, c)
	}
	return g, nil
}

func (g *generator) close() error {
	var errs []error
	for _, c := range g.connections {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// measure lets the systems take turns, and returns the medians of each.
func (g *generator) measure(ctx context.Context, systems []system, slice time.Duration, rounds int) ([]sample, error) {
	all := make([][]sample, len(systems))
	for _, s := range systems {
		if _, err := g.run(ctx, s, slice/4); err != nil { // warm
			return nil, err
		}
	}
	for range rounds {
		for i, s := range systems {
			found, err := g.run(ctx, s, slice)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], found)
		}
	}
	medians := make([]sample, len(systems))
	for i, samples := range all {
		medians[i] = medianOf(samples)
	}
	return medians, nil
}

// run sends requests to the system for about so long, over all connections at once.
func (g *generator) run(ctx context.Context, s system, slice time.Duration) (sample, error) {
	latencies, errs := make([][]time.Duration, len(g.connections)), make([]error, len(g.connections))
	used, begin := processors(), time.Now()
	var all sync.WaitGroup
	for i, c := range g.connections {
		all.Go(func() { latencies[i], errs[i] = g.send(ctx, c, s, begin.Add(slice)) })
	}
	all.Wait()
	took, used := time.Since(begin), processors().minus(used)
	if err := cmp.Or(append([]error{ctx.Err()}, errs...)...); err != nil { // the first will do
		return sample{}, err
	}
	sorted := slices.Concat(latencies...)
	slices.Sort(sorted)
	return sample{
		rate: float64(len(sorted)) / took.Seconds(), p50: sorted[len(sorted)/2], p99: sorted[len(sorted)*99/100],
		used: used.over(len(sorted)),
	}, nil
}

// send sends requests over one connection until then.
func (g *generator) send(ctx context.Context, c *connection, s system, until time.Time) (latencies []time.Duration, err error) {
	token := ""
	for n := 0; time.Now().Before(until) && ctx.Err() == nil; n++ {
		if n%s.row == 0 {
			token = g.tokens[g.next.Add(1)%uint64(len(g.tokens))]
		}
		latency, err := c.get(s.path, token)
		if err != nil {
			return nil, err
		}
		latencies = append(latencies, latency)
	}
	return latencies, nil
}
