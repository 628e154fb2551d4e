package form

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

const (
	// MaxBody is the longest body, in bytes, that is read.
	MaxBody = 64 << 10
	// MaxParameters is how many parameters a form may have.
	MaxParameters = 100
)

// Read returns the parameters of r's body, and of the body alone: application/x-www-form-urlencoded without a content
// coding, at most 64 KiB (413, and no more is read) and 100 parameters. Everything else is a refusal, of kind BadRequest where nothing
// else is said. The body can be read again from what r has then.
func Read(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, &autherr.Error{Kind: autherr.UnsupportedMedia, Reason: "content_coding", Code: "invalid_request", Message: "Bodies with a content coding are not taken"}
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, malformed("media_type", "the body must be application/x-www-form-urlencoded")
	}
	if r.ContentLength > MaxBody {
		return nil, errTooLarge()
	}
	octets, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, errTooLarge()
	}
	if err != nil {
		return nil, malformed("body_unreadable", "the body could not be read")
	}
	text := string(octets)
	r.Body = io.NopCloser(strings.NewReader(text))
	return Parse(text)
}

func malformed(reason, what string) error {
	return &autherr.Error{Kind: autherr.BadRequest, Reason: reason, Code: "invalid_request", Message: "Bad request: " + what}
}

func errTooLarge() error {
	return &autherr.Error{Kind: autherr.TooLarge, Reason: "body_too_large", Code: "invalid_request", Message: "The body is too large: at most 64 KiB are taken"}
}

// Parse reads a form's text strictly: no bad escapes, no semicolons, valid UTF-8, at most 100 parameters.
func Parse(text string) (url.Values, error) {
	if strings.Count(text, "&") >= MaxParameters {
		return nil, malformed("too_many_parameters", "too many parameters")
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, malformed("form_malformed", "the form is not encoded properly")
	}
	for name, all := range values {
		for _, value := range all {
			if !utf8.ValidString(value) || !utf8.ValidString(name) {
				return nil, malformed("form_not_utf8", "the form is not UTF-8")
			}
		}
	}
	return values, nil
}
