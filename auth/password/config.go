package password

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

// A Config describes a checker.
type Config struct {
	// Users finds accounts. Required.
	Users store.Users
	// Passwords takes better hashes after a success; nil keeps outdated ones.
	Passwords store.Passwords
	// Hasher makes and verifies hashes; by default argon2id at OWASP's costs, and bcrypt.
	Hasher *Hasher
	// Throttle limits guessing. Required, but with InsecureUnthrottled.
	Throttle *throttle.Throttle
	// InsecureUnthrottled lets everybody guess as often as the machine allows. For tests, or where something in front counts.
	InsecureUnthrottled bool
	// Fold maps names that mean one account to one name (strings.ToLower, say), under which Users must find it. By default
	// names are exact, after NFC.
	Fold func(name string) string
	// Remember is how long a verified password is remembered, so that a client that sends it with each request costs one
	// hash; by default 5 minutes, and not at all where it is negative.
	Remember time.Duration
	// Remembered is how many are remembered at most; by default 65,536, in 1 MiB. From half of it on some have to go for
	// others, which costs a hash: twice as many as there are callers is enough.
	Remembered int
	// Concurrent is how many hashes run at once; by default the number of CPUs. Each takes the memory that its hash asks
	// for, at most [HasherConfig.MaxMemory].
	Concurrent int
	// Queue is how many checks may wait for that, and MaxWait how long; by default 64 for each that may run, and 2
	// seconds. A negative Queue lets none wait.
	Queue   int
	MaxWait time.Duration
	// HA1s makes what Digest needs of a password, in NFC: all that the account should have, or none where user.Password has
	// them. Package digest has it; nil is for hosts without Digest.
	HA1s func(user store.User, password string) ([]store.HA1, error)
	// Report is told of what went wrong without failing a sign-in: a stored hash that cannot be used, a better one that
	// could not be stored, an attempt that could not be given back. By default nobody is.
	Report func(ctx context.Context, userID string, err error)
	// Clock is the time; by default time.Now.
	Clock func() time.Time
}

// New checks cfg and builds the checker.
func New(cfg Config) (*Checker, error) {
	if err := cfg.normalize(); err != nil {
		return nil, err
	}
	if cfg.Remember < 0 {
		cfg.Remembered = 0
	}
	return &Checker{
		users: cfg.Users, passwords: cfg.Passwords, hasher: cfg.Hasher, throttle: cfg.Throttle,
		fold: cfg.Fold, ha1s: cfg.HA1s, report: cfg.Report, clock: cfg.Clock,
		bound:   newBound(cfg.Concurrent, max(cfg.Queue, 0), cfg.MaxWait),
		memory:  newMemory(cfg.Remembered, cfg.Remember),
		flights: flights{running: make(map[flightKey]*flight)},
	}, nil
}

// normalize checks cfg and fills in the defaults.
func (cfg *Config) normalize() (err error) {
	switch {
	case cfg.Users == nil:
		return errors.New("password: Users is required")
	case cfg.Throttle == nil && !cfg.InsecureUnthrottled:
		return errors.New("password: Throttle is required")
	case cfg.Concurrent < 0 || cfg.Remembered < 0 || cfg.MaxWait < 0:
		return errors.New("password: Concurrent, Remembered or MaxWait is negative")
	case cfg.HA1s != nil && cfg.Passwords == nil:
		return errors.New("password: HA1s without Passwords, which stores them")
	}
	if cfg.Hasher == nil {
		if cfg.Hasher, err = NewHasher(HasherConfig{}); err != nil {
			return err
		}
	}
	if cfg.Report == nil {
		cfg.Report = func(context.Context, string, error) {}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	cfg.Remember = orDefault(cfg.Remember, 5*time.Minute)
	cfg.Remembered = orDefault(cfg.Remembered, 1<<16)
	cfg.Concurrent = orDefault(cfg.Concurrent, runtime.GOMAXPROCS(0))
	cfg.Queue = orDefault(cfg.Queue, 64*cfg.Concurrent)
	cfg.MaxWait = orDefault(cfg.MaxWait, 2*time.Second)
	return nil
}
