//go:build unix

package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ErrMissing says that Redis is not installed.
var ErrMissing = errors.New("redis-server is not installed")

// patience is how long a server or a cluster may take for what it was told to do.
const patience = 30 * time.Second

// A Server is one Redis server.
type Server struct {
	folder, port string
	bus          string // the port of the cluster's own talk; empty for a server that is alone
	command      *exec.Cmd
	ended        chan struct{} // closed when the command ended
}

// New starts a server for a test, whose end stops it.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := Start(settings...)
	need(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// need ends the test where err is not nil: it is skipped where Redis may be missing.
func need(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Start starts a server. Settings are lines of redis.conf, such as "appendonly yes"; the later of two counts.
func Start(settings ...string) (*Server, error) {
	s, err := newServer(settings)
	if err != nil {
		return nil, err
	}
	if err := s.Restart(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// newServer is a server that does not run yet.
func newServer(settings []string) (s *Server, err error) {
	s = &Server{}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "redis"); err != nil {
		return nil, err
	}
	lines := append([]string{
		"bind 127.0.0.1", "port " + s.port, "dir " + s.folder, `save ""`, "appendfsync always", "repl-diskless-sync-delay 0",
	}, settings...)
	err = os.WriteFile(filepath.Join(s.folder, "redis.conf"), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

// freePort is a loopback port that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port, listener.Close()
}

// Addr is where the server listens: host:port. It is the same after a [Server.Restart].
func (s *Server) Addr() string { return "127.0.0.1:" + s.port }

// Restart starts the server again after it ended, and waits until it answers.
func (s *Server) Restart() error {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return ErrMissing
	}
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(program, filepath.Join(s.folder, "redis.conf"))
	command.Dir, command.Stdout, command.Stderr = s.folder, log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // of its own, with the children that save
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(ended)
	}()
	s.command, s.ended = command, ended
	return s.await()
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }

// Log is what the server has logged so far.
func (s *Server) Log() (string, error) {
	text, err := os.ReadFile(s.logFile())
	return string(text), err
}

// await waits until the server answers.
func (s *Server) await() error {
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.ended:
			text, err := s.Log()
			return errors.Join(fmt.Errorf("the server ended:\n%s", text), err)
		default:
		}
		if s.answers() {
			return nil
		}
	}
	return errors.New("the server does not answer")
}

// answers says whether the server takes commands, which it does not while it loads what it has saved.
func (s *Server) answers() bool {
	c, err := net.DialTimeout("tcp", s.Addr(), time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	if c.SetDeadline(time.Now().Add(time.Second)) != nil {
		return false
	}
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && line == "+PONG\r\n"
}

// Kill ends the server by SIGKILL and waits until it is gone. It is as well where the server has ended already.
func (s *Server) Kill() error {
	if err := s.signal(syscall.SIGKILL); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(patience):
		return errors.New("the server does not end")
	}
}

// Pause stops the server's processes in their tracks: it accepts connections and never answers. Resume lets it go on.
func (s *Server) Pause() error { return s.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() error { return s.signal(syscall.SIGCONT) }

func (s *Server) signal(signal syscall.Signal) error {
	select {
	case <-s.ended:
		return nil // its number may be another's by now
	default:
	}
	err := syscall.Kill(-s.command.Process.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// Stop ends the server, paused or not, and removes all that it was.
func (s *Server) Stop() error {
	var err error
	if s.command != nil {
		err = s.Kill()
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}
