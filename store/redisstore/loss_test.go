//go:build unix

package redisstore_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

const window = 10 * time.Minute

// claims are keys that were claimed, and until when.
type claims struct {
	keys  []store.Digest
	until time.Time
}

// claimMany claims keys of every shard, as one of now would be.
func claimMany(t *testing.T, s *redisstore.Store, name string) claims {
	t.Helper()
	c := claims{until: time.Now().Add(window - time.Second)}
	for i := range 200 {
		key := store.DigestOf(fmt.Sprint(name, " ", i))
		require.NoError(t, s.Claim(context.Background(), key, c.until))
		require.NoError(t, s.ClaimCount(context.Background(), key, 7, c.until))
		c.keys = append(c.keys, key)
	}
	return c
}

// refused checks that none of the keys can be claimed again, nor another number of theirs.
func (c claims) refused(t *testing.T, s *redisstore.Store) {
	t.Helper()
	for _, key := range c.keys {
		assert.ErrorIs(t, s.Claim(context.Background(), key, c.until), store.ErrUsed)
		assert.ErrorIs(t, s.ClaimCount(context.Background(), key, 7, c.until), store.ErrUsed)
	}
}

// recovers checks that what can only be new is taken again, and what may be old is not.
func recovers(t *testing.T, s *redisstore.Store) {
	t.Helper()
	ctx := context.Background()
	key := store.DigestOf("after " + t.Name())
	assert.ErrorIs(t, s.Claim(ctx, key, time.Now().Add(window-5*time.Second)), store.ErrUsed, "it may have been claimed before")
	fresh := time.Now().Add(window - time.Millisecond)
	assert.NoError(t, s.Claim(ctx, key, fresh), "nobody could claim it until %v before", window)
	assert.NoError(t, s.ClaimCount(ctx, key, 1, fresh))
	assert.ErrorIs(t, s.Claim(ctx, key, fresh), store.ErrUsed)
}

// answers waits until the store does.
func answers(t *testing.T, s *redisstore.Store) {
	t.Helper()
	require.Eventually(t, func() bool { return s.Ping(context.Background()) == nil }, 20*time.Second, 20*time.Millisecond)
}

func TestWhatAServerForgotIsRefused(t *testing.T) {
	for name, settings := range map[string][]string{
		"a server that keeps what it was told to save": nil, "a server that keeps a log": {"appendonly yes"},
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.New(t, settings...)
			s := newStore(t, open(t, server.Addr()), redisstore.Window(window))
			saved := claimMany(t, s, "saved")
			require.NoError(t, open(t, server.Addr()).Save(context.Background()).Err())
			before := claimMany(t, s, "before")
			require.NoError(t, server.Kill())
			require.NoError(t, server.Restart())
			answers(t, s)
			saved.refused(t, s)
			before.refused(t, s)
			recovers(t, s)
		})
	}
}

func TestWhatWasFlushedIsRefused(t *testing.T) {
	client := open(t, redistest.New(t).Addr())
	s := newStore(t, client, redisstore.Window(window))
	before := claimMany(t, s, "before")
	require.NoError(t, client.FlushAll(context.Background()).Err())
	before.refused(t, s)
	recovers(t, s)
}

func TestNewServersRefuseWhatMayBeOldUntilSomebodyVouches(t *testing.T) {
	client := open(t, redistest.New(t).Addr())
	s, err := redisstore.New(context.Background(), client, redisstore.Window(window))
	require.NoError(t, err)
	old := time.Now().Add(window / 2)
	assert.ErrorIs(t, s.Claim(context.Background(), store.DigestOf("1"), old), store.ErrUsed)
	require.NoError(t, s.Vouch(context.Background()))
	assert.NoError(t, s.Claim(context.Background(), store.DigestOf("1"), old))
	_, err = redisstore.New(context.Background(), client, redisstore.Window(window))
	require.NoError(t, err)
	assert.NoError(t, s.Claim(context.Background(), store.DigestOf("2"), old), "another process changes nothing")
}

func TestOneRefusalFindsOutForAll(t *testing.T) {
	client := open(t, redistest.New(t).Addr())
	s := newStore(t, client, redisstore.Window(window))
	claim := func(key string) error { // as if it were half a second old
		return s.Claim(context.Background(), store.DigestOf(key), time.Now().Add(window-500*time.Millisecond))
	}
	require.NoError(t, client.FlushAll(context.Background()).Err())
	assert.ErrorIs(t, claim("1"), store.ErrUsed)
	time.Sleep(600 * time.Millisecond)
	for i := range 200 {
		assert.NoError(t, claim(fmt.Sprint(i)), "in any shard")
	}
}

