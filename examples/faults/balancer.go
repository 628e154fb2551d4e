//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// attemptOf is the field by which the driver says which thing a request is an attempt at. Servers do not see it.
const attemptOf = "Attempt-Of"

// A balancer sends each request on to any of several servers, and loses some of them and of their answers. It tells the
// ledger what the servers answer, also where nobody else hears of it.
type balancer struct {
	server    *http.Server
	listener  net.Listener
	transport *http.Transport
	nodes     []*node
	ledger    *ledger
	random    *random
	network   atomic.Pointer[network]
	flying    atomic.Int64 // requests that are on their way
	cut       [fates]atomic.Int64
}

// A fate is what becomes of a request.
type fate int

const (
	arrives     fate = iota
	lostRequest      // the connection is cut before the request is sent on
	lostAnswer       // and here after the server has answered
	abandoned        // the server sees its caller hang up, while it works or when it is done
	fates
)

// errCut is how a connection ends on which there will be no answer.
var errCut = errors.New("the connection is cut")

func newBalancer(l *ledger, r *random) (*balancer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{
		listener: listener, ledger: l, random: r,
		transport: &http.Transport{MaxIdleConnsPerHost: 1000, DisableCompression: true},
	}
	b.server = &http.Server{Handler: b, ErrorLog: log.New(io.Discard, "", 0)}
	b.network.Store(&calm)
	go func() { _ = b.server.Serve(listener) }() // until it is closed
	return b, nil
}

// origin is where clients find the service.
func (b *balancer) origin() string { return "http://" + b.listener.Addr().String() }

func (b *balancer) close() error {
	defer b.transport.CloseIdleConnections()
	return b.server.Close()
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.flying.Add(1)
	defer b.flying.Add(-1)
	answer, err := b.carry(r)
	switch {
	case errors.Is(err, errCut):
		panic(http.ErrAbortHandler) // closes the connection
	case err != nil:
		http.Error(w, "no server answers", http.StatusBadGateway)
		return
	}
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // who asked may be gone
}

// carry sends a request on, or does not, and returns the answer, or errCut.
func (b *balancer) carry(r *http.Request) (answer, error) {
	now := b.network.Load()
	thing := r.Header.Get(attemptOf)
	r.Header.Del(attemptOf)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return answer{}, errCut
	}
	time.Sleep(b.random.upTo(now.latency))
	fate := b.draw(now)
	if fate == lostRequest {
		return answer{}, errCut
	}
	// What the client does from here on changes nothing: the answer is to be seen.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	if fate == abandoned {
		defer time.AfterFunc(b.random.upTo(20*time.Millisecond), cancel).Stop()
	}
	got, err := b.send(r.WithContext(ctx), body)
	b.ledger.note(thing, got.status, err)
	if fate != arrives {
		return answer{}, errCut
	}
	time.Sleep(b.random.upTo(now.latency))
	return got, err
}

// draw draws a fate, and counts it.
func (b *balancer) draw(now *network) fate {
	for f := lostRequest; f < fates; f++ {
		if b.random.in(now.cuts) {
			b.cut[f].Add(1)
			return f
		}
	}
	return arrives
}

// send sends the request to a server, and to another where that does not take connections, as balancers do.
func (b *balancer) send(r *http.Request, body []byte) (got answer, err error) {
	first := b.random.below(len(b.nodes))
	for i := range b.nodes {
		got, err = b.sendTo(b.nodes[(first+i)%len(b.nodes)], r, body)
		var failed *net.OpError
		if err == nil || !errors.As(err, &failed) || failed.Op != "dial" {
			break
		}
	}
	return got, err
}

func (b *balancer) sendTo(n *node, r *http.Request, body []byte) (answer, error) {
	r = r.Clone(r.Context())
	r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", n.address()
	r.Body, r.GetBody = io.NopCloser(bytes.NewReader(body)), nil
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	return read(b.transport.RoundTrip(r))
}

// rest waits until no request is on its way any more.
func (b *balancer) rest() {
	for b.flying.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
}
