package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// dial opens a connection to the server, which the test's end closes.
func dial(t *testing.T, s *apitest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // the server may have done so already
	return conn
}

func TestRequestsInFlightAreFinished(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := apitest.Start(t, "-throttle", "off")
			conns := make([]net.Conn, 12)
			for i := range conns {
				conns[i] = dial(t, s)
				_, err := fmt.Fprintf(conns[i], "GET /v2?client_key=x HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n",
					s.Address, basicField(fmt.Sprintf("thief %d:x", i)))
				require.NoError(t, err)
			}
			answered := func(conn net.Conn) {
				response, err := http.ReadResponse(bufio.NewReader(conn), nil)
				require.NoError(t, err)
				defer response.Body.Close()
				body, err := io.ReadAll(response.Body)
				require.NoError(t, err)
				// On a machine that is very busy a password may have waited too long for its hash.
				assert.Regexp(t, "^{\"status\":(401|503),", string(body))
			}
			answered(conns[0]) // the others' passwords are being hashed, one after the other
			require.NoError(t, s.Process.Signal(signal))
			for _, conn := range conns[1:] {
				answered(conn)
			}
			assert.Zero(t, s.Wait())
			_, err := net.Dial("tcp", s.Address)
			assert.Error(t, err, "nobody listens any more")
		})
	}
}

func TestARequestThatDoesNotEndIsCutOff(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	conn := dial(t, s)
	_, err := fmt.Fprintf(conn, "POST /v2/products HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\n\r\n", s.Address) // and no body
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(s.Log(), "no_credentials") }, 30*time.Second, 10*time.Millisecond)
	s.Stop()
	assert.Contains(t, s.Log(), "cut off")
}

func TestASlowCallerIsCutOff(t *testing.T) {
	t.Parallel()
	t.Run("LIM-TIME-01 one byte a second ends after the limit on headers, and others are served meanwhile", func(t *testing.T) {
		s := apitest.Start(t)
		conn := dial(t, s)
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			_, _ = io.Copy(io.Discard, conn) // until the server closes it
		}()
		_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nX-Slow: ")
		require.NoError(t, err)
		for seconds := 0; ; seconds++ {
			select {
			case <-closed:
				return
			case <-time.After(time.Second):
				require.Less(t, seconds, 60)
				_, _ = io.WriteString(conn, "z") // the server may have closed it
				for range 100 {
					assert.Equal(t, 200, apitest.Do(t, s.NewRequest("GET", "/healthz")).Status)
				}
			}
		}
	})
}
