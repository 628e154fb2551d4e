//go:build unix

package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// pooled is the URL of a database of the test's own behind a pgbouncer in transaction mode, whose few connections all clients
// share: what one statement leaves behind in its session would be another's.
func pooled(t *testing.T) string {
	t.Helper()
	db := postgresDB(t)
	server, err := shared()
	require.NoError(t, err)
	pooler, err := postgrestest.StartPooler(server, "default_pool_size = 4")
	if errors.Is(err, postgrestest.ErrPoolerMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, pooler.Stop()) })
	name := fmt.Sprintf("test_%d", databases.Add(1))
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return pooler.URL(name, "default_query_exec_mode=exec")
}

func TestStoreOnPostgreSQLBehindPgbouncer(t *testing.T) {
	t.Parallel()
	url := pooled(t)
	db := openPostgres(t, url)
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
	t.Run("the law", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Backend { return backend(tenantOn(t, db)) })
	})
	t.Run("a verification is one round trip", func(t *testing.T) { oneTurn(t, url) })
}

// A turn begins where a client writes after it has read.
type turns struct {
	net.Conn
	count *atomic.Int64
	read  atomic.Bool
}

func (c *turns) Read(b []byte) (int, error) {
	c.read.Store(true)
	return c.Conn.Read(b)
}

func (c *turns) Write(b []byte) (int, error) {
	if c.read.Swap(false) {
		c.count.Add(1)
	}
	return c.Conn.Write(b)
}

func oneTurn(t *testing.T, url string) {
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	var count atomic.Int64
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &turns{Conn: c, count: &count}, err
	}
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { db.Close() })
	s, ctx := tenantOn(t, db), t.Context()
	digest := store.DigestOf("a token")
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna"}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{{ID: "t", Digest: digest, User: "anna"}}, 0))
	for range 3 {
		before := count.Load()
		_, err := s.LookUpToken(ctx, digest)
		require.NoError(t, err)
		assert.Equal(t, before+1, count.Load())
	}
}
