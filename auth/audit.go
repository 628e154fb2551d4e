package auth

import (
	"context"
	"strings"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the events that an [Audit] appends.
const (
	EventSignInFailed  = "signin.failed"  // wrong credentials for an account that exists
	EventSignInRefused = "signin.refused" // right credentials of an account that is locked or disabled
	EventClientRefused = "client.refused" // right credentials with a client key that the account may not use
)

// An Audit appends a [store.Event] for each refusal that concerns an account: what its owner or an auditor will ask
// about. Callers who name no account leave nothing in the store, those who were let in neither, and neither do attempts
// that a throttle refused, so that nobody can fill it.
type Audit struct {
	// Events is where they go. Required.
	Events store.Events
	// Keep is how long an event is kept; 90 days by default.
	Keep time.Duration
	// Clock is the time of the events; time.Now by default.
	Clock func() time.Time
	// OnError is told when an event could not be appended; the answer does not change by it. By default nobody is told.
	OnError func(context.Context, error)
}

// Observe implements [Observer].
func (a *Audit) Observe(ctx context.Context, o Observation) {
	kind := auditType(o)
	if kind == "" {
		return
	}
	now := time.Now()
	if a.Clock != nil {
		now = a.Clock()
	}
	keep := a.Keep
	if keep == 0 {
		keep = 90 * 24 * time.Hour
	}
	err := a.Events.AppendEvents(ctx, store.Event{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "refused", Reason: o.Reason,
		User: o.Account, Client: o.Client, Scheme: o.Scheme, Address: o.Address.String(), Expires: now.Add(keep),
	})
	if err != nil && a.OnError != nil {
		a.OnError(ctx, err)
	}
}

// The beginnings of the reasons that concern a state and a client key.
const (
	reasonAccount   = "account_"
	reasonClientKey = "client_key_"
)

// auditType is the type of o's event, and empty where o is none.
func auditType(o Observation) string {
	switch {
	case o.Account == "":
		return ""
	case o.Status == autherr.Unauthenticated.Status():
		return EventSignInFailed
	case o.Status != autherr.Forbidden.Status():
		return ""
	case strings.HasPrefix(o.Reason, reasonAccount):
		return EventSignInRefused
	case strings.HasPrefix(o.Reason, reasonClientKey):
		return EventClientRefused
	}
	return ""
}
