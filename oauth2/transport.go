package oauth2

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/internal/rawquery"
)

// maxForm is the longest form, in bytes, that is read for a token.
const maxForm = 64 << 10

// An extracted token, with the body to hand on where it was read.
type extracted struct {
	token string
	count int // how many there are
	body  io.ReadCloser
}

// extract finds the one token that r carries by the methods that are on (RFC 6750 §2). More than one is a bad request.
func (b *Bearer) extract(r *http.Request) (found extracted, err error) {
	name, token68 := auth.Authorization(r)
	switch {
	case isBearer(name):
		found.token, found.count = token68, 1
	case len(r.Header["Authorization"]) > 0: // of a scheme that the gate does not know
		return extracted{}, auth.Malformed("credentials_twice", "more than one kind of credentials")
	}
	if b.cfg.AllowQuery && queryTokens(r) > 0 {
		found.add(r.URL.Query()["access_token"], queryTokens(r))
	}
	if b.cfg.AllowForm && isForm(r) {
		tokens, body, err := formTokens(r)
		if err != nil {
			return extracted{}, err
		}
		found.body = body
		found.add(tokens, len(tokens))
	}
	return found, found.check()
}

// add takes count more tokens, of which those in values could be read.
func (e *extracted) add(values []string, count int) {
	if len(values) > 0 {
		e.token = values[0]
	}
	e.count += count
}

// check refuses all but one token that has a token's grammar.
func (e *extracted) check() error {
	switch {
	case e.count == 0:
		return auth.Refuse("", "no_credentials")
	case e.count > 1:
		return auth.Malformed("bearer_twice", "more than one bearer token")
	case !auth.IsToken68(e.token):
		return auth.Malformed("bearer_malformed", "the bearer token is no token68")
	}
	return nil
}

// queryTokens counts the tokens in the query.
func queryTokens(r *http.Request) (count int) {
	for query := r.URL.RawQuery; query != ""; {
		var name string
		if name, _, query = rawquery.Cut(query); name == "access_token" {
			count++
		}
	}
	return count
}

// isForm reports whether r has a form as its body, without a content coding, and a method that may have one (RFC 6750 §2.2).
func isForm(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Body == nil || r.Body == http.NoBody || r.Header.Get("Content-Encoding") != "" {
		return false
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "application/x-www-form-urlencoded"
}

// formTokens reads the form and returns the tokens in it, and a body that reads the same.
func formTokens(r *http.Request) ([]string, io.ReadCloser, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxForm))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, nil, &autherr.Error{Kind: autherr.TooLarge, Reason: "form_too_large", Message: "The form is too large"}
	}
	if err != nil {
		return nil, nil, auth.Malformed("form_unreadable", "the form could not be read")
	}
	for _, c := range text {
		if c >= utf8.RuneSelf { // RFC 6750 §2.2: ASCII alone
			return nil, nil, auth.Malformed("form_malformed", "the form is not encoded properly")
		}
	}
	values, err := form.Parse(string(text))
	if err != nil {
		return nil, nil, err
	}
	return values["access_token"], io.NopCloser(bytes.NewReader(text)), nil
}