func TestAFailoverRefusesWhatTheReplicaMayNotHaveHeard(t *testing.T) {
	cluster := redistest.NewCluster(t)
	s := newStore(t, open(t, cluster.Addrs()...), redisstore.Window(window))
	heard := claimMany(t, s, "heard")
	master, err := cluster.Master("sesame{sesame 0  0} note")
	require.NoError(t, err)
	replica, err := cluster.Replica(master)
	require.NoError(t, err)
	require.NoError(t, replica.Pause())
	unheard := claimMany(t, s, "unheard")
	require.NoError(t, master.Kill())
	require.NoError(t, replica.Resume())
	require.NoError(t, cluster.Promoted(replica))
	answers(t, s)
	heard.refused(t, s)
	unheard.refused(t, s)

	// And back: the old master never knew all that was claimed meanwhile.
	require.NoError(t, master.Restart())
	require.NoError(t, cluster.Await())
	meanwhile := claims{until: time.Now().Add(window - time.Millisecond)}
	for i := range 200 {
		key := store.DigestOf(fmt.Sprint("meanwhile ", i))
		require.NoError(t, s.Claim(context.Background(), key, time.Now().Add(window-time.Millisecond)))
		require.NoError(t, s.ClaimCount(context.Background(), key, 7, time.Now().Add(window-time.Millisecond)))
		meanwhile.keys = append(meanwhile.keys, key)
	}
	back, err := cluster.Failover(replica)
	require.NoError(t, err)
	require.Same(t, master, back)
	answers(t, s)
	meanwhile.refused(t, s)
	unheard.refused(t, s)
}

func TestReplicasAreWaitedFor(t *testing.T) {
	master := redistest.New(t)
	client := open(t, master.Addr())
	_, port, err := net.SplitHostPort(master.Addr())
	require.NoError(t, err)
	replica := redistest.New(t, "replicaof 127.0.0.1 "+port)
	require.Eventually(t, func() bool {
		return client.Do(context.Background(), "WAIT", 1, 100).Val() == int64(1)
	}, 20*time.Second, 20*time.Millisecond)
	patient := newStore(t, client, redisstore.Wait{Replicas: 1, Timeout: 20 * time.Second}, redisstore.Window(window))
	s := newStore(t, client, redisstore.Wait{Replicas: 1, Timeout: 300 * time.Millisecond}, redisstore.Window(window))
	until := time.Now().Add(window - time.Second)
	assert.NoError(t, patient.Claim(context.Background(), store.DigestOf("1"), until))
	assert.ErrorIs(t, s.Claim(context.Background(), store.DigestOf("1"), until), store.ErrUsed)
	require.NoError(t, replica.Pause())
	err = s.Claim(context.Background(), store.DigestOf("2"), until)
	assert.ErrorIs(t, err, redisstore.ErrReplicas)
	assert.NotErrorIs(t, err, store.ErrUsed)
	require.NoError(t, replica.Resume())
	assert.ErrorIs(t, s.Claim(context.Background(), store.DigestOf("2"), until), store.ErrUsed, "nobody has what was not acknowledged")
}

func TestReplicasAreWaitedForInACluster(t *testing.T) {
	cluster := redistest.NewCluster(t)
	s := newStore(t, open(t, cluster.Addrs()...), redisstore.Wait{Replicas: 1, Timeout: 20 * time.Second}, redisstore.Window(window))
	claimMany(t, s, "before").refused(t, s)
	other := newStore(t, open(t, cluster.Addrs()...), redisstore.Wait{Replicas: 2, Timeout: 10 * time.Millisecond}, redisstore.Window(window))
	assert.ErrorIs(t, other.Claim(context.Background(), store.DigestOf("1"), time.Now().Add(time.Minute)), redisstore.ErrReplicas)
}

func TestEveryKeyExpires(t *testing.T) {
	client := open(t, redistest.New(t).Addr())
	s := newStore(t, client, redisstore.Window(window))
	claimMany(t, s, "some")
	counts := []store.Count{{Key: store.DigestOf("1"), Delta: 1, Until: time.Now().Add(time.Minute)}, {Key: store.DigestOf("2"), Delta: 1}}
	require.NoError(t, s.Add(context.Background(), counts))
	keys, err := client.Keys(context.Background(), "*").Result()
	require.NoError(t, err)
	assert.Len(t, keys, 64+2*200+2)
	for _, key := range keys {
		assert.Positive(t, client.PTTL(context.Background(), key).Val(), "%q", key)
	}
	assert.Error(t, s.Claim(context.Background(), store.DigestOf("never"), time.Time{}), "a claim for ever would never go")
	assert.Error(t, s.Claim(context.Background(), store.DigestOf("long"), time.Now().Add(window+time.Minute)))
	assert.Equal(t, int64(len(keys)), client.DBSize(context.Background()).Val())
}

