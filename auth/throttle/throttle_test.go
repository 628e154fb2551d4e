package throttle_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

const (
	home  = "192.0.2.1:1000"
	cafe  = "192.0.2.2:1000"
	alien = "198.51.100.1:1000"
)

var background = context.Background()

func TestLimits(t *testing.T) {
	t.Run("SEC-RATE-01 the eleventh failure of an account from an address is refused until the minute ends", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for n := range 10 {
			require.NoError(t, l.fail(user("alice"), home), "failure %d", n+1)
		}
		for range 10 {
			err := l.fail(user("alice"), home)
			require.ErrorIs(t, err, autherr.TooManyRequests)
			assert.Equal(t, 50*time.Second, autherr.From(err).RetryAfter)
		}
		assert.ErrorIs(t, l.succeed(user("alice"), home), autherr.TooManyRequests, "with the right password too")
		assert.NoError(t, l.fail(user("alice"), cafe), "from elsewhere")
		assert.NoError(t, l.fail(user("bob"), home), "another account")

		l.pass(50 * time.Second)
		assert.NoError(t, l.succeed(user("alice"), home), "when the window ended")
	})
	t.Run("an address is refused after a hundred failures of any accounts", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for n := range 100 {
			require.NoError(t, l.fail(user(fmt.Sprint(n)), alien))
		}
		err := l.fail(user("alice"), alien)
		require.ErrorIs(t, err, autherr.TooManyRequests)
		assert.Equal(t, "address_limit", autherr.From(err).Reason)
		assert.NoError(t, l.succeed(user("alice"), home))
	})
	t.Run("SEC-RATE-01 failures from everywhere do not shut out an address that the account signed in from", func(t *testing.T) {
		l := newLab(t, throttle.Config{PerAccount: 50})
		require.NoError(t, l.succeed(user("alice"), home))
		l.pass(23 * time.Hour)
		for n := range 50 {
			require.NoError(t, l.fail(user("alice"), fmt.Sprintf("198.51.100.%d:1", n)))
		}
		err := l.fail(user("alice"), cafe)
		require.ErrorIs(t, err, autherr.TooManyRequests, "an address that is not known")
		assert.Equal(t, "account_limit", autherr.From(err).Reason)
		for range 10 {
			require.NoError(t, l.fail(user("alice"), home), "the owner's address has failures of its own")
		}
		err = l.fail(user("alice"), home)
		require.ErrorIs(t, err, autherr.TooManyRequests, "and only those")
		assert.Equal(t, "account_address_limit", autherr.From(err).Reason)
		l.pass(time.Minute)
		assert.NoError(t, l.succeed(user("alice"), cafe), "after the window everyone gets in")
	})
	t.Run("an address is spared for one period at least and two at most", func(t *testing.T) {
		for age, spared := range map[time.Duration]bool{23 * time.Hour: true, 24 * time.Hour: true, 48 * time.Hour: false} {
			l := newLab(t, throttle.Config{PerAccount: 10})
			require.NoError(t, l.succeed(user("alice"), home))
			l.pass(age)
			for range 10 {
				require.NoError(t, l.fail(user("alice"), cafe))
			}
			assert.Equal(t, spared, l.succeed(user("alice"), home) == nil, "after %s", age)
		}
	})
	t.Run("SEC-RATE-03 of 500 parallel attempts with limit 10 at most 10 reach the check", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		var checks, refused atomic.Int64
		var wait sync.WaitGroup
		for range 500 {
			wait.Go(func() {
				switch err := l.fail(user("alice"), home); {
				case err == nil:
					checks.Add(1)
				case errors.Is(err, autherr.TooManyRequests):
					refused.Add(1)
				}
			})
		}
		wait.Wait()
		assert.EqualValues(t, 10, checks.Load())
		assert.EqualValues(t, 490, refused.Load())
	})
}

