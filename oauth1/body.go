package oauth1

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// isForm reports whether r says that its body is a form (§3.4.1.3.1). It reads the field as net/http's ParseForm does, so
// that no handler takes for a form what was not signed.
func isForm(r *http.Request) bool {
	values := r.Header["Content-Type"]
	if len(values) == 0 {
		return false
	}
	mediaType, _, _ := strings.Cut(values[0], ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/x-www-form-urlencoded")
}

// checkForm refuses forms that the handler could see in another way than they were signed.
func checkForm(r *http.Request) error {
	switch {
	case len(r.Header["Content-Type"]) > 1:
		return auth.Malformed("content_type_twice", "more than one Content-Type field")
	case isCoded(r):
		return errCoded()
	case len(r.PostForm) > 0:
		return &autherr.Error{
			Kind: autherr.Internal, Reason: "form_parsed",
			Cause: errors.New("oauth1: somebody before the gate read the form, so that it cannot be verified"),
		}
	}
	return nil
}

// isCoded reports whether r's body has a content coding, which is never undone here.
func isCoded(r *http.Request) bool {
	coding := r.Header["Content-Encoding"]
	return len(coding) > 1 || len(coding) == 1 && !strings.EqualFold(coding[0], "identity")
}

func errCoded() error {
	return &autherr.Error{
		Kind: autherr.UnsupportedMedia, Reason: "content_coding", Message: "Bodies with a content coding are not taken",
	}
}

// readBody reads r's body, of at most limit bytes.
func readBody(r *http.Request, limit int64) (string, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return "", nil
	}
	if r.ContentLength > limit {
		return "", errTooLarge(nil)
	}
	var text strings.Builder
	if r.ContentLength > 0 {
		text.Grow(int(r.ContentLength))
	}
	n, err := io.Copy(&text, io.LimitReader(r.Body, limit+1))
	if _, cut := errors.AsType[*http.MaxBytesError](err); cut || n > limit {
		return "", errTooLarge(err)
	}
	if err != nil {
		e := auth.Malformed("body_unreadable", "the body could not be read")
		e.Cause = err
		return "", e
	}
	return text.String(), nil
}

func errTooLarge(cause error) error {
	return &autherr.Error{
		Kind: autherr.TooLarge, Reason: "body_too_large", Message: "The body is too large", Cause: cause,
	}
}
