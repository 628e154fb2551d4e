package digest

import (
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
)

// info is Authentication-Info (RFC 7616 §3.5), and nil where there is nothing to say. With auth-int the proof would
// cover the answer's body, which is not there yet; it is left out then.
func (s *Scheme) info(k *call) http.Header {
	params := make([]auth.Param, 0, 5)
	if k.e.QOP == Auth && !s.cfg.WithoutRspAuth {
		proof := k.e.RspAuth(k.who.ha1)
		params = append(params,
			auth.Param{Name: "rspauth", Value: proof.String()},
			auth.Param{Name: "qop", Value: k.e.QOP.String(), Token: true},
			auth.Param{Name: "cnonce", Value: k.e.CNonce},
			auth.Param{Name: "nc", Value: k.e.NC, Token: true},
		)
	}
	if s.nonces.ending(k.nonce, k.now) || s.single(k) {
		params = append(params, auth.Param{Name: "nextnonce", Value: s.nonces.mint(k.now)})
	}
	if len(params) == 0 {
		return nil
	}
	return http.Header{"Authentication-Info": {auth.FormatParams(params...)}}
}
