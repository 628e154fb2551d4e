//go:build unix

package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A wire leads to a database, and is as slow and as bad as its weather.
type wire struct {
	listener net.Listener
	to       string // where the database listens
	dice     *dice
	weather  atomic.Pointer[weather]
	cut      atomic.Int64 // how many connections were

	mu   sync.Mutex
	open map[net.Conn]bool // both ends of each connection
}

func newWire(to string, d *dice) (*wire, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &wire{listener: listener, to: to, dice: d, open: map[net.Conn]bool{}}
	w.weather.Store(&calm)
	go w.accept()
	return w, nil
}

// address is where clients of the database connect to.
func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return // it was closed
		}
		go w.join(near)
	}
}

// join carries what one connection says, until either end has enough or the wire is cut.
func (w *wire) join(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", w.to)
	if err != nil {
		return // the database is down, and so is the client told
	}
	defer far.Close()
	w.mu.Lock()
	w.open[near], w.open[far] = true, true
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, near)
		delete(w.open, far)
	}()
	go func() {
		defer near.Close()
		_, _ = io.Copy(near, far) // how it ends is the client's to find out
	}()
	w.ask(far, near)
}

// ask carries questions: slowly, and some not at all or without their answers.
func (w *wire) ask(far io.Writer, near io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := near.Read(buffer)
		if err != nil {
			return
		}
		now := w.weather.Load()
		time.Sleep(now.storeLatency)
		cut := w.dice.in(now.storeCuts)
		if cut && w.dice.in(2) {
			w.cut.Add(1)
			return // the question is lost
		}
		if _, err := far.Write(buffer[:n]); err != nil {
			return
		}
		if cut {
			w.cut.Add(1)
			time.Sleep(w.dice.upTo(2 * time.Millisecond)) // the database may have done it by then
			return
		}
	}
}

// cutAll cuts every connection that there is.
func (w *wire) cutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for end := range w.open {
		_ = end.Close() // it may be closing by itself
	}
	w.cut.Add(int64(len(w.open) / 2))
}

func (w *wire) close() error {
	err := w.listener.Close()
	w.cutAll()
	return err
}
