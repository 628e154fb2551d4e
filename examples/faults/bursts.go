//go:build unix

package main

import (
	"net/http"
	"sync"
)

// A bursts sends bursts of attempts at one thing at once.
type bursts struct {
	site   *site
	random *random
}

// send sends attempts, and returns when some of them have been answered. wait waits for the others, and for what servers
// still do when clients have gone.
func (b bursts) send(attempts int, id string, attempt func() *http.Request) (wait func()) {
	var clients sync.WaitGroup
	begin, answered := make(chan struct{}), make(chan struct{}, attempts)
	for range attempts {
		request := attempt()
		request.Header.Set(attemptOf, id)
		clients.Go(func() {
			<-begin
			if got, err := b.site.do(request); err == nil {
				b.site.ledger.see(id, got.status)
			}
			answered <- struct{}{}
		})
	}
	close(begin)
	for range b.random.below(b.random.below(attempts/2+1) + 1) { // few, mostly: the first is accepted early
		<-answered
	}
	return func() {
		clients.Wait()
		b.site.balancer.rest()
	}
}
