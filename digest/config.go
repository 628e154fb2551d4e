package digest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A Config describes the scheme.
type Config struct {
	// HA1s are the realm, the algorithms, and the keys that what is kept of passwords is sealed with. Required: a host that
	// keeps password hashes alone cannot offer Digest.
	HA1s *HA1s
	// Users finds accounts. Where it implements [store.UserHashes] too, challenges announce userhash (RFC 7616 §3.4.4),
	// unless WithoutUserHash says otherwise. Required.
	Users           store.Users
	WithoutUserHash bool
	// Fold maps names that mean one account to one name, as in package auth/password, so that failures under all of them
	// count for one. The right response is that for the name of the account.
	Fold func(name string) string
	// Once sees to it that a nonce's counts are used once. With several processes they share it. Required.
	Once store.Once
	// NonceKeys makes nonces good for every process with the same ring, and over restarts. Set it where Once is shared and
	// outlives the process. By default a key is drawn at the start: after a restart clients get a new nonce and try again.
	NonceKeys *seal.Ring
	// NonceLifetime is how long a nonce is good; by default 5 minutes.
	NonceLifetime time.Duration
	// Throttle limits guessing. Required, but with InsecureUnthrottled.
	Throttle            *throttle.Throttle
	InsecureUnthrottled bool

	// QOP are the qualities of protection that challenges offer; by default Auth alone. AuthInt has bodies read before
	// the handler runs.
	QOP []QOP
	// MaxBody is how many bytes a body may have under AuthInt; by default 1 MiB.
	MaxBody int64
	// Opaque is asked back unchanged where it is not empty. At most 256 bytes.
	Opaque string
	// Domain lists the URIs that the same credentials are good for (RFC 7616 §3.3): paths, or absolute ones.
	Domain []string
	// WithoutRspAuth leaves out the proof that the server knows the password too (RFC 7616 §3.5), which costs two hashes.
	WithoutRspAuth bool
	// OneTime lets a nonce through once with an unsafe method (RFC 9110 §9.2.1); the answer names the next one.
	OneTime bool
	// RefuseBasic keeps a gate from being built that takes Basic as well: whoever can choose is only as safe as there
	// (RFC 7616 §5.6).
	RefuseBasic bool
	// AllowRFC2069 takes credentials without qop, nc and cnonce. A nonce is then good for one request.
	AllowRFC2069 bool

	// Target is the request target as the client sent it; by default r.RequestURI. For hosts behind a proxy that rewrites
	// paths.
	Target func(r *http.Request) string
	// Passwords takes H(A1)s that were sealed anew after the key ring has changed; nil leaves them as they are.
	Passwords store.Passwords
	// Report is told of what went wrong without failing a request: a success that could not be noted, a sealed text that
	// could not be stored. By default nobody is.
	Report func(ctx context.Context, userID string, err error)
	// Clock is the time; by default time.Now.
	Clock func() time.Time
}

// New checks cfg and builds the scheme.
func New(cfg Config) (*Scheme, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	nobody, err := newNobody(cfg.HA1s)
	if err != nil {
		return nil, err
	}
	s := &Scheme{cfg: cfg, nonces: newNonceKeys(cfg.NonceKeys, cfg.NonceLifetime), nobody: nobody}
	if hashes, ok := cfg.Users.(store.UserHashes); ok && !cfg.WithoutUserHash {
		s.hashes = hashes
	}
	for _, challenge := range s.challenges(s.nonces.mint(cfg.Clock()), true) {
		if err := challenge.Check(); err != nil {
			return nil, fmt.Errorf("digest: %w", err)
		}
	}
	return s, nil
}

// check refuses what cannot be meant.
func (cfg *Config) check() error {
	switch {
	case cfg.HA1s == nil:
		return errors.New("digest: HA1s is required: Digest cannot be verified by password hashes, see NewHA1s")
	case cfg.Users == nil || cfg.Once == nil:
		return errors.New("digest: Users and Once are required")
	case cfg.Throttle == nil && !cfg.InsecureUnthrottled:
		return errors.New("digest: Throttle is required")
	case cfg.NonceLifetime < 0 || cfg.MaxBody < 0:
		return errors.New("digest: NonceLifetime or MaxBody is negative")
	case len(cfg.Opaque) > maxOther:
		return errors.New("digest: Opaque is too long")
	}
	for i, q := range cfg.QOP {
		if !q.valid() || slices.Contains(cfg.QOP[:i], q) {
			return errors.New("digest: a quality of protection is unknown or there twice")
		}
	}
	for _, uri := range cfg.Domain {
		if !strings.Contains(uri, "/") || strings.ContainsAny(uri, " \t\"\\") {
			return fmt.Errorf("digest: domain %q is not a URI", uri)
		}
	}
	return nil
}

// setDefaults fills in what is not set, and copies what the caller could change.
func (cfg *Config) setDefaults() (err error) {
	if cfg.NonceKeys == nil {
		if cfg.NonceKeys, err = seal.New(seal.NewKey()); err != nil {
			return err
		}
	}
	if cfg.NonceLifetime == 0 {
		cfg.NonceLifetime = 5 * time.Minute
	}
	if len(cfg.QOP) == 0 {
		cfg.QOP = []QOP{Auth}
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	if cfg.Fold == nil {
		cfg.Fold = func(name string) string { return name }
	}
	if cfg.Target == nil {
		cfg.Target = func(r *http.Request) string { return r.RequestURI }
	}
	if cfg.Report == nil {
		cfg.Report = func(context.Context, string, error) {}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	cfg.QOP, cfg.Domain = slices.Clone(cfg.QOP), slices.Clone(cfg.Domain)
	return nil
}

// newNobody is the account that unknown names are checked against: no password gives its H(A1)s.
func newNobody(h *HA1s) (store.User, error) {
	user := store.User{ID: "nobody", Name: "nobody"}
	secret := h.keys.Derive("Digest's H(A1) of nobody")[0]
	var err error
	user.Password.HA1s, err = h.Derive(user, string(secret))
	return user, err
}
