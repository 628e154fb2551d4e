//go:build unix

package postgrestest_test

import (
	"errors"
	"net"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// start starts a server, which the test's end stops. The test ends where PostgreSQL is not installed.
func start(t *testing.T) *postgrestest.Server {
	t.Helper()
	server, err := postgrestest.Start("fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	return server
}

// answering returns what tells whether anybody takes connections at a database's URL.
func answering(t *testing.T, database string) (answers func() bool) {
	t.Helper()
	where, err := url.Parse(database)
	require.NoError(t, err)
	return func() bool {
		c, err := net.Dial("tcp", where.Host)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
}

func TestAServerComesAndGoes(t *testing.T) {
	server := start(t)
	answers := answering(t, server.URL("postgres"))
	assert.True(t, answers())
	require.NoError(t, server.Crash())
	assert.False(t, answers())
	require.NoError(t, server.Restart())
	assert.True(t, answers())
	require.NoError(t, server.Kill())
	assert.False(t, answers())
	require.NoError(t, server.Kill(), "also where it has ended")
	require.NoError(t, server.Restart())
	assert.True(t, answers())
	require.NoError(t, server.Pause())
	require.NoError(t, server.Stop(), "also while it is paused")
	assert.False(t, answers())
}

func TestASettingThatIsWrongIsSaid(t *testing.T) {
	server, err := postgrestest.Start("no_such_setting=1")
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	assert.ErrorContains(t, err, "no_such_setting")
	assert.Nil(t, server)
}