func TestWhatCounts(t *testing.T) {
	t.Run("successes are given back", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for range 500 {
			require.NoError(t, l.succeed(user("alice"), home))
		}
		assert.Equal(t, 10, l.counters.sum(), "one mark that spares the address, and nothing else")
	})
	t.Run("a check that could not be made is given back, and spares nobody", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		attempt, err := l.Reserve(background, from(home), user("alice"))
		require.NoError(t, err)
		require.NoError(t, attempt.Released(background))
		assert.Zero(t, l.counters.sum())
		assert.False(t, l.Trusts(from(home), user("alice")))
	})
	t.Run("one address cannot fill the account's ceiling", func(t *testing.T) {
		l := newLab(t, throttle.Config{PerAccount: 20})
		for range 1000 {
			l.pass(10 * time.Millisecond)
			_ = l.fail(user("alice"), alien)
		}
		assert.Equal(t, 30, l.counters.sum(), "ten failures, in three counters")
		assert.NoError(t, l.succeed(user("alice"), home))
	})
	t.Run("nor by hanging up while it is counted", func(t *testing.T) {
		l := newLab(t, throttle.Config{PerAccount: 20})
		for range 1000 {
			l.pass(10 * time.Millisecond)
			ctx, hangUp := context.WithCancel(background)
			l.counters.during = hangUp
			_, _ = l.Reserve(ctx, from(alien), user("alice"))
		}
		assert.Equal(t, 30, l.counters.sum(), "ten failures, in three counters")
	})
	t.Run("a request that has ended is not counted", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		ctx, cancel := context.WithCancel(background)
		cancel()
		_, err := l.Reserve(ctx, from(home), user("alice"))
		assert.ErrorIs(t, err, autherr.Unavailable)
		assert.Zero(t, l.counters.calls)
	})
	t.Run("nothing is given back to a window that has ended", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		attempt, err := l.Reserve(background, from(home), user("alice"))
		require.NoError(t, err)
		l.pass(time.Minute)
		before := l.counters.calls
		require.NoError(t, attempt.Released(background))
		assert.Equal(t, before, l.counters.calls)
	})
	t.Run("an account of one kind is not that of another, and no two names run together", func(t *testing.T) {
		l := newLab(t, throttle.Config{PerAccountAddress: 1})
		accounts := []throttle.Account{
			{Kind: "user", ID: "1"}, {Kind: "client", ID: "1"}, {Kind: "user1", ID: ""}, {Kind: "", ID: "user1"},
			{Kind: "use", ID: "r1"}, {Kind: "user", ID: "1\x00"}, {Kind: "user", ID: "ALICE"}, {Kind: "user", ID: "alice"},
		}
		for _, account := range accounts {
			assert.NoError(t, l.fail(account, home), "%q", account)
		}
		for _, account := range accounts {
			assert.Error(t, l.fail(account, home), "%q", account)
		}
	})
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		name, one, other string
		same             bool
	}{
		{"two ports of an IPv4 address are one", "192.0.2.1:1", "192.0.2.1:2", true},
		{"two IPv4 addresses are two", "192.0.2.1:1", "192.0.2.2:1", false},
		{"an IPv4 address within IPv6 is that address", "192.0.2.1:1", "[::ffff:192.0.2.1]:1", true},
		{"all of a /64 is one", "[2001:db8::1]:1", "[2001:db8::ffff:ffff:ffff:ffff]:1", true},
		{"two /64 are two", "[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
		{"zones do not count", "[fe80::1%eth0]:1", "[fe80::1%eth1]:1", true},
		{"those that cannot be told are one", "@", "pipe", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, throttle.Config{PerAccountAddress: 1})
			require.NoError(t, l.fail(user("alice"), test.one))
			assert.Equal(t, test.same, l.fail(user("alice"), test.other) != nil)
			assert.Equal(t, test.same, l.Address(from(test.one)) == l.Address(from(test.other)))
		})
	}
	t.Run("the host's own function says where a request came from", func(t *testing.T) {
		address := func(r *http.Request) netip.Addr { return netip.MustParseAddr(r.Header.Get("X-Real")) }
		l := newLab(t, throttle.Config{Address: address})
		r := from(home)
		r.Header.Set("X-Real", "203.0.113.9")
		assert.Equal(t, "203.0.113.9", l.Address(r).String())
	})
}

