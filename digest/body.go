package digest

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// readBody hashes all of r's body, as it is after transfer decoding (RFC 7616 §3.4.3), and returns it for the handler.
// The hash is known only at the body's end, so it is held meanwhile.
func (s *Scheme) readBody(r *http.Request, a Algorithm) (io.ReadCloser, Sum, error) {
	if r.ContentLength > s.cfg.MaxBody {
		return nil, Sum{}, errTooLarge()
	}
	if r.Body == nil { // of a request that no server made
		return http.NoBody, a.hash(nil), nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, s.cfg.MaxBody+1))
	switch limit := (*http.MaxBytesError)(nil); {
	case errors.As(err, &limit), int64(len(text)) > s.cfg.MaxBody:
		return nil, Sum{}, errTooLarge()
	case err != nil:
		return nil, Sum{}, auth.Malformed("body_unreadable", "the body of the request could not be read")
	}
	return &body{bytes.NewReader(text), r.Body}, a.hash(text), nil
}

func errTooLarge() error {
	return &autherr.Error{
		Kind: autherr.TooLarge, Reason: "body_too_large",
		Message: "The body is too large to be checked before it is used",
	}
}

// A body is read again from memory; closing it closes the connection's.
type body struct {
	*bytes.Reader
	io.Closer
}
