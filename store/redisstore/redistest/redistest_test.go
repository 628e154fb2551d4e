//go:build unix

package redistest_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// ping is the error of a PING.
func ping(addr string) error {
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, ReadTimeout: 200 * time.Millisecond})
	defer client.Close()
	return client.Ping(context.Background()).Err()
}

func TestAServerComesAndGoes(t *testing.T) {
	server := redistest.New(t)
	assert.NoError(t, ping(server.Addr()))
	require.NoError(t, server.Kill())
	assert.Error(t, ping(server.Addr()))
	require.NoError(t, server.Kill(), "also where it has ended")
	require.NoError(t, server.Restart())
	assert.NoError(t, ping(server.Addr()))
	require.NoError(t, server.Pause())
	assert.Error(t, ping(server.Addr()))
	require.NoError(t, server.Resume())
	assert.NoError(t, ping(server.Addr()))
	require.NoError(t, server.Pause())
	require.NoError(t, server.Stop(), "also while it is paused")
	assert.Error(t, ping(server.Addr()))
}

func TestASettingThatIsWrongIsSaid(t *testing.T) {
	_, err := redistest.Start("no-such-setting yes")
	if errors.Is(err, redistest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	assert.ErrorContains(t, err, "no-such-setting")
}

func TestAClusterOutlivesAMaster(t *testing.T) {
	cluster := redistest.NewCluster(t)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs()})
	defer client.Close()
	ctx := context.Background()
	set := func() error { return client.Set(ctx, "key", "value", time.Hour).Err() }
	require.NoError(t, set())

	master, err := cluster.Master("key")
	require.NoError(t, err)
	next, err := cluster.Failover(master)
	require.NoError(t, err)
	assert.NotSame(t, master, next)
	now, err := cluster.Master("key")
	require.NoError(t, err)
	assert.Same(t, next, now)
	client.ReloadState(ctx) // else it asks for its new masters once a minute
	assert.Eventually(t, func() bool { return set() == nil }, 10*time.Second, 50*time.Millisecond)

	require.NoError(t, master.Restart())
	require.NoError(t, cluster.Await())
	assert.False(t, master.IsMaster(), "it copies the one that took its place")
	replica, err := cluster.Replica(next)
	require.NoError(t, err)
	assert.Same(t, master, replica)
}
