//go:build unix

package postgrestest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrPoolerMissing says that pgbouncer is not installed.
var ErrPoolerMissing = errors.New("pgbouncer is not installed")

// A Pooler is a pgbouncer in front of a server, which gives its connections out by the transaction.
type Pooler struct {
	server       *Server
	folder, port string
	command      *exec.Cmd
	ended        chan struct{} // closed when the command ended
}

// StartPooler starts a pgbouncer in front of s. Settings are lines of its section [pgbouncer], such as
// "default_pool_size = 4". It is to be stopped before s is.
func StartPooler(s *Server, settings ...string) (*Pooler, error) {
	p := &Pooler{server: s}
	var err error
	if p.port, err = freePort(); err != nil {
		return nil, err
	}
	if p.folder, err = os.MkdirTemp("/tmp", "pgbouncer"); err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(p.folder, 0o755), p.configure(settings)); err != nil { // the account reads it
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	if err := p.Restart(); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// configure writes the configuration: everybody is let in, as the superuser.
func (p *Pooler) configure(settings []string) error {
	lines := append([]string{
		"[databases]", "* = host=127.0.0.1 port=" + p.server.port + " user=postgres",
		"[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = " + p.port, "unix_socket_dir =",
		"auth_type = any", "pool_mode = transaction",
	}, settings...)
	return os.WriteFile(p.configuration(), []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

func (p *Pooler) configuration() string { return filepath.Join(p.folder, "pgbouncer.ini") }

// pooler is pgbouncer's program.
func pooler() (string, error) {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} { // not everybody's PATH has it
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrPoolerMissing
}

// Restart starts the pooler again after it ended, on the same port, and waits until it answers.
func (p *Pooler) Restart() error {
	program, err := pooler()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(p.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(program, p.configuration())
	command.Dir, command.Stdout, command.Stderr = p.folder, log, log
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.server.account, Setpgid: true} // it too refuses to run as root
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	p.command, p.ended = command, ended
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(ended)
	}()
	return p.await()
}

// await waits until the server answers through the pooler.
func (p *Pooler) await() error {
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		if p.server.answersAt(p.port) {
			return nil
		}
		select {
		case <-p.ended:
			text, err := os.ReadFile(filepath.Join(p.folder, "log"))
			return errors.Join(fmt.Errorf("pgbouncer ended:\n%s", text), err)
		default:
		}
	}
	return errors.New("pgbouncer does not answer")
}

// URL is where clients find the database through the pooler; the parameters are as those of [Server.URL].
func (p *Pooler) URL(database string, parameters ...string) string {
	return urlOf(p.port, database, parameters)
}

// Kill ends the pooler at once, and all connections that it had.
func (p *Pooler) Kill() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		return errors.New("pgbouncer does not end")
	}
}

// Stop ends the pooler and removes all that it was.
func (p *Pooler) Stop() error {
	var err error
	if p.command != nil {
		err = p.Kill()
	}
	return errors.Join(err, os.RemoveAll(p.folder))
}