func TestTrust(t *testing.T) {
	alice := user("alice")
	t.Run("comes with a success, for that account and address, and for one window", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		assert.False(t, l.Trusts(from(home), alice))
		require.NoError(t, l.succeed(alice, home))
		assert.True(t, l.Trusts(from(home), alice))
		assert.False(t, l.Trusts(from(cafe), alice))
		assert.False(t, l.Trusts(from(home), user("bob")))
		l.pass(time.Minute)
		assert.False(t, l.Trusts(from(home), alice))
	})
	t.Run("ends with the next attempt, before its outcome is known", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		require.NoError(t, l.succeed(alice, home))
		require.NoError(t, l.fail(alice, home))
		assert.False(t, l.Trusts(from(home), alice))
	})
	t.Run("does not come back while the limit holds", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		require.NoError(t, l.succeed(alice, home))
		for range 11 {
			_ = l.fail(alice, home)
		}
		assert.Error(t, l.succeed(alice, home))
		assert.False(t, l.Trusts(from(home), alice))
	})
}

func TestRoundTrips(t *testing.T) {
	t.Run("an attempt is one, its success another", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		require.NoError(t, l.fail(user("alice"), home))
		assert.Equal(t, 1, l.counters.calls)
		require.NoError(t, l.succeed(user("alice"), home))
		assert.Equal(t, 3, l.counters.calls)
	})
	t.Run("who is refused is refused for a second without asking the store", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for range 11 {
			_ = l.fail(user("alice"), home)
		}
		calls := l.counters.calls
		for range 1000 {
			require.ErrorIs(t, l.fail(user("alice"), home), autherr.TooManyRequests)
		}
		assert.Equal(t, calls, l.counters.calls)
		l.pass(time.Second)
		require.ErrorIs(t, l.fail(user("alice"), home), autherr.TooManyRequests)
		assert.Equal(t, calls+2, l.counters.calls, "asked, and given back")
	})
	t.Run("counters are kept until their window ends", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		require.NoError(t, l.fail(user("alice"), home))
		for _, until := range l.counters.untils {
			assert.Equal(t, l.now.Truncate(time.Minute).Add(time.Minute), until)
		}
	})
}

func TestBreakage(t *testing.T) {
	down := errors.New("down")
	t.Run("a store that does not answer lets nobody try", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		l.counters.broken = down
		err := l.fail(user("alice"), home)
		assert.ErrorIs(t, err, autherr.Unavailable)
		assert.ErrorIs(t, err, down)
	})
	t.Run("a success that could not be noted is told", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		attempt, err := l.Reserve(background, from(home), user("alice"))
		require.NoError(t, err)
		l.counters.broken = down
		assert.ErrorIs(t, attempt.Succeeded(background), down)
	})
}

func TestANilThrottleAllowsAll(t *testing.T) {
	var off *throttle.Throttle
	assert.True(t, off.Trusts(from(home), user("alice")))
	for range 1000 {
		_, err := off.Reserve(background, from(home), user("alice"))
		require.NoError(t, err)
	}
	attempt, err := off.Reserve(background, from(home), user("alice"))
	require.NoError(t, err)
	assert.NoError(t, attempt.Succeeded(background))
	assert.NoError(t, attempt.Released(background))
	assert.Equal(t, netip.Addr{}, off.Address(from(home)))
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name string
		cfg  throttle.Config
	}{
		{"no counters", throttle.Config{}},
		{"a negative limit", throttle.Config{Counters: &counters{}, PerAddress: -1}},
		{"a negative window", throttle.Config{Counters: &counters{}, Window: -time.Second}},
		{"a ceiling that one address reaches", throttle.Config{Counters: &counters{}, PerAccountAddress: 10, PerAccount: 9}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := throttle.New(test.cfg)
			assert.Error(t, err)
		})
	}
}

func TestTrustAllocatesNothing(t *testing.T) {
	l := newLab(t, throttle.Config{})
	r := from(home)
	require.NoError(t, l.succeed(user("alice"), home))
	assert.Zero(t, testing.AllocsPerRun(100, func() { l.Trusts(r, user("alice")) }))
}

func BenchmarkTrusts(b *testing.B) {
	limits, err := throttle.New(throttle.Config{Counters: &counters{}})
	require.NoError(b, err)
	r, alice := from(home), user("01JX4E5Z3T6Y7V8W9X0A1B2C3D")
	b.ReportAllocs()
	for b.Loop() {
		limits.Trusts(r, alice)
	}
}
