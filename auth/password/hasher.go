package password

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/argon2"
)

// A HasherConfig describes how passwords are hashed, and which hashes are taken from elsewhere.
type HasherConfig struct {
	// Memory (m) in KiB, Time (t) in passes and Threads (p) are the costs of new hashes; by default 19,456, 2 and 1. They are
	// at least one of OWASP's settings: 46 MiB and 1 pass, 19 MiB and 2, 12 MiB and 3.
	Memory, Time uint32
	Threads      uint8
	// MaxMemory in KiB and MaxTime bound what a stored hash may ask for; by default 64 MiB and 10 passes, or the costs of
	// new hashes where those are higher.
	MaxMemory, MaxTime uint32
	// InsecureKinds are the weak kinds that are accepted nonetheless; the next sign-in replaces such a hash.
	InsecureKinds []Kind
	// InsecureCosts takes costs below OWASP's, for tests.
	InsecureCosts bool
}

// A Hasher makes argon2id hashes (RFC 9106) as PHC strings, and verifies these, bcrypt's, and what
// [HasherConfig.InsecureKinds] names. Passwords are compared in NFC. It bounds neither how many hashes run at once nor how
// often somebody tries: a [Checker] does. It is safe for concurrent use.
type Hasher struct {
	costs, most params
	weak        []Kind
	decoy       argon2idHash // matches nothing, with the costs of now
	derive      derive
}

// NewHasher checks cfg and builds the hasher.
func NewHasher(cfg HasherConfig) (*Hasher, error) {
	costs, err := cfg.costs()
	if err != nil {
		return nil, err
	}
	for _, kind := range cfg.InsecureKinds {
		if !slices.Contains([]Kind{MD5Crypt, SHA1, DESCrypt, PlainText}, kind) {
			return nil, fmt.Errorf("password: %q is no weak kind that can be verified", kind)
		}
	}
	h := &Hasher{costs: costs, weak: slices.Clone(cfg.InsecureKinds), derive: argon2.IDKey}
	h.most = params{
		memory: max(orDefault(cfg.MaxMemory, 64<<10), costs.memory), time: max(orDefault(cfg.MaxTime, 10), costs.time),
		threads: maxThreads,
	}
	h.decoy = argon2idHash{params: costs, salt: randomBytes(saltSize), sum: randomBytes(sumSize)}
	return h, nil
}

// costs are those of new hashes.
func (cfg HasherConfig) costs() (params, error) {
	costs := params{orDefault(cfg.Memory, 19<<10), orDefault(cfg.Time, 2), orDefault(cfg.Threads, 1)}
	switch {
	case costs.threads > maxThreads:
		return params{}, errors.New("password: more than 16 threads")
	case costs.memory < 8*uint32(costs.threads):
		return params{}, errors.New("password: argon2id needs 8 KiB for each thread")
	case !costs.strong() && !cfg.InsecureCosts:
		return params{}, errors.New("password: the costs are below OWASP's for argon2id")
	}
	return costs, nil
}

// Hash returns the hash of password, with a salt of its own. A password that is empty, longer than [MaxLength] or not
// UTF-8 is an error.
func (h *Hasher) Hash(password string) (string, error) {
	secret := normalize(password)
	if secret == "" {
		return "", errUnusable()
	}
	return h.hash(secret), nil
}

// Verify reports whether password is that of a stored hash, and whether the hash is worth replacing. A [*HashError] says
// that the stored hash cannot be used; such a hash matches nothing, nor does an empty one. Whatever does not match is at
// least the work of a hash of today, but with bcrypt, and for what Hash refuses: that is nobody's password and not hashed.
func (h *Hasher) Verify(encoded, password string) (match, outdated bool, err error) {
	secret := normalize(password)
	if secret == "" {
		return false, false, h.Accept(encoded)
	}
	return h.verify(encoded, secret)
}

// Accept is nil for a stored hash that Verify can use, and for an empty one; for importers.
func (h *Hasher) Accept(encoded string) error {
	_, err := h.parse(encoded)
	return err
}

// hash makes the hash of a password that is normal.
func (h *Hasher) hash(secret string) string {
	a := argon2idHash{params: h.costs, salt: randomBytes(saltSize)}
	a.sum = h.derive([]byte(secret), a.salt, a.time, a.memory, a.threads, sumSize)
	return a.String()
}

// verify is Verify for a password that is normal.
func (h *Hasher) verify(encoded, secret string) (match, outdated bool, err error) {
	s, err := h.parse(encoded)
	if s.matches(secret) {
		return true, s.outdated, nil
	}
	h.idle(secret, s.missing)
	return false, false, err
}

// idle hashes for nothing, where a stored hash asked for less work than one of today does. It takes few passes over much
// memory, as close as can be to a hash of today: the same work in less memory is done sooner, from the processor's caches.
func (h *Hasher) idle(secret string, work uint64) {
	today := uint64(h.costs.memory)
	passes := (work + today - 1) / today
	if passes == 0 {
		return
	}
	decoy := h.decoy
	decoy.derive = h.derive
	decoy.time, decoy.memory = uint32(passes), uint32(work/passes)
	decoy.matches(secret)
}

func randomBytes(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.Read(data) // does not fail
	return data
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
