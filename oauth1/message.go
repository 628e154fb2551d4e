package oauth1

import (
	"io"
	"net/http"
	"strings"
)

// A message is a signed request on its way through the checks. Its buffers are used again.
type message struct {
	parameters
	// room is padRoom bytes, then the base string.
	room   []byte
	method Method
	// seconds is the timestamp; stamped says that there are one and a nonce.
	seconds int64
	stamped bool
	// body is the body where it was read, of at most maxBody bytes.
	body    string
	read    bool
	maxBody int64
}

// Limits bound what is read of a request.
type limits struct {
	body   int64
	params int
}

// maxKept is the largest buffer that is kept for the next request.
const maxKept = 16 << 10

// borrow returns an empty message.
func (s *Scheme) borrow(l limits) *message {
	m := s.messages.Get().(*message)
	m.limit, m.maxBody = l.params, l.body
	return m
}

// giveBack lets go of everything that belongs to the request.
func (s *Scheme) giveBack(m *message) {
	m.reset()
	if cap(m.text)+cap(m.room)+cap(m.signature) <= maxKept {
		s.messages.Put(m)
	}
}

// reset makes m empty and keeps its buffers.
func (m *message) reset() {
	*m = message{parameters: m.parameters.emptied(), room: m.room[:0]}
}

func (m *message) baseString() []byte { return m.room[padRoom:] }

// handOn is the body for the handler where it was read, else nil.
func (m *message) handOn() io.ReadCloser {
	if !m.read {
		return nil
	}
	return io.NopCloser(strings.NewReader(m.body))
}

// collect reads the parameters of r from wherever they stand (§3.4.1.3.1); credentials are the header's, where it has
// some.
func (m *message) collect(r *http.Request, header bool, credentials string) error {
	if header {
		if err := m.addHeader(credentials); err != nil {
			return err
		}
	}
	if err := m.addPairs(r.URL.RawQuery, inQuery); err != nil {
		return err
	}
	if !isForm(r) {
		return nil
	}
	if err := checkForm(r); err != nil {
		return err
	}
	if err := m.readBody(r); err != nil {
		return err
	}
	return m.addPairs(m.body, inForm)
}

func (m *message) readBody(r *http.Request) (err error) {
	m.read = true
	m.body, err = readBody(r, m.maxBody)
	return err
}

// signedBy reports whether m was signed with the secrets. An app without a secret cannot sign.
func (m *message) signedBy(consumerSecret, tokenSecret []byte) bool {
	matched := false
	if m.method == Plaintext {
		matched = matchesPlaintext(m.signature, consumerSecret, tokenSecret)
	} else {
		matched = matchesHMAC(m.method.hash(), m.signature, m.room, consumerSecret, tokenSecret)
	}
	return matched && len(consumerSecret) > 0
}
