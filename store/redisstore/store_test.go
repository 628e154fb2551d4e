//go:build unix

package redisstore_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// quiet keeps the driver from writing to the tests' output of connections that are refused on purpose.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	redis.SetLogger(quiet{})
	os.Exit(m.Run())
}

// open is a client of one server, or of a cluster.
func open(t testing.TB, addrs ...string) redis.UniversalClient {
	t.Helper()
	client := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: addrs, ContextTimeoutEnabled: true, IsClusterMode: len(addrs) > 1,
	})
	t.Cleanup(func() { client.Close() })
	return client
}

// newStore is a store that has been vouched for. Where no option says otherwise a call has all the time that a busy machine
// needs.
func newStore(t testing.TB, client redis.UniversalClient, options ...redisstore.Option) *redisstore.Store {
	t.Helper()
	options = append([]redisstore.Option{redisstore.Timeout(30 * time.Second)}, options...)
	s, err := redisstore.New(context.Background(), client, options...)
	require.NoError(t, err)
	require.NoError(t, s.Vouch(context.Background()))
	return s
}

func TestLaw(t *testing.T) {
	t.Parallel()
	var tenants atomic.Int64
	law := func(client redis.UniversalClient) func(t *testing.T) {
		return func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Backend {
				tenant := redisstore.Tenant(fmt.Sprint("law ", tenants.Add(1)))
				s := newStore(t, client, tenant, redisstore.Window(2*time.Hour))
				return storetest.Backend{Once: s, Counters: s}
			})
		}
	}
	t.Run("Redis", law(open(t, redistest.New(t).Addr())))
	t.Run("Redis Cluster", law(open(t, redistest.NewCluster(t).Addrs()...)))
}
