package store

import (
	"context"
	"time"
)

// CountWindow is how far below the highest claimed count of a key another count may still be claimed.
const CountWindow = 128

// Once sees to it that what may happen once happens once.
//
// A backend with bounded memory may forget a key before its until only if it then answers ErrUsed for every key that it
// does not know and whose until is not after that of any key it so forgot: forgetting never lets a replay pass.
type Once interface {
	// Claim takes key until this time. Of any number of callers one gets nil; all others get ErrUsed, until the key is
	// forgotten after until.
	Claim(ctx context.Context, key Digest, until time.Time) error
	// ClaimCount takes the number n of key. Each n is given once. Numbers may come in any order, as long as they are
	// greater than the highest one so far less CountWindow; what is below, and what was taken, is ErrUsed. What is kept of
	// a key does not grow with its numbers. All calls for a key name the same until; it is kept until then.
	ClaimCount(ctx context.Context, key Digest, n uint32, until time.Time) error
}

// A Count is an addition to one counter.
type Count struct {
	// Key names the counter; the caller puts the window's beginning into it.
	Key Digest
	// Delta is added; it may be zero, to read, or negative, to give back.
	Delta int
	// Until is how long the counter is kept at least; of several additions the latest counts.
	Until time.Time
	// Total is what Add found the counter to be with Delta added. A counter that nobody added to is 0.
	Total int
}

// Counters counts attempts.
type Counters interface {
	// Add makes the additions, each of them atomically, and sets the Total of each. It is one round trip. A key may occur
	// twice, and a Total may be negative. A backend with bounded memory forgets the least first: counters with small
	// totals before those with large ones.
	Add(ctx context.Context, counts []Count) error
}

// Sweeper forgets.
type Sweeper interface {
	// Sweep removes at most limit records of each kind whose expiry is before now, in one short step, and says how many
	// it removed. The host calls it until it removes nothing. It never removes an event that waits for its delivery.
	Sweep(ctx context.Context, now time.Time, limit int) (int, error)
}
