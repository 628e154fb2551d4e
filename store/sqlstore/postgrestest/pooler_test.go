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

// startPooler starts a server and a pooler in front of it. The test ends where one of them is not installed.
func startPooler(t *testing.T, settings ...string) (*postgrestest.Pooler, error) {
	t.Helper()
	server, err := postgrestest.Start("fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	pooler, err := postgrestest.StartPooler(server, settings...)
	if errors.Is(err, postgrestest.ErrPoolerMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	return pooler, err
}

func TestAPoolerComesAndGoes(t *testing.T) {
	pooler, err := startPooler(t)
	require.NoError(t, err)
	where, err := url.Parse(pooler.URL("postgres"))
	require.NoError(t, err)
	answers := func() bool {
		c, err := net.Dial("tcp", where.Host)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
	assert.True(t, answers())
	require.NoError(t, pooler.Kill())
	assert.False(t, answers())
	require.NoError(t, pooler.Kill(), "also where it has ended")
	require.NoError(t, pooler.Restart())
	assert.True(t, answers())
	require.NoError(t, pooler.Stop())
	assert.False(t, answers())
}

func TestASettingOfThePoolerThatIsWrongIsSaid(t *testing.T) {
	_, err := startPooler(t, "no_such_setting = 1")
	assert.ErrorContains(t, err, "no_such_setting")
}
