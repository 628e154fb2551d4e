package conformance_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/conformance"
)

// plain runs Plain over lines as [events] takes them; a ~ at a line's end stands for the newline of its output.
func plain(t *testing.T, lines ...string) (string, bool) {
	t.Helper()
	var out strings.Builder
	passed, err := conformance.Plain(&out, strings.NewReader(strings.ReplaceAll(events(t, lines...), "~", `\n`)))
	require.NoError(t, err)
	return out.String(), passed
}

func TestPlain(t *testing.T) {
	for _, tc := range []struct {
		name   string
		lines  []string
		want   string
		passed bool
	}{
		{"a package that passed is one line", []string{
			"output m/a T === RUN   T~", "output m/a T chatter~", "output m/a T --- PASS: T (0.00s)~", "pass m/a T",
			"output m/a  PASS~", "output m/a  printed by TestMain~", "output m/a  ok  \tm/a\t0.1s~", "pass m/a",
		}, "ok  \tm/a\t0.1s\n", true},
		{"a test that failed says all that it said, and its passing sibling nothing", []string{
			"output m/a T === RUN   T~", "output m/a T/x     got 1~", "pass m/a T/y", "output m/a T/y noise~", "pass m/a T/y",
			"output m/a T/x     --- FAIL: T/x (0.00s)~", "fail m/a T/x", "output m/a T --- FAIL: T (0.00s)~", "fail m/a T",
			"output m/a  FAIL~", "output m/a  FAIL\tm/a\t0.1s~", "fail m/a",
		}, "    got 1\n    --- FAIL: T/x (0.00s)\n--- FAIL: T (0.00s)\nFAIL\nFAIL\tm/a\t0.1s\nFAIL\n", false},
		{"a panic is shown though its test never ended", []string{
			"run m/a T", "output m/a T panic: no~", "output m/a  FAIL\tm/a\t0.1s~", "fail m/a",
		}, "panic: no\nFAIL\tm/a\t0.1s\nFAIL\n", false},
		{"a package that was not built", []string{
			"build-output m/a  x.go:1: no~", "build-fail m/a", "output m/a  FAIL\tm/a [build failed]~", "fail m/a",
		}, "x.go:1: no\nFAIL\tm/a [build failed]\nFAIL\n", false},
		{"a package without tests", []string{"output m/a  ?   \tm/a\t[no test files]~", "skip m/a"}, "?   \tm/a\t[no test files]\n", true},
		{"skipped tests are counted at the end by their reasons", []string{
			"output m/a T/x --- SKIP: T/x (0.00s)~", "output m/a T/x     x_test.go:7: no server~", "skip m/a T/x",
			"output m/a T/y     x_test.go:9: no server~", "output m/a T/y --- SKIP: T/y (0.00s)~", "skip m/a T/y",
			"output m/a T/z --- SKIP: T/z (0.00s)~", "skip m/a T/z", "pass m/a T",
			"output m/a  ok  \tm/a\t0.1s~", "pass m/a", "output m/b  ok  \tm/b\t0.1s~", "pass m/b",
		}, "ok  \tm/a\t0.1s\nok  \tm/b\t0.1s\nskipped 1 in m/a: no reason given\nskipped 2 in m/a: no server\n", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, passed := plain(t, tc.lines...)
			assert.Equal(t, tc.want, out)
			assert.Equal(t, tc.passed, passed)
		})
	}
}

func TestPlainPassesOnWhatIsNoEvent(t *testing.T) {
	var out strings.Builder
	passed, err := conformance.Plain(&out, strings.NewReader("warning: odd\n{}\n"))
	require.NoError(t, err)
	assert.True(t, passed)
	assert.Equal(t, "warning: odd\n{}\n", out.String())
}
