//go:build unix

package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A proxy stands before a database, and is as slow and as bad as the network that it plays.
type proxy struct {
	listener net.Listener
	to       string // where the database listens
	random   *random
	network  atomic.Pointer[network]
	cut      atomic.Int64 // how many connections were

	mu   sync.Mutex
	open map[net.Conn]bool // both ends of each connection
}

func newProxy(to string, r *random) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, to: to, random: r, open: map[net.Conn]bool{}}
	p.network.Store(&calm)
	go p.accept()
	return p, nil
}

// address is where clients of the database connect to.
func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return // it was closed
		}
		go p.join(near)
	}
}

// join carries what one connection says, until either end has enough or the connection is cut.
func (p *proxy) join(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", p.to)
	if err != nil {
		return // the database is down, and so is the client told
	}
	defer far.Close()
	p.mu.Lock()
	p.open[near], p.open[far] = true, true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.open, near)
		delete(p.open, far)
	}()
	go func() {
		defer near.Close()
		_, _ = io.Copy(near, far) // how it ends is the client's to find out
	}()
	p.ask(far, near)
}

// ask carries questions: slowly, and some not at all or without their answers.
func (p *proxy) ask(far io.Writer, near io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := near.Read(buffer)
		if err != nil {
			return
		}
		now := p.network.Load()
		time.Sleep(now.storeLatency)
		cut := p.random.in(now.storeCuts)
		if cut && p.random.in(2) {
			p.cut.Add(1)
			return // the question is lost
		}
		if _, err := far.Write(buffer[:n]); err != nil {
			return
		}
		if cut {
			p.cut.Add(1)
			time.Sleep(p.random.upTo(2 * time.Millisecond)) // the database may have done it by then
			return
		}
	}
}

// cutAll cuts every connection that there is.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for end := range p.open {
		_ = end.Close() // it may be closing by itself
	}
	p.cut.Add(int64(len(p.open) / 2))
}

func (p *proxy) close() error {
	err := p.listener.Close()
	p.cutAll()
	return err
}
