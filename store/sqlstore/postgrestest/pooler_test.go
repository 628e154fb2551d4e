//go:build unix

package postgrestest_test

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// startPooler starts a server and a pooler in front of it. The test ends where one of them is not installed.
func startPooler(t *testing.T, settings ...string) (*postgrestest.Pooler, error) {
	t.Helper()
	pooler, err := postgrestest.StartPooler(start(t), settings...)
	if errors.Is(err, postgrestest.ErrPoolerMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	return pooler, err
}

func TestAPoolerComesAndGoes(t *testing.T) {
	pooler, err := startPooler(t)
	require.NoError(t, err)
	answers := answering(t, pooler.URL("postgres"))
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
