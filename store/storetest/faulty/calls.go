package faulty

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrBroken is an error that no store reports as a fact: breakage, for a [Fault] where it does not matter which.
var ErrBroken = errors.New("faulty: broken on purpose")

// A Fault is what becomes of a call. The zero Fault lets it through.
type Fault struct {
	// Delay passes before all else. A call whose context is done meanwhile ends with the context's error, and was not made.
	Delay time.Duration
	// Failed is answered in place of the call, which never reaches the store.
	Failed error
	// Lost is answered in place of the store's answer, once the call was made: whatever it did stays.
	Lost error
}

// A Plan says what becomes of a call: the nth since [Calls.Follow], the first of them being 1, of the method with this name,
// such as "PutTokens". It is asked once for each call, in their order and never by two at once.
type Plan func(n int, method string) Fault

// Nth is the plan by which f becomes of the nth call, and nothing of the others.
func Nth(n int, f Fault) Plan {
	return func(i int, _ string) Fault {
		if i == n {
			return f
		}
		return Fault{}
	}
}

// Each is the plan by which f becomes of each call of the methods with these names, and of all calls where none is named.
func Each(f Fault, methods ...string) Plan {
	return func(_ int, method string) Fault {
		if len(methods) == 0 || slices.Contains(methods, method) {
			return f
		}
		return Fault{}
	}
}

// Calls counts the calls of the stores that were wrapped with it, as one sequence, and decides what becomes of each. The
// zero Calls lets all through. It is safe for concurrent use.
type Calls struct {
	mu   sync.Mutex
	plan Plan
	made []string
}

// Follow forgets the calls so far and follows plan from now on; nil lets all through. What becomes of calls that are under
// way was decided when they began.
func (c *Calls) Follow(plan Plan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan, c.made = plan, nil
}

// Made are the names of the methods that were called since [Calls.Follow], in their order, whatever became of them.
func (c *Calls) Made() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.made)
}

// next notes a call and says what becomes of it.
func (c *Calls) next(method string) Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, method)
	if c.plan == nil {
		return Fault{}
	}
	return c.plan(len(c.made), method)
}

// ask makes a call that answers with something, or what the plan makes of it.
func ask[T any](ctx context.Context, c *Calls, method string, call func() (T, error)) (found T, err error) {
	var nothing T
	f := c.next(method)
	if err := wait(ctx, f.Delay); err != nil {
		return nothing, err
	}
	if f.Failed != nil {
		return nothing, f.Failed
	}
	found, err = call()
	if f.Lost != nil {
		return nothing, f.Lost
	}
	return found, err
}

// do is ask for a call that answers with nothing but an error.
func (c *Calls) do(ctx context.Context, method string, call func() error) error {
	_, err := ask(ctx, c, method, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// wait lets d pass, or less where ctx is done before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
