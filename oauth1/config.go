package oauth1

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A Config describes the scheme.
type Config struct {
	// Realm is what the challenge names. Required.
	Realm string
	// Methods are the signature methods that are taken. Required; PLAINTEXT has an option of its own.
	Methods []Method
	// Clients, Users and Tokens hold apps, accounts and token credentials. Required. Accounts and apps are only asked for
	// where the look-up of a token did not bring them.
	Clients store.Clients
	Users   store.Users
	Tokens  store.Tokens
	// Once holds the nonces. Required. One that forgets when the program ends needs NotBefore.
	Once store.Once
	// Ring opens the secrets of apps and tokens; see [ClientSecret]. Required.
	Ring *seal.Ring

	// BaseURL is the public origin, with the path that a proxy in front takes away, if it does: what clients sign. By
	// default the scheme is that of the connection and the rest is the Host field's.
	BaseURL string
	// Window is how far a timestamp may be from the present, to either side; 5 minutes by default, an hour at most. A nonce
	// is kept until its timestamp is out of it.
	Window time.Duration
	// NotBefore refuses requests whose timestamp is before it. A host whose Once does not outlive the program sets it to
	// the program's start, since requests of before could be replayed; with Window added to it not even those of clients
	// whose clocks run ahead can be, but nobody is let in for that long.
	NotBefore time.Time
	// MaxBody is how many bytes of a body are read, to verify it, at most; 1 MiB by default. Longer ones are a 413. Bodies
	// that are not forms, and come without oauth_body_hash, are not read.
	MaxBody int64
	// MaxParams is how many parameters header, query and form may have together; 1000 by default.
	MaxParams int
	// MaxNonces is how many nonces of one app this process lets Once keep, so that one app does not push out the nonces of
	// others; beyond that it gets 429. 250,000 by default, which is good for 200 requests a second all day long.
	MaxNonces int
	// MaxSecrets is how many opened secrets of tokens are remembered in memory, and how many of apps, since opening one
	// costs more than a signature; 65,536 by default, which take some 20 MB where there are so many, and none where it is negative.
	MaxSecrets int

	// AllowFormBody takes protocol parameters from form bodies (§3.5.2), in requests without Authorization. To such a
	// gate each form is a request with credentials: callers without any are not anonymous, and an API key beside it is a
	// second kind.
	AllowFormBody bool
	// AllowQuery takes protocol parameters from the query (§3.5.3). URLs end in logs and histories: mask oauth_signature
	// and oauth_token there.
	AllowQuery bool
	// AllowVersion1_0A takes oauth_version=1.0A as well as 1.0; widely used clients send it.
	AllowVersion1_0A bool
	// AllowPlaintext takes PLAINTEXT (§3.4.4) over TLS and loopback connections. Requests may then have neither nonce nor
	// timestamp, and whoever reads one can send any other.
	AllowPlaintext bool
	// InsecurePlaintextOverHTTP takes PLAINTEXT over clear HTTP as well.
	InsecurePlaintextOverHTTP bool
	// AllowTwoLegged takes requests without a token: they stand for the app itself, with the app's scopes.
	AllowTwoLegged bool

	// Proxies are the peers that are believed when they say that a request came over HTTPS. By default none.
	Proxies auth.Proxies
	// Clock is the present; time.Now by default.
	Clock func() time.Time
}

const (
	defaultWindow = 5 * time.Minute
	maxWindow     = time.Hour
)

// New checks cfg and builds the scheme.
func New(cfg Config) (*Scheme, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.normalised()
	s := &Scheme{
		cfg: cfg, secrets: newSecrets(cfg.Ring, cfg.MaxSecrets),
		challenge: auth.Challenge{Scheme: "OAuth", Params: []auth.Param{{Name: "realm", Value: cfg.Realm}}},
	}
	if cfg.BaseURL != "" {
		var err error
		if s.origin, s.prefix, err = parseBaseURL(cfg.BaseURL); err != nil {
			return nil, err
		}
	}
	if cfg.AllowFormBody {
		s.places |= inForm
	}
	if cfg.AllowQuery {
		s.places |= inQuery
	}
	s.bound = newNonceBound(cfg.MaxNonces, 2*cfg.Window)
	s.messages.New = func() any { return new(message) }
	return s, s.challenge.Check()
}

func (c Config) check() error {
	switch {
	case c.Clients == nil || c.Users == nil || c.Tokens == nil || c.Once == nil || c.Ring == nil:
		return errors.New("oauth1: Clients, Users, Tokens, Once and Ring are required")
	case len(c.Methods) == 0 && !c.AllowPlaintext:
		return errors.New("oauth1: Methods is required")
	case c.InsecurePlaintextOverHTTP && !c.AllowPlaintext:
		return errors.New("oauth1: InsecurePlaintextOverHTTP says how, AllowPlaintext whether")
	case c.Window < 0 || c.Window > maxWindow || c.Window%time.Second != 0:
		return fmt.Errorf("oauth1: Window is %v: whole seconds, an hour at most", c.Window)
	case c.MaxBody < 0 || c.MaxParams < 0 || c.MaxNonces < 0:
		return errors.New("oauth1: a limit is negative")
	}
	for _, method := range c.Methods {
		if method.hash() == 0 {
			return fmt.Errorf("oauth1: %q is no method for Methods", method)
		}
	}
	if err := auth.CheckRealm(c.Realm); err != nil {
		return fmt.Errorf("oauth1: %w", err)
	}
	return nil
}

// normalised returns c with its defaults, and nothing in it that the caller could change.
func (c Config) normalised() Config {
	c.Methods = slices.Clone(c.Methods)
	if c.AllowPlaintext {
		c.Methods = append(c.Methods, Plaintext)
	}
	if c.Window == 0 {
		c.Window = defaultWindow
	}
	if c.MaxBody == 0 {
		c.MaxBody = 1 << 20
	}
	if c.MaxParams == 0 {
		c.MaxParams = 1000
	}
	if c.MaxNonces == 0 {
		c.MaxNonces = 250_000
	}
	if c.MaxSecrets == 0 {
		c.MaxSecrets = 1 << 16
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}
