//go:build unix

package main

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// long says that there is time.
var long = os.Getenv("SESAME_LONG") == "1"

// size is a number of an ordinary run, or that of a long one.
func size(ordinary, extended int) int {
	if long {
		return extended
	}
	return ordinary
}

// attacks makes attacks and wants them to find nothing.
func attacks(t *testing.T, s *sites, names ...string) {
	t.Helper()
	out := &strings.Builder{}
	err := s.attack(t.Context(), out, names...)
	t.Log("\n" + out.String())
	if (errors.Is(err, postgrestest.ErrMissing) || errors.Is(err, redistest.ErrMissing)) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	require.Empty(t, s.report.found())
}

func TestFaults(t *testing.T) {
	o := options{burst: size(12, 200), replays: size(24, 2000), cycles: size(10, 100), stops: size(1, 3), duration: time.Hour, seed: 1}
	if long {
		o.prompt = 2 * time.Second
	}
	s, err := openSites(o, newReport())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.close()) })

	t.Run("SEC-MULTI-01 three servers behind a random balancer are one, with a slow store and connections cut", func(t *testing.T) {
		attacks(t, s, "codes", "refresh", "verifiers", "nonces", "counts", "agree")
	})
	t.Run("SEC-DUR-01 kill -9 loses nothing that was acknowledged on PostgreSQL", func(t *testing.T) {
		attacks(t, s, "postgres")
	})
	t.Run("SEC-DUR-01 kill -9 loses nothing that was acknowledged on SQLite", func(t *testing.T) {
		attacks(t, s, "sqlite")
	})
	t.Run("a store that does not answer lets nobody in, and all recovers by itself", func(t *testing.T) {
		attacks(t, s, "stop")
	})
	var text strings.Builder
	s.report.print(&text)
	t.Log("\n" + text.String())
}
