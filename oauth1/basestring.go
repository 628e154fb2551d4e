package oauth1

import "net/http"

// padRoom is left free before the base string for the padded key of HMAC (RFC 2104): the block of SHA-512, the largest.
const padRoom = 128

// appendBaseString appends the signature base string of r with the parameters p (§3.4.1.1), which are sorted. The method
// stands as it was received: methods are case-sensitive (RFC 9110 §9.1), and a signature for GET is none for get.
func appendBaseString(dst []byte, r *http.Request, origin string, p *parameters) ([]byte, error) {
	dst = appendEncoded(dst, r.Method)
	dst = append(dst, '&')
	dst, err := appendBaseURI(dst, r, origin)
	if err != nil {
		return dst, err
	}
	dst = append(dst, '&')
	for i, pair := range p.pairs {
		text := p.text[pair.start:pair.end]
		if i == 0 {
			text = text[len(ampersand):]
		}
		dst = append(dst, text...)
	}
	return dst, nil
}
