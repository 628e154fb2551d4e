package oauth2

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/rawquery"
)

// maxForm is the longest form, in bytes, that is read for a token.
const maxForm = 64 << 10

// An extracted token, with the body to hand on where it was read.
type extracted struct {
	token string
	body  io.ReadCloser
}

// extract finds the one token that r carries by the methods that are on (RFC 6750 §2). More than one is a bad request.
func (b *Bearer) extract(r *http.Request) (extracted, error) {
	var found extracted
	count := 0
	if name, token68 := auth.Authorization(r); isBearer(name) {
		if !auth.IsToken68(token68) {
			return extracted{}, auth.Malformed("bearer_malformed", "the bearer token is no token68")
		}
		found.token, count = token68, 1
	}
	if b.cfg.AllowQuery {
		tokens := queryTokens(r)
		if tokens == 1 && count == 0 {
			found.token = r.URL.Query().Get("access_token")
		}
		count += tokens
	}
	if b.cfg.AllowForm && isForm(r) {
		tokens, body, err := formTokens(r)
		if err != nil {
			return extracted{}, err
		}
		found.body = body
		if len(tokens) == 1 && count == 0 {
			found.token = tokens[0]
		}
		count += len(tokens)
	}
	switch {
	case count > 1:
		return extracted{}, auth.Malformed("bearer_twice", "more than one bearer token")
	case count == 0:
		return extracted{}, auth.Refuse("", "no_credentials")
	}
	return found, nil
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

// isForm reports whether r has a form of a single part as its body, and a method that may have one (RFC 6750 §2.2).
func isForm(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Body == nil || r.Body == http.NoBody {
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
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, nil, auth.Malformed("form_malformed", "the form is not encoded properly")
	}
	return form["access_token"], io.NopCloser(bytes.NewReader(text)), nil
}
