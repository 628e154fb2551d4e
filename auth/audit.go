package auth

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the events of sign-ins. An [Audit] appends those of refusals; whoever signs somebody in appends the first
// together with what it gives out.
const (
	EventSignedIn      = "signin.succeeded"
	EventSignInFailed  = "signin.failed"  // wrong credentials for an account that exists
	EventSignInRefused = "signin.refused" // right credentials of an account that is locked or disabled
	EventClientFailed  = "client.failed"  // wrong credentials of an app that exists
	EventClientRefused = "client.refused" // right credentials with a client key that the account may not use
)

// DetailCount is the member of an event's details that says how many refusals of its kind there were within the hour, where
// not each has an event of its own.
const DetailCount = "count"

// An Audit appends a [store.Event] for refusals that concern an account or an app: what its owner or an auditor will ask
// about. Callers who name neither leave nothing in the store, those who were let in neither, and neither do attempts that a
// throttle refused.
//
// Nobody can fill it: of the refusals of an account in an hour, the first 10 of each type and scheme from one network (an
// IPv4 address, the /64 of an IPv6 address) become events, and after them the 100th, the 1,000th and so on, which say so in
// their details; from all networks together it is the first 100, and so on. Each process counts for itself, and remembers no
// more than 65,536 counts.
//
// An event is written before the caller is answered, which then takes longer for an account that exists than for a name that
// is nobody's. While [Audit.Run] runs it is written beside the answers, which tell nothing then.
type Audit struct {
	// Events is where they go. Required.
	Events store.Events
	// Keep is how long an event is kept; 90 days by default.
	Keep time.Duration
	// Clock is the time of the events; time.Now by default.
	Clock func() time.Time
	// OnError is told when events could not be appended; the answer does not change by it. By default nobody is told.
	OnError func(context.Context, error)

	tally   tally
	backlog backlog
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
	n, noted := a.tally.count(now, kind, o)
	if !noted {
		return
	}
	event := a.event(ctx, kind, o, now)
	if n > perNetwork {
		event.Details = map[string]string{DetailCount: strconv.Itoa(n)}
	}
	if !a.backlog.take(event) {
		a.write(ctx, []store.Event{event})
	}
}

func (a *Audit) event(ctx context.Context, kind string, o Observation, now time.Time) store.Event {
	keep := a.Keep
	if keep == 0 {
		keep = 90 * 24 * time.Hour
	}
	e := store.Event{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "refused", Reason: o.Reason, Request: RequestID(ctx),
		User: o.Account, Client: o.Client, Scheme: o.Scheme, Address: o.Address.String(), Expires: now.Add(keep),
	}
	if kind == EventSignInRefused || kind == EventClientRefused {
		e.Actor = o.Account // who failed to prove anything may be anybody
	}
	return e
}

// patience is how long the store may take.
const patience = 5 * time.Second

// write appends events. A caller who hangs up does not keep them out.
func (a *Audit) write(ctx context.Context, events []store.Event) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := a.Events.AppendEvents(limited, events...); err != nil && a.OnError != nil {
		a.OnError(ctx, err)
	}
}

// The beginnings of the reasons that concern a state, a client key, and an app that did not prove to be one.
const (
	reasonAccount   = "account_"
	reasonClientKey = "client_key_"
	reasonClient    = "client_"
	reasonAssertion = "assertion_"

	// reasonUnsigned is that of OAuth 1.0a: an app that is known did not sign.
	reasonUnsigned = "wrong_signature"
)

// auditType is the type of o's event, and empty where o is none.
func auditType(o Observation) string {
	unauthenticated := o.Status == autherr.Unauthenticated.Status()
	switch {
	case cmp.Or(o.Account, o.Client) == "":
		return ""
	case unauthenticated && (strings.HasPrefix(o.Reason, reasonClient) || strings.HasPrefix(o.Reason, reasonAssertion)):
		return EventClientFailed
	case o.Account == "" && unauthenticated && o.Reason == reasonUnsigned:
		return EventClientFailed
	case o.Account == "":
		return ""
	case unauthenticated:
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
