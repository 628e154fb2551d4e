package redisstore

import (
	"errors"
	"strings"
	"time"
)

// An Option changes how [New] and [NewCache] work: a [Prefix], a [Tenant], a [Timeout], a [Window], a [Wait], a [Staleness], a [Local].
type Option interface{ configure(c *config) }

type config struct {
	prefix, tenant string
	timeout        time.Duration
	window         time.Duration
	wait           Wait
	staleness      time.Duration
	local          int
}

const (
	// DefaultTimeout is how long a call may take where no [Timeout] says otherwise: short enough that a Redis that is down
	// or stopped is an error within two seconds.
	DefaultTimeout = 1500 * time.Millisecond
	// DefaultWindow is the [Window] where none is given. It is enough for the nonces of Digest and of OAuth 1.0a and for the
	// jti of client assertions, each with its default lifetime, and clocks that differ by a minute.
	DefaultWindow = 12 * time.Minute
	// MaxStaleness is the longest [Staleness], and the one where none is given.
	MaxStaleness = time.Second
)

func newConfig(options []Option) (config, error) {
	c := config{prefix: "sesame", timeout: DefaultTimeout, window: DefaultWindow, staleness: MaxStaleness}
	for _, o := range options {
		o.configure(&c)
	}
	switch {
	case strings.ContainsAny(c.prefix+c.tenant, "{}"):
		return c, errors.New("redisstore: a brace in the prefix or the tenant would make other hash tags")
	case c.timeout <= 0:
		return c, errors.New("redisstore: the timeout must be positive")
	case c.badWindow():
		return c, errWindow
	case c.staleness < 10*time.Millisecond || c.staleness > MaxStaleness:
		return c, errors.New("redisstore: the staleness is 10 milliseconds at least and a second at most")
	case c.local < 0:
		return c, errors.New("redisstore: a process remembers no negative number of tokens")
	case c.wait.Replicas < 0 || c.wait.Replicas > 0 && (c.wait.Timeout < time.Millisecond || c.wait.Timeout >= c.timeout):
		return c, errors.New("redisstore: waiting for replicas takes a millisecond at least, and less than the timeout of a call")
	}
	return c, nil
}

// A Prefix begins every key; without it, it is "sesame".
type Prefix string

func (p Prefix) configure(c *config) { c.prefix = string(p) }

// A Tenant is the name of one of several that share the servers and see nothing of one another. Without it the name is
// empty.
type Tenant string

func (t Tenant) configure(c *config) { c.tenant = string(t) }

// A Timeout bounds each call. Without it, it is [DefaultTimeout].
type Timeout time.Duration

func (t Timeout) configure(c *config) { c.timeout = time.Duration(t) }

// A Window is how long before its until a key is claimed at most, the difference of clocks included. To claim one for longer
// is an error, and for so long after the servers may have forgotten something what ends within it is refused. Without it, it is
// [DefaultWindow].
type Window time.Duration

func (w Window) configure(c *config) { c.window = time.Duration(w) }

var errWindow = errors.New("redisstore: the window is a second at least and a week at most")

func (c *config) badWindow() bool { return c.window < time.Second || c.window > maxWindow }

const maxWindow = 7 * 24 * time.Hour

// Wait has each claim acknowledged by so many replicas within the timeout, rounded up to a millisecond; else the claim is
// [ErrReplicas].
type Wait struct {
	Replicas int
	Timeout  time.Duration
}

func (w Wait) configure(c *config) { c.wait = w }

// A Staleness is how old what a [Cache] says may be at most when it is said. Without it, it is [MaxStaleness].
type Staleness time.Duration

func (d Staleness) configure(c *config) { c.staleness = time.Duration(d) }

// Local is how many tokens a [Cache] remembers in its process too, for no longer than Redis does. Without it, it is none: each
// look-up is a round trip to Redis then.
type Local int

func (n Local) configure(c *config) { c.local = int(n) }
