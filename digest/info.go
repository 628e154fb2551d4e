package digest

import "github.com/seed-f67351ce/sesame/auth"

// info is Authentication-Info (RFC 7616 §3.5), and empty where there is nothing to say.
func (s *Scheme) info(k *call) string {
	var buffer [256]byte // on the stack
	text := buffer[:0]
	if k.proof.length > 0 {
		text = appendHex(append(text, `rspauth="`...), k.proof.bytes())
		text = append(append(text, `", qop=`...), k.e.QOP.String()...)
		text = auth.AppendQuoted(append(text, `, cnonce=`...), k.e.CNonce)
		text = append(append(text, `, nc=`...), k.e.NC...)
	}
	if s.nonces.ending(k.nonce, k.now) || s.single(k) {
		if len(text) > 0 {
			text = append(text, `, `...)
		}
		text = auth.AppendQuoted(append(text, `nextnonce=`...), s.nonces.mint(k.now))
	}
	return string(text)
}
