package errors

import "net/http"

// A Kind is what sort of failure an [Error] is. Kinds are errors, so that errors.Is(err, autherr.Forbidden) asks for one.
type Kind uint8

// The kinds. The zero kind is Internal, which says nothing.
const (
	Internal         Kind = iota // 500: our fault, nothing is said
	BadRequest                   // 400: the request breaks a grammar or lacks a parameter
	Unauthenticated              // 401: no credentials, or wrong ones; always with a challenge
	Forbidden                    // 403: we know who asks, and the answer is no
	NotFound                     // 404
	MethodNotAllowed             // 405: with Allow
	Conflict                     // 409
	TooLarge                     // 413: the body is over its limit
	UnsupportedMedia             // 415: a media type or content coding that is not taken
	TooManyRequests              // 429: with Retry-After
	Unavailable                  // 503: a store is down, or too much work waits; with Retry-After
)

// kinds has a row for each kind: its status and its name in logs.
var kinds = [...]struct {
	status int
	name   string
}{
	Internal:         {http.StatusInternalServerError, "internal"},
	BadRequest:       {http.StatusBadRequest, "bad request"},
	Unauthenticated:  {http.StatusUnauthorized, "unauthenticated"},
	Forbidden:        {http.StatusForbidden, "forbidden"},
	NotFound:         {http.StatusNotFound, "not found"},
	MethodNotAllowed: {http.StatusMethodNotAllowed, "method not allowed"},
	Conflict:         {http.StatusConflict, "conflict"},
	TooLarge:         {http.StatusRequestEntityTooLarge, "too large"},
	UnsupportedMedia: {http.StatusUnsupportedMediaType, "unsupported media type"},
	TooManyRequests:  {http.StatusTooManyRequests, "too many requests"},
	Unavailable:      {http.StatusServiceUnavailable, "unavailable"},
}

// Status is the HTTP status of k. A kind that does not exist is a 500.
func (k Kind) Status() int {
	if int(k) >= len(kinds) {
		return http.StatusInternalServerError
	}
	return kinds[k].status
}

// Error is k's name, so that a Kind can be the target of errors.Is.
func (k Kind) Error() string {
	if int(k) >= len(kinds) {
		return kinds[Internal].name
	}
	return kinds[k].name
}
