package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	list   = "id,level,stage,requirement\nR-1,MUST,first,Split.\nR-2,MUST,first,Join.\n"
	passR1 = `{"Action":"pass","Package":"github.com/seed-f67351ce/sesame/basic","Test":"T/R-1"}` + "\n"
	passR2 = `{"Action":"pass","Package":"github.com/seed-f67351ce/sesame/basic","Test":"T/R-2"}` + "\n"
)

// in sets up a folder in which the page was written from the given events, where any are given.
func in(t *testing.T, written string) command {
	t.Helper()
	dir := t.TempDir()
	c := command{list: filepath.Join(dir, "list.csv"), page: filepath.Join(dir, "page.md"), events: filepath.Join(dir, "events.json")}
	require.NoError(t, os.WriteFile(c.list, []byte(list), 0o600))
	if written != "" {
		require.NoError(t, os.WriteFile(c.events, []byte(written), 0o600))
		require.NoError(t, c.run(&strings.Builder{}))
	}
	return c
}

func check(t *testing.T, c command, events string) (string, error) {
	t.Helper()
	c.check = true
	require.NoError(t, os.WriteFile(c.events, []byte(events), 0o600))
	var out strings.Builder
	err := c.run(&out)
	return out.String(), err
}

func TestCheck(t *testing.T) {
	t.Run("a page that is as it should be is not spoken of", func(t *testing.T) {
		out, err := check(t, in(t, passR1), passR1)
		require.NoError(t, err)
		assert.NotContains(t, out, "renew")
	})
	t.Run("a row that was lost fails by name", func(t *testing.T) {
		out, err := check(t, in(t, passR1+passR2), passR1)
		require.ErrorContains(t, err, "1 of 2 rows")
		assert.Contains(t, out, "R-2 was held and no longer is: no test that ran carries its id. Join.")
		assert.NotContains(t, out, "R-1")
	})
	t.Run("a row that was gained says how to get it onto the page", func(t *testing.T) {
		c := in(t, passR1)
		out, err := check(t, c, passR1+passR2)
		require.NoError(t, err)
		assert.Contains(t, out, "renew it with\n\tgo test -json work | go run ./internal/conformance/cmd/matrix\n")

		c.check = false
		require.NoError(t, c.run(&strings.Builder{}))
		out, err = check(t, c, passR1+passR2)
		require.NoError(t, err)
		assert.NotContains(t, out, "renew")
	})
	t.Run("without a page nothing can be lost", func(t *testing.T) {
		out, err := check(t, in(t, ""), passR1)
		require.NoError(t, err)
		assert.Contains(t, out, "renew")
	})
	t.Run("a check writes nothing", func(t *testing.T) {
		c := in(t, "")
		_, err := check(t, c, passR1)
		require.NoError(t, err)
		assert.NoFileExists(t, c.page)
	})
}
