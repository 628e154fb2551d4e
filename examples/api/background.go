package main

import (
	"context"
	"sync"

	"github.com/seed-f67351ce/sesame/tokens"
)

// buildOutbox makes what tells people of what happens to their secrets.
func (a *api) buildOutbox() error {
	sender, err := a.sender()
	if err != nil {
		return err
	}
	a.outbox, err = tokens.NewOutbox(tokens.OutboxConfig{
		Events: a.store, Users: a.store, Sender: sender, OnError: a.report("outbox"),
	})
	return err
}

// background starts what runs beside the server until ctx is done, and returns what waits for its end.
func (a *api) background(ctx context.Context) (wait func()) {
	var running sync.WaitGroup
	running.Go(func() { sweep(ctx, a.store, a.log) })
	running.Go(func() { _ = a.outbox.Run(ctx) }) // it ends with the context, and says so
	running.Go(func() { _ = a.audit.Run(ctx) })  // and so does this
	running.Go(func() { _ = a.uses.Run(ctx, func(err error) { a.report("token uses")(ctx, err) }) })
	return running.Wait
}
