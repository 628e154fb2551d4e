package auth

import (
	"context"
	"strings"
)

// maxRequestID is how many bytes an ID has at most.
const maxRequestID = 128

type requestID struct{}

// WithRequestID says under which ID a host's own logs know a request: its events get it as [store.Event]'s Request, and
// [LogObserver]'s records as "request". A middleware in front of the gate and the protocol servers calls it. IDs that a
// caller chose are somebody else's words: one of more than 128 bytes, or with other characters than visible ASCII, is none.
func WithRequestID(ctx context.Context, id string) context.Context {
	if len(id) > maxRequestID || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		id = ""
	}
	return context.WithValue(ctx, requestID{}, id)
}

// RequestID is the ID of [WithRequestID], and empty where there is none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestID{}).(string)
	return id
}
