//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// A site is one service: servers behind a balancer, and the stores that they share.
type site struct {
	ledger   *ledger
	report   *report
	balancer *balancer
	nodes    []*node
	demo     credentials
	client   *http.Client // of the driver, at the balancer
	folder   string
	stores   []string // the flags that say where they are

	// Where the servers share a PostgreSQL and a Redis Cluster; nil for one server on a SQLite file.
	database *postgrestest.Server
	proxy    *proxy
	cluster  *redistest.Cluster
}

// credentials are what the servers write about their demo accounts.
type credentials struct {
	Users   map[string]struct{ Username, Password string }
	Clients map[string]struct {
		ClientKey    string `json:"client_key"`
		ClientSecret string `json:"client_secret"`
	}
	APIKeys         map[string]string                 `json:"api_keys"`
	DeveloperTokens map[string]struct{ Token string } `json:"developer_tokens"`
}

// newSite is a site without servers.
func newSite(o options, r *report, name string) (*site, error) {
	s := &site{report: r, ledger: newLedger(r), folder: filepath.Join(o.folder, name)}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, err
	}
	var err error
	if s.balancer, err = newBalancer(s.ledger, newRandom(o.seed, name+" balancer")); err != nil {
		return nil, err
	}
	s.client = &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{MaxIdleConnsPerHost: o.burst, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// nodeTimeout is how long a Redis master may be silent until its replica takes its place.
const nodeTimeout = 1500 * time.Millisecond

// openCluster opens a site of three servers on a PostgreSQL, behind a proxy, and a Redis Cluster of six.
func openCluster(o options, r *report) (*site, error) {
	s, err := newSite(o, r, "cluster")
	if err != nil {
		return nil, err
	}
	if err := s.openStores(o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.startFresh(o.program, 3); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// openStores starts what three servers share.
func (s *site) openStores(o options) (err error) {
	if s.database, err = postgrestest.Start(); err != nil {
		return err
	}
	s.cluster, err = redistest.StartCluster(fmt.Sprint("cluster-node-timeout ", nodeTimeout.Milliseconds()))
	if err != nil {
		return err
	}
	where, err := url.Parse(s.database.URL("postgres"))
	if err != nil {
		return err
	}
	if s.proxy, err = newProxy(where.Host, newRandom(o.seed, "proxy")); err != nil {
		return err
	}
	where.Host = s.proxy.address()
	s.stores = []string{"-store", where.String(), "-redis", strings.Join(s.cluster.Addrs(), ","), "-keys", filepath.Join(s.folder, "keys")}
	return nil
}

// openFile opens a site of one server on a SQLite file.
func openFile(o options, r *report) (*site, error) {
	s, err := newSite(o, r, "file")
	if err != nil {
		return nil, err
	}
	s.stores = []string{"-store", "sqlite:" + filepath.Join(s.folder, "sesame.db")}
	if err := s.startFresh(o.program, 1); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// openGuarded opens a site of three servers that share the stores of another, and limit guesses.
func openGuarded(o options, r *report, other *site) (*site, error) {
	s, err := newSite(o, r, "guarded")
	if err != nil {
		return nil, err
	}
	s.stores, s.demo = other.stores, other.demo
	if err := s.start(o.program, 3); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// startFresh starts servers on new stores. They do not limit guesses: what is counted before a kill stays counted.
func (s *site) startFresh(program string, servers int) error {
	demo := filepath.Join(s.folder, "credentials.json")
	if err := s.start(program, servers, "-throttle", "off", "-credentials", demo); err != nil {
		return err
	}
	text, err := os.ReadFile(demo)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &s.demo)
}

// start starts servers, one after the other: the first fills the stores.
func (s *site) start(program string, servers int, flags ...string) error {
	flags = slices.Concat(s.stores, []string{"-base-url", s.balancer.origin(), "-code-ttl", "10m"}, flags)
	for range servers {
		n := &node{program: program, flags: flags}
		if err := n.start(); err != nil {
			return err
		}
		s.nodes = append(s.nodes, n)
	}
	s.balancer.nodes = s.nodes
	return nil
}

// setNetwork sets the network conditions.
func (s *site) setNetwork(n *network) {
	s.balancer.network.Store(n)
	if s.proxy != nil {
		s.proxy.network.Store(n)
	}
}

// do sends a request to the balancer.
func (s *site) do(r *http.Request) (answer, error) { return read(s.client.Do(r)) }

// well waits until every server says that it is well.
func (s *site) well(ctx context.Context) error { return s.healthy(ctx, http.StatusOK) }

// healthy waits until every server says this of its health.
func (s *site) healthy(ctx context.Context, status int) error {
	return s.each(func(n *node) error {
		err := retry(ctx, func() error {
			got, err := s.at(n, get(s.balancer.origin()+"/healthz"))
			if err != nil {
				return err
			}
			return got.need(status)
		})
		if err != nil {
			return fmt.Errorf("the health of a server: %w\n%s", err, n.log.String())
		}
		return nil
	})
}

// each does something with every server, at once.
func (s *site) each(do func(n *node) error) error {
	errs := make([]error, len(s.nodes))
	var all sync.WaitGroup
	for i, n := range s.nodes {
		all.Go(func() { errs[i] = do(n) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// at sends a request to one server, past the balancer.
func (s *site) at(n *node, r *http.Request) (answer, error) {
	r.Host = r.URL.Host
	r.URL.Host = n.address()
	return s.do(r)
}

// vouch tells Redis that nothing is lost that will be sent again, where there has been a failover, on purpose or because the
// machine was busy: the driver knows, since the replicas had what it comes back to. Without it nonces are refused for half a
// window.
func (s *site) vouch(ctx context.Context) error {
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: s.cluster.Addrs(), ContextTimeoutEnabled: true})
	defer client.Close()
	return retry(ctx, func() error {
		claims, err := redisstore.New(ctx, client)
		if err != nil {
			return err
		}
		return claims.Vouch(ctx)
	})
}

// failovers is a number that grows with each failover of Redis.
func (s *site) failovers(ctx context.Context) (epoch string, err error) {
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: s.cluster.Addrs()})
	defer client.Close()
	text, err := client.ClusterInfo(ctx).Result()
	_, epoch, _ = strings.Cut(text, "cluster_current_epoch:")
	epoch, _, _ = strings.Cut(epoch, "\r\n")
	return epoch, err
}

func (s *site) close() error {
	var errs []error
	for _, n := range s.nodes {
		errs = append(errs, n.kill())
	}
	errs = append(errs, s.balancer.close())
	s.client.CloseIdleConnections()
	if s.proxy != nil {
		errs = append(errs, s.proxy.close())
	}
	if s.cluster != nil {
		errs = append(errs, s.cluster.Stop())
	}
	if s.database != nil {
		errs = append(errs, s.database.Stop())
	}
	return errors.Join(errs...)
}
