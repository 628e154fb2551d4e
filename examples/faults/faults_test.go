//go:build unix

package main

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// size is a number of an ordinary run, or that of a long one.
func size(ordinary, long int) int {
	if os.Getenv("SESAME_LONG") == "1" {
		return long
	}
	return ordinary
}

// attacked runs attacks until their goals are reached, and returns what they found.
func attacked(t *testing.T, o options) *report {
	t.Helper()
	r, out := newReport(), &strings.Builder{}
	err := run(t.Context(), o, r, out)
	if (errors.Is(err, postgrestest.ErrMissing) || errors.Is(err, redistest.ErrMissing)) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	r.print(out)
	t.Log(out)
	require.NoError(t, err)
	require.Empty(t, r.found())
	return r
}

func TestNothingIsAcceptedTwice(t *testing.T) {
	r := attacked(t, options{burst: size(20, 1000), replays: size(40, 20_000), duration: time.Hour, seed: 1})
	for _, k := range kinds {
		require.Positive(t, r.tallyOf(k.name).Accepted, k.name)
	}
}
