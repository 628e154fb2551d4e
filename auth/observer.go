package auth

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// An Observation is one verdict of a gate. It never holds a secret; what is precise here is not sent to the caller.
type Observation struct {
	// Scheme is the one that was used, by the name in its challenge; empty where no credentials were recognised.
	Scheme string
	// Status is 200 for a caller who was let in, else what is answered.
	Status int
	// Reason is a short stable word for a refusal, such as "wrong_password"; empty for a caller who was let in.
	Reason string
	// Account and Client are IDs, as far as they are known.
	Account, Client string
	// Address is the caller's, as the gate's proxies report it.
	Address netip.Addr
	// Duration is how long the verdict took.
	Duration time.Duration
	// Err is what broke, for statuses from 500 on; else nil.
	Err error
}

// An Observer is told of each verdict, in the request's goroutine: it must be quick and safe for concurrent use.
type Observer interface {
	Observe(ctx context.Context, o Observation)
}

// Observers tells each of several observers in turn.
type Observers []Observer

// Observe implements [Observer].
func (all Observers) Observe(ctx context.Context, o Observation) {
	for _, one := range all {
		one.Observe(ctx, o)
	}
}

// LogObserver logs each verdict as one record: who was let in at level Debug, refusals at Info, breakage at Error.
type LogObserver struct {
	Logger *slog.Logger
}

// Observe implements [Observer].
func (l LogObserver) Observe(ctx context.Context, o Observation) {
	level, message := slog.LevelDebug, "authenticated"
	switch {
	case o.Status >= 500:
		level, message = slog.LevelError, "authentication failed to work"
	case o.Status >= 400:
		level, message = slog.LevelInfo, "not authenticated"
	}
	if !l.Logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("scheme", o.Scheme), slog.Int("status", o.Status), slog.String("reason", o.Reason),
		slog.String("account", o.Account), slog.String("client", o.Client),
		slog.String("address", o.Address.String()), slog.Duration("duration", o.Duration),
	}
	if id := RequestID(ctx); id != "" {
		attrs = append(attrs, slog.String("request", id))
	}
	if o.Err != nil {
		attrs = append(attrs, slog.String("error", o.Err.Error()))
	}
	l.Logger.LogAttrs(ctx, level, message, attrs...)
}

// observe tells the gate's observer of a verdict.
func (g *Gate) observe(ctx context.Context, c *call, err error) {
	o := ObservationOf(err)
	o.Scheme, o.Account, o.Client = c.verdict.Identity.Scheme, c.verdict.Identity.Subject, c.verdict.Identity.ClientKey
	o.Address, o.Duration = g.proxies.Address(c.r), g.clock().Sub(c.started)
	g.observer.Observe(ctx, o)
}

// ObservationOf is what err says of a verdict, and of one that let the caller in where it is nil. Who it was and where from
// is for whoever judged to add.
func ObservationOf(err error) Observation {
	if err == nil {
		return Observation{Status: 200}
	}
	e := autherr.From(err)
	o := Observation{Status: e.Kind.Status(), Reason: e.Reason}
	if o.Status >= 500 {
		o.Err = cause(e)
	}
	return o
}

// cause is what e has to say in a log: what is underneath it, where there is something.
func cause(e *autherr.Error) error {
	if e.Cause != nil {
		return e.Cause
	}
	return e
}
