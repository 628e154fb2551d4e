package password

import "slices"

// A stored hash, parsed and within its bounds.
type stored struct {
	matches  func(password string) bool
	outdated bool
	// missing is how much less work it is than a hash of today.
	missing uint64
}

// parse reads a stored hash. What it refuses, and the empty one of an account without a password, matches nothing, at the
// work of a hash of today.
func (h *Hasher) parse(encoded string) (stored, error) {
	nobody := stored{matches: func(string) bool { return false }, missing: h.costs.work()}
	if encoded == "" {
		return nobody, nil
	}
	kind := kindOf(encoded)
	if kind != Argon2id && kind != Bcrypt && !slices.Contains(h.weak, kind) {
		return nobody, &HashError{kind, "is not accepted"}
	}
	s, err := h.parseKind(kind, encoded)
	if err != nil {
		return nobody, err
	}
	return s, nil
}

// parseKind reads a hash of a kind that is accepted. The work of bcrypt cannot be compared with argon2id's.
func (h *Hasher) parseKind(kind Kind, encoded string) (stored, error) {
	weak := func(matches func(string) bool) stored { return stored{matches, true, h.costs.work()} }
	switch kind {
	case Argon2id:
		a, err := parseArgon2id(encoded, h.most)
		a.derive = h.derive
		return stored{a.matches, a.outdated(h.costs), h.costs.work() - min(a.work(), h.costs.work())}, err
	case Bcrypt:
		b, err := parseBcrypt(encoded)
		return stored{b.matches, true, 0}, err
	case MD5Crypt:
		m, err := parseMD5Crypt(encoded)
		return weak(m.matches), err
	case SHA1:
		s, err := parseSHA1(encoded)
		return weak(s.matches), err
	case DESCrypt:
		return weak(desHash(encoded).matches), nil
	}
	return weak(plainText(encoded).matches), nil
}
