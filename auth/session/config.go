package session

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// A Config describes sessions. What is zero has the default that is named.
type Config struct {
	// Tokens keeps the sessions, each with its account's present state. Required.
	Tokens store.Tokens
	// Users finds the accounts where Tokens does not keep them too.
	Users store.Users
	// BaseURL is the origin that browsers see, "https://api.example". Cookies follow it, and so does what forms may come
	// from. Required.
	BaseURL string
	// Keys make form tokens, the newest first; 32 bytes each. All nodes share them. At least one is required.
	Keys [][]byte
	// Name is the cookies' name behind the prefix: "session".
	Name string
	// Idle is how long a session lives without being used: 30 minutes.
	Idle time.Duration
	// Absolute is how long it lives at all: 12 hours.
	Absolute time.Duration
	// MaxPerAccount is how many live sessions an account may have: 100. One more ends the oldest.
	MaxPerAccount int
	// Proxies are those that say whether a browser came over HTTPS: the same as the gate's.
	Proxies auth.Proxies
	// NotBefore ends everybody's sessions: those that began before the time that it returns are over. An administrator's
	// call moves it to now, wherever the host keeps it; nodes should agree on it. It is asked at each request, and nil
	// ends none.
	NotBefore func() time.Time
	// InsecureAllowHTTP takes an http base URL beyond loopback, and requests over clear HTTP from anywhere; passwords and
	// cookies then travel in the clear.
	InsecureAllowHTTP bool
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// Sessions keeps browsers signed in. It is safe for concurrent use.
type Sessions struct {
	cfg     Config
	origin  string
	session cookie
	browser cookie
}

// New checks cfg and builds the sessions.
func New(cfg Config) (*Sessions, error) {
	if cfg.Tokens == nil {
		return nil, errors.New("session: Tokens is required")
	}
	if len(cfg.Keys) == 0 || slices.ContainsFunc(cfg.Keys, func(key []byte) bool { return len(key) < 32 }) {
		return nil, errors.New("session: Keys of at least 32 bytes are required")
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Path != "" && base.Path != "/" {
		return nil, fmt.Errorf("session: base URL %q is no origin", cfg.BaseURL)
	}
	secure := base.Scheme == "https"
	if !secure && (base.Scheme != "http" || !cfg.InsecureAllowHTTP && !isLoopback(base.Hostname())) {
		return nil, fmt.Errorf("session: base URL %q is not https", cfg.BaseURL)
	}
	setDefault(&cfg.Name, "session")
	setDefault(&cfg.Idle, 30*time.Minute)
	setDefault(&cfg.Absolute, 12*time.Hour)
	setDefault(&cfg.MaxPerAccount, 100)
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.NotBefore == nil {
		cfg.NotBefore = func() time.Time { return time.Time{} }
	}
	if cfg.Idle < 0 || cfg.Absolute < cfg.Idle {
		return nil, errors.New("session: Idle is negative or longer than Absolute")
	}
	if cfg.MaxPerAccount < 1 {
		return nil, errors.New("session: MaxPerAccount is negative")
	}
	cfg.Keys = slices.Clone(cfg.Keys)
	return &Sessions{
		cfg: cfg, origin: base.Scheme + "://" + base.Host,
		session: newCookie(cfg.Name, secure), browser: newCookie(cfg.Name+"_browser", secure),
	}, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// isLoopback reports whether host is this machine.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
