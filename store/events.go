package store

import (
	"context"
	"time"
)

// An Event is something that happened: audit, security log and outbox of notices are one stream of them. It never
// holds a secret.
type Event struct {
	// ID is unique and grows with time, as a string compares. The caller makes it.
	ID   string
	Time time.Time
	// Type is a dotted name, such as "signin.failed" or "token.created".
	Type string
	// Outcome is "ok" or "refused"; Reason is a short stable word that says why.
	Outcome, Reason string
	// Actor is the account that did it, User the account that it was done to, Client, Token and Grant what it was done with.
	Actor, User, Client, Token, Grant string
	// Scheme is the scheme or endpoint that it came through; Address the caller's network address.
	Scheme, Address string
	// Request identifies the request that it came with.
	Request string
	// Details are for people: a description, scopes, a name.
	Details map[string]string
	// Expires is when it may be forgotten; zero is never.
	Expires time.Time
	// Delivery says whether somebody must be told, and how far that is.
	Delivery Delivery
}

// A Delivery is how far the notice of an event is.
type Delivery struct {
	State DeliveryState
	// Attempts counts the tries so far.
	Attempts int
	// Due is when it is to be tried (again); a claim that nobody finished is free again then.
	Due time.Time
}

// A DeliveryState is how far a notice is.
type DeliveryState uint8

// The states of a delivery.
const (
	NoDelivery        DeliveryState = iota // nobody is told
	DeliveryPending                        // to be tried from Due on
	DeliveryDone                           // somebody was told
	DeliveryAbandoned                      // tried often enough
)

// An EventFilter picks events. Empty fields match all.
type EventFilter struct {
	// User picks those that the account did or that were done to it.
	User string
	// Types picks the types; none means all.
	Types []string
	// Before picks those with a smaller ID, for paging back; empty for the newest.
	Before string
	// DueBy picks those whose delivery is pending and due at this time, the longest due first; zero for all.
	DueBy time.Time
}

// Events keeps the stream.
type Events interface {
	// AppendEvents adds the events, all or none. ErrExists where an ID is taken.
	AppendEvents(ctx context.Context, events ...Event) error
	// Events returns those that f picks, the newest first (with DueBy: the longest due first), at most limit.
	Events(ctx context.Context, f EventFilter, limit int) ([]Event, error)
	// MarkDelivery changes the delivery of the event with this ID from one to the next. Of any number of concurrent
	// callers with the same from one wins; the others get ErrConflict. ErrNotFound.
	MarkDelivery(ctx context.Context, id string, from, to Delivery) error
}
