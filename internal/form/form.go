package form

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
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

// Pairs are parameters in the order in which they were sent. For a few of them that is cheaper than a map.
type Pairs []Pair

// A Pair is one parameter, decoded.
type Pair struct{ Name, Value string }

// Get returns the first value of a parameter, and "" where there is none.
func (p Pairs) Get(name string) string {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value
		}
	}
	return ""
}

// Count says how often a parameter is there.
func (p Pairs) Count(name string) (n int) {
	for i := range p {
		if p[i].Name == name {
			n++
		}
	}
	return n
}

// Values are the same as the standard library has them.
func (p Pairs) Values() url.Values {
	values := make(url.Values, len(p))
	for _, pair := range p {
		values[pair.Name] = append(values[pair.Name], pair.Value)
	}
	return values
}

// Read is [ReadPairs] for those who want a map.
func Read(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	pairs, err := ReadPairs(w, r)
	if err != nil {
		return nil, err
	}
	return pairs.Values(), nil
}

// ReadPairs returns the parameters of r's body, and of the body alone: application/x-www-form-urlencoded without a content
// coding, at most 64 KiB (413, and no more is read) and 100 parameters. Everything else is a refusal, of kind BadRequest where nothing
// else is said. The body can be read again from what r has then.
func ReadPairs(w http.ResponseWriter, r *http.Request) (Pairs, error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, &autherr.Error{Kind: autherr.UnsupportedMedia, Reason: "content_coding", Code: "invalid_request", Message: "Bodies with a content coding are not taken"}
	}
	if !isForm(r.Header.Get("Content-Type")) {
		return nil, malformed("media_type", "the body must be application/x-www-form-urlencoded")
	}
	if r.ContentLength > MaxBody {
		return nil, errTooLarge()
	}
	text, err := readText(http.MaxBytesReader(w, r.Body, MaxBody), int(r.ContentLength))
	if err != nil {
		return nil, err
	}
	again := &body{}
	again.Reset(text)
	r.Body = again
	return ParsePairs(text)
}

const mediaType = "application/x-www-form-urlencoded"

func isForm(contentType string) bool {
	if contentType == mediaType { // as most write it
		return true
	}
	parsed, _, err := mime.ParseMediaType(contentType)
	return err == nil && parsed == mediaType
}

// A body is one that was read already.
type body struct{ strings.Reader }

func (*body) Close() error { return nil }

// readText reads a body that most likely has this length.
func readText(r io.Reader, length int) (string, error) {
	octets := make([]byte, 0, max(length, 0)+1) // so that its end is seen without asking for more
	for {
		n, err := r.Read(octets[len(octets):cap(octets)])
		octets = octets[:len(octets)+n]
		if err == io.EOF {
			return string(octets), nil
		}
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
			return "", errTooLarge()
		}
		if err != nil {
			return "", malformed("body_unreadable", "the body could not be read")
		}
		if len(octets) == cap(octets) {
			octets = slices.Grow(octets, 512)
		}
	}
}

func malformed(reason, what string) error {
	return &autherr.Error{Kind: autherr.BadRequest, Reason: reason, Code: "invalid_request", Message: "Bad request: " + what}
}

func errTooLarge() error {
	return &autherr.Error{Kind: autherr.TooLarge, Reason: "body_too_large", Code: "invalid_request", Message: "The body is too large: at most 64 KiB are taken"}
}

// Parse is [ParsePairs] for those who want a map.
func Parse(text string) (url.Values, error) {
	pairs, err := ParsePairs(text)
	if err != nil {
		return nil, err
	}
	return pairs.Values(), nil
}

// ParsePairs reads a form's text strictly: no bad escapes, no semicolons, valid UTF-8, at most 100 parameters.
func ParsePairs(text string) (Pairs, error) {
	count := strings.Count(text, "&") + 1
	if count > MaxParameters {
		return nil, malformed("too_many_parameters", "too many parameters")
	}
	pairs := make(Pairs, 0, count)
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		pair, ok := decode(part)
		if !ok {
			return nil, malformed("form_malformed", "the form is not encoded properly")
		}
		pairs = append(pairs, pair)
	}
	for _, pair := range pairs {
		if !utf8.ValidString(pair.Name) || !utf8.ValidString(pair.Value) {
			return nil, malformed("form_not_utf8", "the form is not UTF-8")
		}
	}
	return pairs, nil
}

// decode reads one parameter.
func decode(text string) (Pair, bool) {
	if strings.Contains(text, ";") { // which some read as a separator
		return Pair{}, false
	}
	name, value, _ := strings.Cut(text, "=")
	name, nameErr := url.QueryUnescape(name)
	value, valueErr := url.QueryUnescape(value)
	return Pair{name, value}, nameErr == nil && valueErr == nil
}
