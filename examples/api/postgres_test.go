//go:build unix

package main_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// startPostgreSQL starts a PostgreSQL for a test, whose end stops it.
func startPostgreSQL(t *testing.T) *postgrestest.Server {
	t.Helper()
	database, err := postgrestest.Start("fsync=off")
	if errors.Is(err, postgrestest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, database.Stop()) })
	return database
}

// startTwo starts two servers that share a database and its keys.
func startTwo(t *testing.T, database *postgrestest.Server, flags ...string) (one, two *apitest.Server) {
	t.Helper()
	dir := t.TempDir()
	start := func() *apitest.Server {
		return apitest.Start(t, append([]string{"-store", database.URL("postgres"), "-keys", filepath.Join(dir, "keys"),
			"-credentials", filepath.Join(dir, "credentials.json")}, flags...)...)
	}
	return start(), start()
}

func TestTwoServersOnOnePostgreSQL(t *testing.T) {
	t.Parallel()
	database := startPostgreSQL(t)
	one, two := startTwo(t, database)
	for user, want := range map[string]int{"aladdin": 200, "unicode": 200, "locked": 403} {
		assert.Equal(t, want, status(t, one, one.Credentials, user), user)
		assert.Equal(t, want, status(t, two, one.Credentials, user), "%s, at the other", user)
	}
	token := one.Credentials.DeveloperTokens["aladdin"].Token
	assert.Equal(t, 200, bearerStatus(t, one, token))
	assert.Equal(t, 200, bearerStatus(t, two, token))

	require.NoError(t, database.Crash())
	time.Sleep(trialsLast)
	assert.Equal(t, http.StatusServiceUnavailable, bearerStatus(t, one, token), "nobody is let in")
	assert.Equal(t, http.StatusServiceUnavailable, apitest.Do(t, two.NewRequest("GET", "/healthz")).Status)
	require.NoError(t, database.Restart())
	time.Sleep(trialsLast)
	for _, server := range []*apitest.Server{one, two} {
		assert.Equal(t, 200, bearerStatus(t, server, token), "it recovers by itself")
		assert.Equal(t, 200, apitest.Do(t, server.NewRequest("GET", "/healthz")).Status)
	}
}
