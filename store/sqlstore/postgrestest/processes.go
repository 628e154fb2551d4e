//go:build unix

package postgrestest

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Kill ends all of the server's processes by SIGKILL, as a power cut would but for what the disk was told, and waits until
// they are gone. It is as well where the server has ended already.
func (s *Server) Kill() error {
	select {
	case <-s.ended:
		return nil
	default:
	}
	main := s.command.Process.Pid
	if err := syscall.Kill(main, syscall.SIGSTOP); err != nil { // it starts no more of them
		return err
	}
	children, err := childrenOf(main)
	if err != nil {
		return err
	}
	if err := signalAll(append(children, main), syscall.SIGKILL); err != nil {
		return err
	}
	<-s.ended
	return gone(children)
}

// gone waits until processes that were killed hold nothing any more. Whoever should may not have collected them.
func gone(pids []int) error {
	list := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(pids), "[]")), ",")
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(5 * time.Millisecond) {
		text, _ := exec.Command("ps", "-o", "stat=", "-p", list).Output() // its status is 1 where there are none
		if !slices.ContainsFunc(strings.Fields(string(text)), func(state string) bool { return state[0] != 'Z' }) {
			return nil
		}
	}
	return errors.New("the server's processes do not end")
}

// toAll sends a signal to the server and to each of its processes, which have groups of their own.
func (s *Server) toAll(signal syscall.Signal) error {
	children, err := childrenOf(s.command.Process.Pid)
	if err != nil {
		return err
	}
	return errors.Join(syscall.Kill(s.command.Process.Pid, signal), signalAll(children, signal))
}

// childrenOf are the processes that a process started.
func childrenOf(pid int) (children []int, err error) {
	text, err := exec.Command("ps", "-o", "pid=", "--ppid", strconv.Itoa(pid)).Output()
	var none *exec.ExitError
	if err != nil && !errors.As(err, &none) { // its status is 1 where there are none
		return nil, err
	}
	for _, field := range strings.Fields(string(text)) {
		child, err := strconv.Atoi(field)
		if err != nil {
			return nil, err
		}
		children = append(children, child)
	}
	return children, nil
}

// signalAll sends a signal to processes, of which some may have ended.
func signalAll(pids []int, signal syscall.Signal) error {
	var errs []error
	for _, pid := range pids {
		if err := syscall.Kill(pid, signal); !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
