package digest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// An HA1Config says which H(A1)s are kept of each password.
type HA1Config struct {
	// Realm is what challenges name. A hash is bound to it: with another realm nobody can sign in by Digest until the
	// password was shown again. Required.
	Realm string
	// Algorithms are what challenges offer, in this order, the preferred one first (RFC 7616 §3.7); by default SHA256
	// alone. MD5 is broken and there for old clients.
	Algorithms []Algorithm
	// Keys seal the hashes. Required.
	Keys *seal.Ring
}

// HA1s makes, seals and opens the H(A1)s of one realm. It is safe for concurrent use.
type HA1s struct {
	realm      string
	algorithms []Algorithm
	keys       *seal.Ring
}

// NewHA1s checks cfg.
func NewHA1s(cfg HA1Config) (*HA1s, error) {
	if err := auth.CheckRealm(cfg.Realm); err != nil {
		return nil, fmt.Errorf("digest: %w", err)
	}
	if len(cfg.Realm) > maxOther || norm.NFC.String(cfg.Realm) != cfg.Realm {
		return nil, fmt.Errorf("digest: realm %q is longer than %d bytes or not in NFC", cfg.Realm, maxOther)
	}
	if cfg.Keys == nil {
		return nil, errors.New("digest: Keys is required: an H(A1) is as good as the password and is kept sealed")
	}
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []Algorithm{SHA256}
	}
	for i, a := range cfg.Algorithms {
		if !a.valid() || slices.Contains(cfg.Algorithms[:i], a) {
			return nil, fmt.Errorf("digest: algorithm %v is unknown or there twice", a)
		}
	}
	return &HA1s{cfg.Realm, slices.Clone(cfg.Algorithms), cfg.Keys}, nil
}

// Derive makes what should be kept of user's password, under user's ID and name: for each algorithm the sealed H(A1), and
// anew whatever user.Password has of other realms. It returns none where user.Password has all of it already. Call it
// when a password is set, and when one has just been shown and was right: it is what package auth/password takes as
// HA1s.
func (h *HA1s) Derive(user store.User, password string) ([]store.HA1, error) {
	if user.ID == "" || user.Name == "" {
		return nil, errors.New("digest: an account without an ID or a name has no H(A1)")
	}
	password = norm.NFC.String(password) // RFC 7616 §4
	next, changed := make([]store.HA1, 0, len(h.algorithms)), false
	for _, of := range h.wanted(user) {
		a, known := ParseAlgorithm(of.Algorithm)
		if !known {
			changed = true
			continue
		}
		sum := HA1(a, user.Name, of.Realm, password)
		old, stale, err := h.open(user.ID, a, &of)
		if err != nil || stale || !old.equal(&sum) {
			of.Sealed = h.keys.Seal(binding(user.ID, &of), sum.bytes())
			changed = true
		}
		next = append(next, of)
	}
	if !changed {
		return nil, nil
	}
	return next, nil
}

// wanted are the H(A1)s that user should have: those that are there, and those that are missing, still without a value.
func (h *HA1s) wanted(user store.User) []store.HA1 {
	list := slices.Clone(user.Password.HA1s)
	for _, a := range h.algorithms {
		if find(list, a.Base(), h.realm) < 0 {
			list = append(list, store.HA1{Algorithm: a.Base().String(), Realm: h.realm})
		}
	}
	return list
}

// find is the index of the H(A1) for an algorithm and a realm, and -1 where there is none.
func find(list []store.HA1, a Algorithm, realm string) int {
	name := a.String()
	for i := range list {
		if list[i].Algorithm == name && list[i].Realm == realm {
			return i
		}
	}
	return -1
}

// Check reports what keeps the account from signing in by Digest: nothing is kept of its password, or not for this realm
// and these algorithms, or under a key that is not there. Hosts call it for an account or two when they start, since a
// realm that was changed shows nowhere else but in failures.
func (h *HA1s) Check(user store.User) error {
	for _, a := range h.algorithms {
		i := find(user.Password.HA1s, a.Base(), h.realm)
		if i < 0 {
			return fmt.Errorf("digest: nothing is kept of the password of %q for %v and realm %q, but for %s", user.Name, a.Base(), h.realm, kept(user))
		}
		if _, _, err := h.open(user.ID, a.Base(), &user.Password.HA1s[i]); err != nil {
			return fmt.Errorf("digest: what is kept of the password of %q: %w", user.Name, err)
		}
	}
	return nil
}

// kept says what there is instead.
func kept(user store.User) string {
	text := ""
	for _, of := range user.Password.HA1s {
		text += fmt.Sprintf("%s and realm %q; ", of.Algorithm, of.Realm)
	}
	if text == "" {
		return "none at all"
	}
	return text[:len(text)-2]
}

// binding is where an account's H(A1) is kept.
func binding(userID string, of *store.HA1) seal.Binding {
	return seal.Binding{"user", userID, "H(A1)", of.Algorithm, of.Realm}
}

// open returns the hash that is sealed in of, which is for a. Stale says that it should be sealed again.
func (h *HA1s) open(userID string, a Algorithm, of *store.HA1) (sum Sum, stale bool, err error) {
	var buffer [sha256.Size]byte // on the stack
	octets, stale, err := h.keys.AppendOpen(buffer[:0], binding(userID, of), of.Sealed)
	if err != nil {
		return Sum{}, false, err
	}
	if len(octets) != a.size() {
		return Sum{}, false, seal.ErrForged
	}
	return sumOf(octets), stale, nil
}
