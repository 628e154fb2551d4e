package digest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// Challenges implements [auth.Scheme]: one challenge for each algorithm, the preferred one first, with one fresh nonce for
// all of them (RFC 7616 §3.7).
func (s *Scheme) Challenges(_ *http.Request, err error) []auth.Challenge {
	if !errors.Is(err, autherr.Unauthenticated) {
		return nil
	}
	return s.challenges(s.nonces.mint(s.cfg.Clock()), errors.Is(err, errStale))
}

func (s *Scheme) challenges(nonce string, stale bool) []auth.Challenge {
	list := make([]auth.Challenge, len(s.cfg.HA1s.algorithms))
	for i, a := range s.cfg.HA1s.algorithms {
		list[i] = auth.Challenge{Scheme: scheme, Params: s.params(a, nonce, stale)}
	}
	return list
}

// params are those of a challenge (RFC 7616 §3.3), with quotes where the RFC has them.
func (s *Scheme) params(a Algorithm, nonce string, stale bool) []auth.Param {
	params := append(make([]auth.Param, 0, 10),
		auth.Param{Name: "realm", Value: s.cfg.HA1s.realm},
		auth.Param{Name: "qop", Value: s.offeredQOP()},
		auth.Param{Name: "algorithm", Value: a.String(), Token: true},
		auth.Param{Name: "nonce", Value: nonce},
		auth.Param{Name: "charset", Value: "UTF-8", Token: true},
	)
	if s.cfg.Opaque != "" {
		params = append(params, auth.Param{Name: "opaque", Value: s.cfg.Opaque})
	}
	if len(s.cfg.Domain) > 0 {
		params = append(params, auth.Param{Name: "domain", Value: strings.Join(s.cfg.Domain, " ")})
	}
	if s.hashes != nil {
		params = append(params, auth.Param{Name: "userhash", Value: "true", Token: true})
	}
	if stale {
		params = append(params, auth.Param{Name: "stale", Value: "true", Token: true})
	}
	return params
}

func (s *Scheme) offeredQOP() string {
	names := make([]string, len(s.cfg.QOP))
	for i, q := range s.cfg.QOP {
		names[i] = q.String()
	}
	return strings.Join(names, ", ")
}

// errStale marks refusals after which the same password is worth another try with a new nonce.
var errStale = errors.New("digest: the nonce is forged, over or used")

// stale is the answer to a nonce that cannot be used. It says nothing about the password, which was not looked at or was
// right (RFC 7616 §3.3).
func stale(c *Credentials, reason string) error {
	e := auth.Refuse(c.Username, reason)
	e.Cause = errStale
	return e
}
