package password

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// flightTime is how long the stores that a shared check asks may take altogether.
const flightTime = 30 * time.Second

// A flightKey is what must be the same for two requests to share a check: account, stored hash and password, under a
// key of this process, and the address that the throttle counts.
type flightKey struct {
	proof store.Digest
	from  netip.Addr
}

// A flight is one check that others wait for.
type flight struct {
	done chan struct{}
	err  error
}

// flights are the checks that are under way.
type flights struct {
	mu      sync.Mutex
	running map[flightKey]*flight
}

// errBroken is what waits for a check that panicked gets.
var errBroken = errors.New("password: a shared check did not end")

// do makes the check, or waits for the same check that another request began and says that it was shared. The check does
// not end with the request that makes it, since others may wait for it.
func (f *flights) do(ctx context.Context, key flightKey, check func(context.Context) error) (shared bool, err error) {
	mine, other := f.join(key)
	if other != nil {
		select {
		case <-other.done:
			return true, other.err
		case <-ctx.Done():
			return true, autherr.NewUnavailable(ctx.Err())
		}
	}
	defer f.land(key, mine)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flightTime)
	defer cancel()
	mine.err = check(ctx)
	return false, mine.err
}

// join returns the flight that is under way, as other, or begins one.
func (f *flights) join(key flightKey) (mine, other *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if other = f.running[key]; other != nil {
		return nil, other
	}
	mine = &flight{done: make(chan struct{}), err: autherr.NewUnavailable(errBroken)}
	f.running[key] = mine
	return mine, nil
}

func (f *flights) land(key flightKey, mine *flight) {
	f.mu.Lock()
	delete(f.running, key)
	f.mu.Unlock()
	close(mine.done)
}
