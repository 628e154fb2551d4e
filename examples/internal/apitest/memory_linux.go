package apitest

import (
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/stretchr/testify/require"
)

// PeakMemory is the most memory that the server had resident at any time, in bytes.
func (s *Server) PeakMemory() int {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Process.Pid))
	require.NoError(s.t, err)
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	require.Len(s.t, found, 2)
	kilobytes, err := strconv.Atoi(string(found[1]))
	require.NoError(s.t, err)
	return kilobytes << 10
}