func TestAKeyThatEndedIsNotGiven(t *testing.T) {
	s := newStore(t, open(t, redistest.New(t).Addr()))
	past := time.Now().Add(-time.Second)
	assert.ErrorIs(t, s.Claim(context.Background(), store.DigestOf("1"), past), store.ErrUsed, "it could not be kept")
	assert.ErrorIs(t, s.ClaimCount(context.Background(), store.DigestOf("1"), 1, past), store.ErrUsed)
}

func TestADownServerIsBreakageInTime(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(*redistest.Server) error{
		"killed": (*redistest.Server).Kill, "stopped in its tracks": (*redistest.Server).Pause,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.New(t)
			s := newStore(t, open(t, server.Addr()), redisstore.Timeout(redisstore.DefaultTimeout))
			require.NoError(t, stop(server))
			for name, call := range map[string]func(ctx context.Context) error{
				"Ping":  s.Ping,
				"Claim": func(ctx context.Context) error { return s.Claim(ctx, store.Digest{}, time.Now().Add(time.Minute)) },
				"ClaimCount": func(ctx context.Context) error {
					return s.ClaimCount(ctx, store.Digest{}, 1, time.Now().Add(time.Minute))
				},
				"Add": func(ctx context.Context) error { return s.Add(ctx, []store.Count{{Delta: 1}}) },
			} {
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
				err := call(ctx)
				assert.NoError(t, ctx.Err(), "%s took long", name)
				cancel()
				assert.Error(t, err, name)
				assert.NotErrorIs(t, err, store.ErrUsed, name)
				assert.NotErrorIs(t, err, store.ErrNotFound, name)
			}
			require.NoError(t, server.Resume())
		})
	}
}

func TestTenantsSeeNothingOfOneAnother(t *testing.T) {
	client := open(t, redistest.New(t).Addr())
	until := time.Now().Add(time.Minute)
	for _, options := range [][]redisstore.Option{
		nil, {redisstore.Tenant("a")}, {redisstore.Tenant("a 1")}, {redisstore.Prefix("a")}, {redisstore.Prefix("a"), redisstore.Tenant("a")},
	} {
		s := newStore(t, client, options...)
		assert.NoError(t, s.Claim(context.Background(), store.DigestOf("1"), until), "%v", options)
		counts := []store.Count{{Key: store.DigestOf("1"), Delta: 1, Until: until}}
		require.NoError(t, s.Add(context.Background(), counts))
		assert.Equal(t, 1, counts[0].Total)
	}
}

func TestNewRefuses(t *testing.T) {
	server := redistest.New(t)
	evicting := redistest.New(t, "maxmemory 100mb", "maxmemory-policy volatile-ttl")
	heedless := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer heedless.Close()
	sound := open(t, server.Addr())
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"1": server.Addr()}})
	defer ring.Close()
	balanced := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{server.Addr()}, ContextTimeoutEnabled: true, RouteRandomly: true})
	defer balanced.Close()
	for name, tc := range map[string]struct {
		client redis.UniversalClient
		option redisstore.Option
		says   string
	}{
		"no client":                           {nil, redisstore.Tenant(""), "required"},
		"a client that heeds no contexts":     {heedless, redisstore.Tenant(""), "ContextTimeoutEnabled"},
		"a ring":                              {ring, redisstore.Tenant(""), "ring"},
		"a client that reads from replicas":   {balanced, redisstore.Tenant(""), "replicas"},
		"a server that evicts":                {open(t, evicting.Addr()), redisstore.Tenant(""), "noeviction"},
		"a tenant with a hash tag":            {sound, redisstore.Tenant("{x}"), "brace"},
		"no time":                             {sound, redisstore.Timeout(0), "timeout"},
		"no window":                           {sound, redisstore.Window(0), "window"},
		"a wait that is longer than the call": {sound, redisstore.Wait{Replicas: 1, Timeout: time.Minute}, "replicas"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := redisstore.New(context.Background(), tc.client, tc.option)
			assert.ErrorContains(t, err, tc.says)
		})
	}
}

func TestEachSchemeHasAWindowOfItsOwn(t *testing.T) {
	ctx := context.Background()
	s := newStore(t, open(t, redistest.New(t).Addr()), redisstore.Window(time.Hour))
	assert.NoError(t, s.Claim(ctx, store.DigestOf("1"), time.Now().Add(50*time.Minute)))
	short := s.Within(time.Minute)
	assert.Error(t, short.Claim(ctx, store.DigestOf("2"), time.Now().Add(50*time.Minute)))
	assert.ErrorIs(t, short.Claim(ctx, store.DigestOf("1"), time.Now().Add(30*time.Second)), store.ErrUsed, "they share the keys")
	for _, wrong := range []time.Duration{0, -time.Hour, 1000 * time.Hour} {
		err := s.Within(wrong).Claim(ctx, store.DigestOf("3"), time.Now().Add(time.Second))
		assert.Error(t, err)
		assert.NotErrorIs(t, err, store.ErrUsed)
	}
}
