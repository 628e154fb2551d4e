package main_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestTheDiskIsFull(t *testing.T) {
	t.Parallel()
	if err := exec.Command("unshare", "-rm", "true").Run(); err != nil {
		t.Skipf("a small disk needs a mount namespace, which this machine does not give (%v)", err)
	}
	dir := t.TempDir()
	server := apitest.Command(t, "-store", "sqlite:"+filepath.Join(dir, "sesame.db"))
	mount := `mount -t tmpfs -o size=2m sesame "$0" && exec "$@"`
	s := apitest.StartCommand(t, exec.Command("unshare", append([]string{"-rm", "sh", "-c", mount, dir}, server.Args...)...))
	ballast := fmt.Sprintf("/proc/%d/root%s/ballast", s.Process.Pid, dir) // as the server sees it
	wrong := s.NewRequest("GET", "/v2?client_key=x", "Authorization", basicField("Aladdin:close sesame"))
	assert.Equal(t, 401, apitest.Do(t, wrong).Status)
	assert.Equal(t, 200, status(t, s, s.Credentials, "aladdin"))

	fill(t, ballast)
	for range 3 {
		nobodyIsLetIn(t, s)
	}
	assert.Equal(t, 503, apitest.Do(t, wrong).Status, "a wrong password is not called wrong before the store could count it")

	require.NoError(t, os.Remove(ballast))
	servedAgain(t, s, s.Credentials, "jasmine")
	assert.Equal(t, 401, apitest.Do(t, wrong).Status)
}

// fill writes to path until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	for size := 64 << 10; size > 0; {
		if _, err = file.Write(make([]byte, size)); err != nil {
			require.True(t, errors.Is(err, syscall.ENOSPC), "%v", err)
			size /= 2
		}
	}
}
