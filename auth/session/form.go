package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/internal/random"
)

// FormField is the name of the hidden field that carries a form's token.
const FormField = "form_token"

// FormToken returns the token for forms on the page that w is, bound to the browser's session or, before it has one, to
// a cookie of its own, which is set where it is missing. It is to be called before the page is written.
func (s *Sessions) FormToken(w http.ResponseWriter, r *http.Request) string {
	bound := s.bound(r)
	if bound == "" {
		value := random.Text(cookieValue)
		s.browser.set(w, value)
		bound = value
	}
	return token(s.cfg.Keys[0], bound)
}

// bound is the value in r's browser that form tokens are bound to.
func (s *Sessions) bound(r *http.Request) string {
	if value := s.session.read(r); value != "" {
		return value
	}
	return s.browser.read(r)
}

// token is a MAC over the value: whoever cannot read the cookie cannot make it.
func token(key []byte, value string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("form token\x00" + value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// ReadForm returns the fields of r's form where one of the service's own pages posted it. Else the error is a 403, 413,
// 415 or 400; nothing must have happened before it is known.
func (s *Sessions) ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if err := s.checkTransport(r); err != nil {
		return nil, err
	}
	if err := s.checkOrigin(r); err != nil {
		return nil, err
	}
	fields, err := form.Read(w, r)
	if err != nil {
		return nil, err
	}
	return fields, s.checkToken(r, fields[FormField])
}

// checkToken refuses a form whose token is not bound to r's browser.
func (s *Sessions) checkToken(r *http.Request, given []string) error {
	bound := s.bound(r)
	if len(given) == 1 && bound != "" {
		for _, key := range s.cfg.Keys {
			if hmac.Equal([]byte(given[0]), []byte(token(key, bound))) {
				return nil
			}
		}
	}
	return refuseForm("form_token")
}

// checkOrigin judges what the browser says of the page that posted.
func (s *Sessions) checkOrigin(r *http.Request) error {
	if origins := r.Header["Origin"]; len(origins) > 0 {
		if len(origins) == 1 && origins[0] == s.origin {
			return nil
		}
		return refuseForm("form_origin")
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return refuseForm("form_site")
	}
	return nil
}

func refuseForm(reason string) error {
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: reason,
		Message:    "This form was not sent from this site's own page",
		Additional: "Or the page was too old. Go back, reload it, and try again.",
	}
}
