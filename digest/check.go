package digest

import (
	"slices"

	"github.com/seed-f67351ce/sesame/auth"
)

// check judges what credentials say without asking who sent them.
func (s *Scheme) check(k *call) error {
	if err := s.checkOffer(&k.c); err != nil {
		return err
	}
	if err := s.checkTarget(k); err != nil {
		return err
	}
	return s.checkNonce(k)
}

// checkOffer refuses what no challenge of ours offers. Credentials in the style of RFC 2069 are nothing to fall back to:
// they are taken only where the host allows them.
func (s *Scheme) checkOffer(c *Credentials) error {
	switch {
	case !slices.Contains(s.cfg.HA1s.algorithms, c.Algorithm):
		return auth.Refuse(c.Username, "algorithm_not_offered")
	case c.QOP == 0 && !s.cfg.AllowRFC2069, c.QOP != 0 && !slices.Contains(s.cfg.QOP, c.QOP):
		return auth.Malformed("digest_qop", "the qop of Digest is none of those that were offered")
	case c.Realm != s.cfg.HA1s.realm:
		return auth.Refuse(c.Username, "foreign_realm")
	case s.cfg.Opaque != "" && c.Opaque != s.cfg.Opaque:
		return auth.Refuse(c.Username, "opaque_changed")
	}
	return nil
}

// checkTarget refuses credentials that were made for something else (RFC 7616 §3.4.6).
func (s *Scheme) checkTarget(k *call) error {
	if sameTarget(k.c.URI, s.cfg.Target(k.r), k.r.Host) {
		return nil
	}
	return auth.Malformed("digest_uri", "the uri of Digest is not the target of the request")
}

// checkNonce refuses a nonce that is not ours or is over.
func (s *Scheme) checkNonce(k *call) (err error) {
	var ok bool
	if k.nonce, ok = s.nonces.check(k.c.Nonce, k.now); !ok {
		return stale(&k.c, "nonce_stale")
	}
	return nil
}
