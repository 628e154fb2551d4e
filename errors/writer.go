package errors

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Writer answers a request with a failure. Headers that are set on w before the call, such as the challenges of a
// 401, are kept.
type Writer interface {
	WriteError(w http.ResponseWriter, r *http.Request, err error)
}

// Document writes {"status", "message", "additional", "reference"}, all four always present, the last three strings.
type Document struct{}

// WriteError implements [Writer].
func (Document) WriteError(w http.ResponseWriter, _ *http.Request, err error) {
	e := From(err)
	write(w, e, "application/json", document{
		Status: e.Kind.Status(), Message: message(e), Additional: e.Additional, Reference: e.Reference,
	})
}

type document struct {
	Status     int    `json:"status"`
	Message    string `json:"message"`
	Additional string `json:"additional"`
	Reference  string `json:"reference"`
}

// Problem writes the problem details of RFC 9457: "title" is the message, "detail" the additional text, "type" the
// reference or "about:blank".
type Problem struct{}

// WriteError implements [Writer].
func (Problem) WriteError(w http.ResponseWriter, _ *http.Request, err error) {
	e := From(err)
	p := problem{Type: e.Reference, Title: message(e), Status: e.Kind.Status(), Detail: e.Additional}
	if p.Type == "" {
		p.Type = "about:blank" // RFC 9457 §4.2.1
	}
	write(w, e, "application/problem+json", p)
}

type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// Write answers with a [Document].
func Write(w http.ResponseWriter, r *http.Request, err error) { Document{}.WriteError(w, r, err) }

// SetHeader sets the fields that belong to e whatever the body looks like: Retry-After and Allow. Writers call it.
func (e *Error) SetHeader(h http.Header) {
	if e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((e.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if len(e.Allow) > 0 {
		h.Set("Allow", strings.Join(e.Allow, ", "))
	}
}

// message is what e says, and where it says nothing the status's own text.
func message(e *Error) string {
	if e.Message == "" {
		return http.StatusText(e.Kind.Status())
	}
	return e.Message
}

// write marshals before it sends the status: a body that cannot be made must not leave a success behind.
func write(w http.ResponseWriter, e *Error, contentType string, body any) {
	status := e.Kind.Status()
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"status":500}`)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Del("Content-Encoding")
	e.SetHeader(h)
	text = append(text, '\n')
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // the caller is gone: there is nobody left to tell
}
