package throttle

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A Config describes a throttle.
type Config struct {
	// Counters keeps the counters. Required.
	Counters store.Counters
	// Address is where a request came from: behind proxies, the Address method of the gate's own. By default it is the
	// address of the connection's other end. An IPv6 address counts by its /64; requests whose address cannot be told count as
	// one address.
	Address func(*http.Request) netip.Addr
	// PerAccountAddress is how many failures of one account from one address a window allows; by default 10.
	PerAccountAddress int
	// PerAddress is how many failures from one address a window allows, whatever the accounts; by default 100.
	PerAddress int
	// PerAccount is how many failures of one account a window allows from everywhere; by default 1000.
	PerAccount int
	// Window is how long failures count; by default a minute.
	Window time.Duration
	// Spared is how long at least, and at most twice that, PerAccount does not hold for an address from which the account
	// was signed in to; by default 24 hours.
	Spared time.Duration
	// Notes is how many accounts at addresses this process notes, rounded up to a power of two; by default 65,536, which
	// takes 1 MiB.
	Notes int
	// Clock is the time; by default time.Now.
	Clock func() time.Time
}

// A Throttle counts attempts. A nil *Throttle allows all. It is safe for concurrent use.
type Throttle struct {
	counters store.Counters
	address  func(*http.Request) netip.Addr
	limits   [counters]int
	window   time.Duration
	spared   time.Duration
	refused  *notes // who is over a limit, for a moment
	trusted  *notes // who has proved a secret, for a window
	clock    func() time.Time
}

// New checks cfg and builds the throttle.
func New(cfg Config) (*Throttle, error) {
	if cfg.Counters == nil {
		return nil, errors.New("throttle: Counters is required")
	}
	if min(cfg.PerAccountAddress, cfg.PerAddress, cfg.PerAccount, cfg.Notes) < 0 || min(cfg.Window, cfg.Spared) < 0 {
		return nil, errors.New("throttle: a limit is negative; for no throttle use a nil one")
	}
	setDefault(&cfg.PerAccountAddress, 10)
	setDefault(&cfg.PerAddress, 100)
	setDefault(&cfg.PerAccount, 1000)
	setDefault(&cfg.Window, time.Minute)
	setDefault(&cfg.Spared, 24*time.Hour)
	setDefault(&cfg.Notes, 1<<16)
	if cfg.PerAccount < cfg.PerAccountAddress {
		return nil, errors.New("throttle: PerAccount is under PerAccountAddress, so that one address could shut out an owner")
	}
	if cfg.Address == nil {
		cfg.Address = peer
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Throttle{
		counters: cfg.Counters, address: cfg.Address,
		limits: [counters]int{byPair: cfg.PerAccountAddress, byAddress: cfg.PerAddress, byAccount: cfg.PerAccount},
		window: cfg.Window, spared: cfg.Spared, clock: cfg.Clock,
		refused: newNotes(cfg.Notes), trusted: newNotes(cfg.Notes),
	}, nil
}

func setDefault[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
