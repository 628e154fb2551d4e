//go:build unix

package main_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

// healthz is the status of the server's health.
func healthz(t *testing.T, s *apitest.Server) int {
	return apitest.Do(t, s.NewRequest("GET", "/healthz")).Status
}

// startPair starts two servers on one PostgreSQL and the Redis at these addresses.
func startPair(t *testing.T, addrs ...string) (one, two *apitest.Server) {
	t.Helper()
	return startTwo(t, startPostgreSQL(t), "-redis", strings.Join(addrs, ","))
}

// digestCounts asks one server for a nonce, and returns what sends a count of it to any.
func digestCounts(t *testing.T, s *apitest.Server) func(to *apitest.Server, count uint32) (status int) {
	d, target := s.Digest("aladdin"), "/v2?client_key="+s.Key("aladdin_app")
	return func(to *apitest.Server, count uint32) int {
		d.Count = count
		return apitest.Do(t, d.Sign(to.NewRequest("GET", target))).Status
	}
}

func TestTwoServersOnOneRedis(t *testing.T) {
	t.Parallel()
	server := redistest.New(t)
	one, two := startPair(t, server.Addr())
	assert.Equal(t, 200, status(t, one, one.Credentials, "aladdin"))

	// A nonce of one is good at the other, and each count once at both.
	count := digestCounts(t, one)
	assert.Equal(t, 200, count(one, 1))
	assert.Equal(t, 401, count(two, 1))
	assert.Equal(t, 200, count(two, 2))
	assert.Equal(t, 401, count(one, 2))

	token := one.Credentials.DeveloperTokens["aladdin"].Token
	for range 3 {
		assert.Equal(t, 200, bearerStatus(t, one, token))
		assert.Equal(t, 200, bearerStatus(t, two, token))
	}

	v := one.Visitor()
	v.SignIn("unicode", "/portal/tokens")
	assert.Equal(t, 200, v.Do(two.NewRequest("GET", "/portal/tokens")).Status, "who is signed in at one is so at the other")

	require.NoError(t, server.Pause())
	begin := time.Now()
	assert.Equal(t, http.StatusServiceUnavailable, count(two, 3))
	assert.Equal(t, http.StatusServiceUnavailable, healthz(t, one))
	if os.Getenv("SESAME_LONG") == "1" {
		assert.Less(t, time.Since(begin), 4*time.Second, "of two answers")
	}
	require.NoError(t, server.Resume())
	recovers(t, one, two)
	assert.Equal(t, 200, count(one, 4))

	// What a server forgot is not taken again.
	require.NoError(t, server.Kill())
	require.NoError(t, server.Restart())
	recovers(t, one, two)
	assert.Equal(t, 401, count(one, 4))
	assert.Equal(t, 401, count(two, 5))
	assert.Equal(t, 200, bearerStatus(t, two, token))
	assert.Equal(t, http.StatusSeeOther, v.Do(two.NewRequest("GET", "/portal/tokens")).Status, "to sign in again")
}

func TestTwoServersOnOneRedisCluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.NewCluster(t)
	one, two := startPair(t, cluster.Addrs()...)
	count := digestCounts(t, one)
	assert.Equal(t, 200, count(one, 1))
	assert.Equal(t, 401, count(two, 1))
	for _, master := range cluster.Servers[:3] { // each, one after the other: a majority has to be there to agree
		_, err := cluster.Failover(master)
		require.NoError(t, err)
		require.NoError(t, master.Restart())
		require.NoError(t, cluster.Await())
	}
	recovers(t, one, two)
	assert.Equal(t, 401, count(two, 1))
	assert.Equal(t, 401, count(one, 2))
}

// recovers waits until both servers are well.
func recovers(t *testing.T, servers ...*apitest.Server) {
	t.Helper()
	for _, s := range servers {
		assert.Eventually(t, func() bool { return healthz(t, s) == 200 }, 20*time.Second, 50*time.Millisecond)
	}
}
