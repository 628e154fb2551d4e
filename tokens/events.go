package tokens

import (
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the events of an issuer.
const (
	EventCreated = "token.created"
	EventRevoked = "token.revoked"
	EventRotated = "token.rotated"
)

// The members of an event's details.
const (
	DetailKind        = "kind" // "developer token" or "API key"
	DetailDescription = "description"
	DetailScopes      = "scopes" // separated by spaces; "all" for all
	DetailExpires     = "expires"
	DetailHint        = "hint"
)

// event says what happened to t. With Notify it waits in the outbox from now on.
func (i *Issuer) event(kind string, t store.Token, address string, now time.Time) store.Event {
	e := store.Event{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "ok", Actor: t.User, User: t.User, Token: t.ID,
		Address: address, Expires: now.Add(i.cfg.KeepEvents), Details: details(t),
	}
	if i.cfg.Notify {
		e.Delivery = store.Delivery{State: store.DeliveryPending, Due: now}
	}
	return e
}

// details are what a person needs to recognise t.
func details(t store.Token) map[string]string {
	d := map[string]string{
		DetailKind: "developer token", DetailDescription: t.Description, DetailHint: t.Hint,
		DetailScopes: strings.Join(t.Scopes, " "), DetailExpires: "never",
	}
	if t.Kind == store.APIKey {
		d[DetailKind] = "API key"
	}
	if t.AllScopes {
		d[DetailScopes] = "all"
	}
	if !t.Expires.IsZero() {
		d[DetailExpires] = t.Expires.UTC().Format(time.RFC3339)
	}
	return d
}
