package password

// Watch calls f with the costs of each argon2id hash that h computes from now on, before it does.
func (h *Hasher) Watch(f func(memory, time uint32)) {
	inner := h.derive
	h.derive = func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte {
		f(memory, time)
		return inner(password, salt, time, memory, threads, size)
	}
}

// Reprint parses an argon2id PHC string and prints it again.
func Reprint(encoded string) (string, error) {
	a, err := parseArgon2id(encoded, params{memory: 1 << 20, time: 100, threads: maxThreads})
	return a.String(), err
}

// Outdated reports whether a right password would replace a stored hash.
func (h *Hasher) Outdated(encoded string) (bool, error) {
	s, err := h.parse(encoded)
	return s.outdated, err
}
