package apitest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is how long the server may take to start or to stop, on a machine that is busy with other tests.
const patience = 60 * time.Second

// A Server is a running server.
type Server struct {
	// BaseURL is the origin that it says it is ready at, and Address where it listens.
	BaseURL, Address string
	// Credentials are those that it wrote before that.
	Credentials Credentials
	// CredentialsFile is where.
	CredentialsFile string
	// Output is what it wrote to standard output before it was ready.
	Output string
	// Process is the server's.
	Process *os.Process

	t       testing.TB
	command *exec.Cmd
	log     *log
	exited  chan struct{}
}

// A log is what the server writes to standard error.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Fail runs the server with flags that it must not start with, and returns its exit status and what it said.
func Fail(t testing.TB, flags ...string) (status int, problems string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, Binary(t), flags...)
	text := &log{}
	command.Stderr = text
	err := command.Run()
	require.Error(t, err, "the server started")
	return command.ProcessState.ExitCode(), text.String()
}

// Start starts the server with flags besides -addr, -store memory: and -credentials, which a later flag of the same
// name overrides. The test's end stops it.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	return StartCommand(t, Command(t, flags...))
}

// Command is the command that Start runs: for tests that wrap it in another.
func Command(t testing.TB, flags ...string) *exec.Cmd {
	t.Helper()
	defaults := []string{"-addr", "127.0.0.1:0", "-store", "memory:"}
	if !slices.Contains(flags, "-credentials") {
		defaults = append(defaults, "-credentials", filepath.Join(t.TempDir(), "credentials.json"))
	}
	return exec.Command(Binary(t), append(defaults, flags...)...)
}

// flagValue is the value of the last flag of that name.
func flagValue(flags []string, name string) (value string) {
	for i := range len(flags) - 1 {
		if flags[i] == name {
			value = flags[i+1]
		}
	}
	return value
}

// StartCommand starts the server by a command whose arguments end with those of [Command].
func StartCommand(t testing.TB, command *exec.Cmd) *Server {
	t.Helper()
	s := &Server{
		CredentialsFile: flagValue(command.Args, "-credentials"),
		t:               t, command: command, log: &log{}, exited: make(chan struct{}),
	}
	command.Stderr = s.log
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	s.Process = command.Process
	t.Cleanup(s.end)

	ready := make(chan string, 1)
	go s.watch(output, ready)
	select {
	case where := <-ready:
		s.BaseURL, s.Address, _ = strings.Cut(where, ", listening on ")
	case <-time.After(patience):
	}
	require.NotEmpty(t, s.BaseURL, "the server did not start:\n%s", s.log)
	if s.CredentialsFile != "" {
		s.Credentials = ReadCredentials(t, s.CredentialsFile)
	}
	return s
}

// watch reads what the server says until it ends, and tells where it is ready, or "" where it never was.
func (s *Server) watch(output io.Reader, ready chan<- string) {
	defer close(s.exited)
	defer s.command.Wait() // its status is looked at by who asks
	defer close(ready)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if where, found := strings.CutPrefix(lines.Text(), "Ready at "); found {
			ready <- where
			break
		}
		s.Output += lines.Text() + "\n"
	}
	_, _ = io.Copy(io.Discard, output) // so that the server never waits for us
}

// Log is what the server has logged so far.
func (s *Server) Log() string { return s.log.String() }

// Wait waits for the server's end and returns its exit status, -1 for a signal.
func (s *Server) Wait() int {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		_ = s.command.Process.Kill()
		s.t.Fatalf("the server does not end:\n%s", s.log)
	}
	return s.command.ProcessState.ExitCode()
}

// Stop asks the server to end, as an operator would, and checks that it does so cleanly.
func (s *Server) Stop() {
	s.t.Helper()
	_ = s.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	assert.Zero(s.t, s.Wait(), "the server did not stop cleanly:\n%s", s.log)
}

// Kill ends the server at once, as a power cut would.
func (s *Server) Kill() {
	s.t.Helper()
	_ = s.Process.Kill() // it may have ended by itself
	s.Wait()
}

// end stops a server that the test left running, and looks at its log.
func (s *Server) end() {
	select {
	case <-s.exited:
	default:
		s.Stop()
	}
	for _, secret := range s.Credentials.Secrets() {
		assert.NotContains(s.t, s.log.String(), secret, "a secret is in the log")
	}
}
