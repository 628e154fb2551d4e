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

func TestAServerBehindPgbouncer(t *testing.T) {
	t.Parallel()
	pooler, err := postgrestest.StartPooler(startPostgreSQL(t), "default_pool_size = 4")
	if errors.Is(err, postgrestest.ErrPoolerMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, pooler.Stop()) })
	s := apitest.Start(t, "-store", pooler.URL("postgres", "default_query_exec_mode=exec"), "-keys", filepath.Join(t.TempDir(), "keys"))
	token := s.Credentials.DeveloperTokens["aladdin"].Token
	served := func() {
		t.Helper()
		assert.Equal(t, 200, status(t, s, s.Credentials, "aladdin"))
		assert.Equal(t, 403, status(t, s, s.Credentials, "locked"))
		assert.Equal(t, 200, bearerStatus(t, s, token))
		assert.Equal(t, 200, healthz(t, s))
	}
	served()
	v := s.Visitor()
	v.SignIn("unicode", "/portal/tokens")
	assert.Equal(t, 200, v.Do(s.NewRequest("GET", "/portal/tokens")).Status)

	require.NoError(t, pooler.Kill())
	time.Sleep(trialsLast)
	assert.Equal(t, http.StatusServiceUnavailable, bearerStatus(t, s, token), "nobody is let in")
	assert.Equal(t, http.StatusServiceUnavailable, healthz(t, s))
	require.NoError(t, pooler.Restart())
	recovers(t, s)
	served()
}
