package digest

// HA1 is H(A1) as it is stored, H(username ":" realm ":" password) (RFC 7616 §3.4.2). It is as good as the password.
func HA1(a Algorithm, username, realm, password string) Sum { return a.join(username, realm, password) }

// UserHash is what a client may send instead of the user name, H(username ":" realm) (RFC 7616 §3.4.4).
func UserHash(a Algorithm, username, realm string) Sum { return a.join(username, realm) }

// An Exchange is what both sides of a request hash, besides the stored H(A1).
type Exchange struct {
	Algorithm Algorithm
	// QOP is the quality of protection; zero is that of RFC 2069, without NC and CNonce.
	QOP QOP
	// Nonce, NC and CNonce are as in the credentials.
	Nonce, NC, CNonce string
	// Method is the request's, URI the uri of the credentials as it was sent.
	Method, URI string
	// Body is the hash of the request's body, for AuthInt.
	Body Sum
}

// HA1 is the H(A1) that e uses: the stored one, and for -sess H(stored ":" nonce ":" cnonce) (RFC 7616 §3.4.2).
func (e *Exchange) HA1(stored Sum) Sum {
	if !e.Algorithm.session() {
		return stored
	}
	var buffer [scratch]byte
	text := appendHex(buffer[:0], stored.bytes())
	text = appendPart(text, e.Nonce)
	text = appendPart(text, e.CNonce)
	return e.Algorithm.hash(text)
}

// HA2 is H(A2), H(method ":" uri), and for AuthInt H(method ":" uri ":" H(body)) (RFC 7616 §3.4.3).
func (e *Exchange) HA2() Sum {
	var buffer [scratch]byte
	return e.Algorithm.hash(e.appendA2(buffer[:0], e.Method))
}

func (e *Exchange) appendA2(text []byte, method string) []byte {
	text = append(text, method...)
	text = appendPart(text, e.URI)
	if e.QOP == AuthInt {
		text = appendHex(append(text, ':'), e.Body.bytes())
	}
	return text
}

// Response is what proves that the sender knows the password, H(HA1 ":" nonce ":" nc ":" cnonce ":" qop ":" HA2)
// (RFC 7616 §3.4.1), and H(HA1 ":" nonce ":" HA2) for RFC 2069 (§2.1.2).
func (e *Exchange) Response(stored Sum) Sum {
	var buffer [scratch]byte
	return e.prove(e.appendStart(buffer[:0], stored), e.Method)
}

// RspAuth is the server's own proof (RFC 7616 §3.5): the response with an empty method. For AuthInt, Body would have to
// be the hash of the answer's body.
func (e *Exchange) RspAuth(stored Sum) Sum {
	var buffer [scratch]byte
	return e.prove(e.appendStart(buffer[:0], stored), "")
}

// proofs are both at once. They differ in H(A2) alone, which comes last.
func (e *Exchange) proofs(stored Sum) (response, rspauth Sum) {
	var buffer [scratch]byte
	start := e.appendStart(buffer[:0], stored)
	return e.prove(start, e.Method), e.prove(start, "")
}

// appendStart appends what a proof hashes before H(A2).
func (e *Exchange) appendStart(text []byte, stored Sum) []byte {
	ha1 := e.HA1(stored)
	text = appendHex(text, ha1.bytes())
	text = appendPart(text, e.Nonce)
	if e.QOP != 0 {
		text = appendPart(text, e.NC)
		text = appendPart(text, e.CNonce)
		text = appendPart(text, e.QOP.String())
	}
	return append(text, ':')
}

// prove hashes start, and H(A2) for this method. A2 is put together in the room behind start.
func (e *Exchange) prove(start []byte, method string) Sum {
	text := e.appendA2(start, method)
	ha2 := e.Algorithm.hash(text[len(start):])
	return e.Algorithm.hash(appendHex(text[:len(start)], ha2.bytes()))
}

// scratch is how many bytes are put together on the stack; what is longer goes to the heap.
const scratch = 512

// join hashes parts with colons between them.
func (a Algorithm) join(first string, parts ...string) Sum {
	var buffer [scratch]byte
	text := append(buffer[:0], first...)
	for _, part := range parts {
		text = appendPart(text, part)
	}
	return a.hash(text)
}

func appendPart(text []byte, part string) []byte { return append(append(text, ':'), part...) }
