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
	if cfg.Interval < 0 || cfg.Timeout < 0 || cfg.Attempts < 0 {
		return nil, errors.New("tokens: an outbox has a limit that is negative")
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

// Deliver tries each notice that is due once. Run does this at intervals. The error is the store's; a sender's is told
// to OnError.
func (o *Outbox) Deliver(ctx context.Context) error {
	for {
		due, err := o.cfg.Events.Events(ctx, store.EventFilter{DueBy: o.cfg.Clock()}, batch)
		if err != nil {
			return err
		}
		claimed := 0
		for _, event := range due {
			claim, err := o.claim(ctx, event)
			switch {
			case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound):
				continue // another process has it, or it is gone
			case err != nil:
				return err
			}
			claimed++
			if err := o.deliver(ctx, event, claim); err != nil {
				return err
			}
		}
		if claimed == 0 {
			return nil
		}
	}
}

// claim takes event for this process, until the sending must be over and the wait before the next one too.
func (o *Outbox) claim(ctx context.Context, event store.Event) (store.Delivery, error) {
	claim := event.Delivery
	claim.Attempts++
	claim.Due = o.cfg.Clock().Add(o.cfg.Timeout + retryAfter(claim.Attempts))
	return claim, o.cfg.Events.MarkDelivery(ctx, event.ID, event.Delivery, claim)
}

// deliver tells the user of a claimed event and notes the outcome.
func (o *Outbox) deliver(ctx context.Context, event store.Event, claim store.Delivery) error {
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
	// Where the outbox is being stopped, what was sent is noted all the same: it would be sent again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.cfg.Timeout)
	defer cancel()
	return o.cfg.Events.MarkDelivery(ctx, event.ID, claim, outcome)
}

// send tells the user of event. An account that is gone, or has no address, needs no notice.
func (o *Outbox) send(ctx context.Context, event store.Event) error {
	ctx, cancel := context.WithTimeout(ctx, o.cfg.Timeout)
	defer cancel()
	user, err := o.cfg.Users.UserByID(ctx, event.User)
	if errors.Is(err, store.ErrNotFound) || err == nil && user.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return o.cfg.Sender.Send(ctx, Notice{Event: event, User: user})
}

// retryAfter grows from ten seconds to an hour.
func retryAfter(attempts int) time.Duration {
	return min(10*time.Second<<min(attempts, 9), time.Hour)
}
