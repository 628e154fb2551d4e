package errors

import (
	"errors"
	"time"
)

// An Error is a refusal or a failure. The zero Error is an internal error that says nothing.
//
// Errors are values: nobody changes one after it was returned. To add to one, copy it.
type Error struct {
	// Kind decides the status and is what errors.Is compares.
	Kind Kind
	// Reason is a short stable word for logs and observers, such as "wrong_password". It is never sent.
	Reason string

	// Message, Additional and Reference are sent to the caller. Reference is empty or a URL that helps.
	Message    string
	Additional string
	Reference  string

	// Code is the error code that a scheme's challenge or an OAuth 2 endpoint carries (RFC 6749 §5.2, RFC 6750 §3.1),
	// and empty elsewhere.
	Code string
	// Scopes are those that the refused action needs; a Bearer challenge names them (RFC 6750 §3).
	Scopes []string
	// RetryAfter is when the same request may succeed. It is sent in whole seconds, rounded up, where it is positive.
	RetryAfter time.Duration
	// Allow lists the methods that the target takes; a 405 must name them (RFC 9110 §15.5.6).
	Allow []string

	// Cause is what went wrong underneath. It is logged and unwrapped, never sent.
	Cause error
}

// Error says the kind and the reason, for logs. It holds nothing that a caller sent, and not the cause's text: causes
// of drivers can quote values.
func (e *Error) Error() string {
	if e.Reason == "" {
		return e.Kind.Error()
	}
	return e.Kind.Error() + ": " + e.Reason
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is e's kind, so that errors.Is(err, autherr.Unauthenticated) holds for every such error.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// From returns the Error in err's chain. What has none is an internal error that says nothing and has err as its cause.
// From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Internal, Reason: "internal", Cause: err}
}

// NewUnavailable is the answer to breakage: a store that does not answer is never "no" and never "yes" (503).
func NewUnavailable(cause error) *Error {
	return &Error{
		Kind:       Unavailable,
		Reason:     "unavailable",
		Message:    "Service unavailable: this is a problem on our side, not with your request",
		RetryAfter: time.Second,
		Cause:      cause,
	}
}
