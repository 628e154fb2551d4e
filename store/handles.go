package store

import (
	"context"
	"time"
)

// A HandleKind is what a handle stands for. A handle of one kind is never taken for another.
type HandleKind uint8

// The kinds of handles.
const (
	Interaction         HandleKind = iota + 1 // a request that waits for sign-in and consent
	AuthorizationCode                         // RFC 6749 §4.1
	TemporaryCredential                       // RFC 5849 §2.1
	PushedRequest                             // RFC 9126
	DeviceCode                                // RFC 8628
)

// A Handle is a short-lived secret that moves through stages and is used once. It is kept until it expires even when
// it was used, so that a replay is seen.
type Handle struct {
	Digest Digest
	Kind   HandleKind
	// Stage counts the steps that it took: 0 when it is put, one more with each Advance.
	Stage int
	// Used says that it reached its end.
	Used bool
	// Client and User are whom it is bound to; User is empty until somebody decided.
	Client, User string
	// Grant is what came of it; empty until there is one.
	Grant string
	// Data is the protocol's own, opaque here: what was asked, bindings, sealed secrets, attempts.
	Data []byte
	// Created and Expires bound its life.
	Created, Expires time.Time
}

// Handles keeps codes, temporary credentials and pending requests.
type Handles interface {
	// PutHandle adds h at stage 0, whatever h.Stage is. ErrExists where the digest is taken. Its grant may be yet to come: a
	// code is kept before the grant is made, so that no grant is there without one.
	PutHandle(ctx context.Context, h Handle) error
	// Handle returns the handle with this digest, used, expired or not.
	Handle(ctx context.Context, d Digest) (Handle, error)
	// AdvanceHandle replaces the handle with h.Digest, where it is at h.Stage and not used, by h at the next stage. Of any
	// number of concurrent callers that read the same stage one wins; the others get ErrUsed where it is used by now, else
	// ErrConflict. ErrNotFound where there is none, ErrRevoked where the grant that the stored handle belongs to is revoked.
	AdvanceHandle(ctx context.Context, h Handle) error
}
