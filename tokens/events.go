package tokens

import (
	"context"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the events of an issuer, and of [Scanning].
const (
	EventCreated = "token.created"
	EventRevoked = "token.revoked"
	EventRotated = "token.rotated"
	EventLeaked  = "token.leaked"
)

// The members of an event's details.
const (
	DetailKind        = "kind" // "developer token", "API key" or "access token"
	DetailDescription = "description"
	DetailScopes      = "scopes"  // separated by spaces; "all" for all
	DetailExpires     = "expires" // RFC 3339, or "never"
	DetailHint        = "hint"

	DetailReplaces        = "replaces"         // of a rotation: the ID of the token before
	DetailReplacedExpires = "replaced_expires" // and until when that one works, RFC 3339

	DetailRevoked = "revoked" // of a leak: "yes" or "no"
	DetailFoundAt = "found_at"
)

// A recorder makes the events of this package.
type recorder struct {
	notify bool
	keep   time.Duration
}

// event says what happened to t. With notify it waits in the outbox from now on.
func (r recorder) event(ctx context.Context, kind string, t store.Token, now time.Time) store.Event {
	e := store.Event{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "ok", User: t.User, Client: t.Client, Token: t.ID, Grant: t.Grant,
		Request: auth.RequestID(ctx), Expires: now.Add(r.keep), Details: details(t),
	}
	if r.notify {
		e.Delivery = store.Delivery{State: store.DeliveryPending, Due: now}
	}
	return e
}

// event says what t's owner did to t from an address.
func (i *Issuer) event(ctx context.Context, kind string, t store.Token, address string, now time.Time) store.Event {
	e := recorder{i.cfg.Notify, i.cfg.KeepEvents}.event(ctx, kind, t, now)
	e.Actor, e.Address = t.User, address
	return e
}

// details are what a person needs to recognise t.
func details(t store.Token) map[string]string {
	d := map[string]string{
		DetailKind: nameOf(t.Kind), DetailDescription: t.Description, DetailHint: t.Hint,
		DetailScopes: strings.Join(t.Scopes, " "), DetailExpires: "never",
	}
	if t.AllScopes {
		d[DetailScopes] = "all"
	}
	if !t.Expires.IsZero() {
		d[DetailExpires] = t.Expires.UTC().Format(time.RFC3339)
	}
	return d
}

// nameOf is what people call a kind.
func nameOf(kind store.TokenKind) string {
	switch kind {
	case store.DeveloperToken:
		return "developer token"
	case store.APIKey:
		return "API key"
	}
	return "access token"
}
