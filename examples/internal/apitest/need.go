package apitest

import (
	"os"
	"os/exec"
	"testing"
)

// Need ends a test whose program is not installed: it is skipped, but where CI=true it fails.
func Need(t testing.TB, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	need(t, program, err)
}

// NeedThat is Need for what a command finds out by its exit status.
func NeedThat(t testing.TB, what string, command ...string) {
	t.Helper()
	need(t, what, exec.Command(command[0], command[1:]...).Run())
}

func need(t testing.TB, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not there (%v); .ci/install installs what tests need", what, err)
	default:
		t.Skipf("%s is not there (%v)", what, err)
	}
}
