package auth

import (
	"cmp"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// How many refusals of an account within tallied are noted one by one, and how many counts are kept meanwhile.
const (
	perNetwork = 10
	perAccount = 100
	tallied    = time.Hour
	maxTallied = 1 << 16
)

// A tally counts refusals within an hour of the clock and says which of them are worth a note. The zero tally is ready.
type tally struct {
	mu     sync.Mutex
	since  time.Time
	seed   maphash.Seed // drawn with each hour, so that nobody knows whose counts meet
	counts map[uint64]int
}

// A series is what a tally counts: with its zero fields the refusals of an account as a whole.
type series struct {
	account, kind, scheme string
	network               netip.Addr
}

// count adds a refusal. It is the nth of its series, and noted says that it is worth a note.
func (t *tally) count(now time.Time, kind string, o Observation) (n int, noted bool) {
	account := cmp.Or(o.Account, o.Client)
	t.mu.Lock()
	defer t.mu.Unlock()
	if since := now.Truncate(tallied); !since.Equal(t.since) || len(t.counts) >= maxTallied {
		t.since, t.seed, t.counts = since, maphash.MakeSeed(), map[uint64]int{}
	}
	n = t.add(series{account, kind, o.Scheme, network(o.Address)})
	return n, isNotable(n, perNetwork) && isNotable(t.add(series{account: account}), perAccount)
}

func (t *tally) add(s series) int {
	key := maphash.Comparable(t.seed, s)
	t.counts[key]++
	return t.counts[key]
}

// isNotable holds for the first of a series, and then for the powers of ten.
func isNotable(n, first int) bool {
	if n <= first {
		return true
	}
	for n%10 == 0 {
		n /= 10
	}
	return n == 1
}

// network is what one line or host is given: an IPv4 address, or the /64 of an IPv6 address.
func network(from netip.Addr) netip.Addr {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		prefix, _ := from.Prefix(64) // no error: an IPv6 address has 128 bits
		return prefix.Addr()
	}
	return from
}
