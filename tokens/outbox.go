package tokens

import (
	"context"
	"errors"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A Notice is an event that somebody must be told of, with the account that it concerns.
type Notice struct {
	Event store.Event
	User  store.User
}

// A Sender tells people. Package tokens/mailer has one that sends mail. It must not block for ever: a context ends each call.
type Sender interface {
	Send(ctx context.Context, n Notice) error
}

// An OutboxConfig describes an outbox. What is zero has the default that is named.
type OutboxConfig struct {
	// Events holds what waits, Users the accounts, and Sender tells them. All are required.
	Events store.Events
	Users  store.Users
	Sender Sender
	// Interval is how often the store is asked: 5 s.
	Interval time.Duration
	// Timeout bounds one sending: 30 s.
	Timeout time.Duration
	// Attempts is how often a notice is tried, at growing distances up to an hour, before it is abandoned: 100, some four days.
	Attempts int
	// OnError is told of what failed; it may be nil.
	OnError func(context.Context, error)
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// An Outbox delivers notices that were written with what they tell of: a mail server that is slow, down or refuses loses
// nothing and slows nobody. Any number of processes may run one on the same store; a notice is sent once, and twice only
// where a process ends between sending it and saying so.
type Outbox struct {
	cfg OutboxConfig
}

// NewOutbox checks cfg and builds the outbox. It does nothing until Run is called.
func NewOutbox(cfg OutboxConfig) (*Outbox, error) {
	if cfg.Events == nil || cfg.Users == nil || cfg.Sender == nil {
		return nil, errors.New("tokens: an outbox needs Events, Users and a Sender")
	}
	setDefault(&cfg.Interval, 5*time.Second)
	setDefault(&cfg.Timeout, 30*time.Second)
	setDefault(&cfg.Attempts, 100)
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.OnError == nil {
		cfg.OnError = func(context.Context, error) {}
	}
	return &Outbox{cfg: cfg}, nil
}

// Run delivers until ctx is done and returns the context's error. The host starts it.
func (o *Outbox) Run(ctx context.Context) error {
	ticker := time.NewTicker(o.cfg.Interval)
	defer ticker.Stop()
	for {
		if err := o.Deliver(ctx); err != nil && ctx.Err() == nil {
			o.cfg.OnError(ctx, err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// batch is how many notices are read at once.
const batch = 32

// Deliver tries each notice that is due once. Run does this at intervals.
func (o *Outbox) Deliver(ctx context.Context) error {
	for {
		due, err := o.cfg.Events.Events(ctx, store.EventFilter{DueBy: o.cfg.Clock()}, batch)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, event := range due {
			if err := o.deliver(ctx, event); err != nil {
				return err
			}
		}
	}
}

// deliver claims one notice, tells its user and notes the outcome. The error is the store's; a sender's is told to OnError.
func (o *Outbox) deliver(ctx context.Context, event store.Event) error {
	claim := event.Delivery
	claim.Attempts++
	claim.Due = o.cfg.Clock().Add(o.cfg.Timeout + retryAfter(claim.Attempts))
	err := o.cfg.Events.MarkDelivery(ctx, event.ID, event.Delivery, claim)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil // another process has it, or it is gone
	}
	if err != nil {
		return err
	}
	outcome := claim
	switch err := o.send(ctx, event); {
	case err == nil:
		outcome.State = store.DeliveryDone
	case claim.Attempts >= o.cfg.Attempts:
		outcome.State = store.DeliveryAbandoned
		o.cfg.OnError(ctx, err)
	default:
		o.cfg.OnError(ctx, err)
		return nil // the claim says when it is due again
	}
	return o.cfg.Events.MarkDelivery(context.WithoutCancel(ctx), event.ID, claim, outcome)
}

// send tells the user of event. An account that is gone, or has no address, needs no notice.
func (o *Outbox) send(ctx context.Context, event store.Event) error {
	user, err := o.cfg.Users.UserByID(ctx, event.User)
	if errors.Is(err, store.ErrNotFound) || err == nil && user.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.cfg.Timeout)
	defer cancel()
	return o.cfg.Sender.Send(ctx, Notice{Event: event, User: user})
}

// retryAfter grows from ten seconds to an hour.
func retryAfter(attempts int) time.Duration {
	return min(10*time.Second<<min(attempts, 9), time.Hour)
}
