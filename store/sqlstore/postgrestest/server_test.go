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

func TestAServerComesAndGoes(t *testing.T) {
	server, err := postgrestest.Start("fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	where, err := url.Parse(server.URL("postgres"))
	require.NoError(t, err)
	answers := func() bool {
		c, err := net.Dial("tcp", where.Host)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
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
