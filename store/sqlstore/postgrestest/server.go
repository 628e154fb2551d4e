//go:build unix

package postgrestest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrMissing says that PostgreSQL is not installed, or that there is no account that may run it.
var ErrMissing = errors.New("PostgreSQL is not installed")

// patience is how long a server may take to start or to stop.
const patience = 30 * time.Second

// A Server is one PostgreSQL server.
type Server struct {
	folder, bin, port string
	settings          []string
	account           *syscall.Credential // nil for our own
	command           *exec.Cmd
	ended             chan struct{} // closed when the command ended
}

// Start makes a new cluster and starts a server on it. Settings are as in postgresql.conf, such as "fsync=off".
func Start(settings ...string) (*Server, error) {
	s := &Server{settings: settings}
	var err error
	if s.bin, err = programs(); err != nil {
		return nil, err
	}
	if s.account, err = account(); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("/tmp", "postgres"); err != nil { // short: a socket's path has a limit
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

func (s *Server) begin() error {
	if s.account != nil {
		if err := os.Chown(s.folder, int(s.account.Uid), int(s.account.Gid)); err != nil {
			return err
		}
	}
	initdb := s.program("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if text, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, text)
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	return s.Restart()
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

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// programs is the folder of PostgreSQL's programs.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.Join(ErrMissing, err)
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// account is whom the server belongs to, where we are root.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, errors.Join(ErrMissing, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func (s *Server) program(name string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(s.bin, name), args...)
	command.Dir = s.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Setpgid: true}
	return command
}

// Restart starts the server again after it ended, on the same port, and waits until it answers.
func (s *Server) Restart() error {
	args := []string{"-D", s.data(), "-h", "127.0.0.1", "-p", s.port, "-k", s.folder}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.command = s.program("postgres", args...)
	s.command.Stdout, s.command.Stderr = log, log
	if err := s.command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	s.ended = ended
	go func(command *exec.Cmd) {
		command.Wait()
		close(ended)
	}(s.command)
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
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		if s.answersAt(s.port) {
			return nil
		}
		select {
		case <-s.ended:
			text, err := s.Log()
			return errors.Join(fmt.Errorf("the server ended:\n%s", text), err)
		default:
		}
	}
	return errors.New("the server does not answer")
}

// answersAt says whether a server answers at a port of this machine.
func (s *Server) answersAt(port string) bool {
	return s.program("pg_isready", "-q", "-h", "127.0.0.1", "-p", port).Run() == nil
}

// URL is where clients find the database; the parameters are the driver's, such as "connect_timeout=1".
func (s *Server) URL(database string, parameters ...string) string {
	return urlOf(s.port, database, parameters)
}

func urlOf(port, database string, parameters []string) string {
	return "postgres://postgres@127.0.0.1:" + port + "/" + database + "?" + strings.Join(append(parameters, "sslmode=disable"), "&")
}

// Crash ends the server at once and without the care of a shutdown: it has to recover when it is started again.
func (s *Server) Crash() error { return s.end(syscall.SIGQUIT) }

func (s *Server) end(signal syscall.Signal) error {
	if err := s.command.Process.Signal(signal); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(patience):
		return errors.New("the server does not end")
	}
}

// Pause stops all of the server's processes in their tracks; Resume lets them go on.
func (s *Server) Pause() error { return s.toAll(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() error { return s.toAll(syscall.SIGCONT) }

// Stop ends the server and removes all that it was.
func (s *Server) Stop() error {
	err := s.Resume()
	select {
	case <-s.ended:
		err = nil
	default:
		err = errors.Join(err, s.end(syscall.SIGQUIT))
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}
