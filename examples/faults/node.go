//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A node is a process of the example server.
type node struct {
	program string
	flags   []string
	where   atomic.Pointer[string] // it listens; another place after each start
	log     tail

	command *exec.Cmd
	ended   chan struct{} // closed when the process has
}

// start starts the node, for the first time or after it ended, and waits until it is ready.
func (n *node) start() error {
	n.command = exec.Command(n.program, append([]string{"-addr", "127.0.0.1:0"}, n.flags...)...)
	n.command.Stderr = &n.log
	output, err := n.command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.command.Start(); err != nil {
		return err
	}
	n.ended = make(chan struct{})
	ready := make(chan string, 1)
	go watch(n.command, output, ready, n.ended)
	select {
	case where := <-ready:
		if where == "" {
			return fmt.Errorf("the server ended:\n%s", n.log.String())
		}
		n.where.Store(&where)
		return nil
	case <-time.After(patience):
		return errors.Join(fmt.Errorf("the server does not start:\n%s", n.log.String()), n.kill())
	}
}

// watch reads what a server says until it ends, and tells where it is ready, or "" where it never was.
func watch(command *exec.Cmd, output io.Reader, ready chan<- string, ended chan<- struct{}) {
	defer close(ended)
	defer func() { _ = command.Wait() }() // it ends by a signal, mostly
	defer close(ready)
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if where, found := strings.CutPrefix(lines.Text(), "Ready at "); found {
			_, where, _ = strings.Cut(where, ", listening on ")
			ready <- where
			break
		}
	}
	_, _ = io.Copy(io.Discard, output)
}

// address is where the node listens, or did.
func (n *node) address() string { return *n.where.Load() }

// kill ends the process by SIGKILL, and waits until it is gone.
func (n *node) kill() error {
	if err := n.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-n.ended
	return nil
}

func (n *node) pause() error  { return n.signal(syscall.SIGSTOP) }
func (n *node) resume() error { return n.signal(syscall.SIGCONT) }

func (n *node) signal(s syscall.Signal) error {
	select {
	case <-n.ended:
		return nil // its number may be another's by now
	default:
		return n.command.Process.Signal(s)
	}
}

// A tail is the end of what was written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 2 << 10

func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, text...)
	if len(t.text) > 2*tailSize {
		t.text = append([]byte(nil), t.text[len(t.text)-tailSize:]...)
	}
	return len(text), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
