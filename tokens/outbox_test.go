package tokens_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A post remembers what it sent; answer decides how each sending ends.
type post struct {
	mu     sync.Mutex
	sent   []tokens.Notice
	tries  int
	answer func(context.Context) error
}

func (p *post) Send(ctx context.Context, n tokens.Notice) error {
	p.mu.Lock()
	p.tries++
	answer := p.answer
	p.mu.Unlock()
	if answer != nil {
		if err := answer(ctx); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, n)
	return nil
}

func notifying(cfg *tokens.Config) { cfg.Notify = true }

func newOutbox(t testing.TB, w *world, sender tokens.Sender, change ...func(*tokens.OutboxConfig)) *tokens.Outbox {
	t.Helper()
	cfg := tokens.OutboxConfig{Events: w.db, Users: w.db, Sender: sender, Clock: w.clock}
	for _, c := range change {
		c(&cfg)
	}
	outbox, err := tokens.NewOutbox(cfg)
	require.NoError(t, err)
	return outbox
}

func TestOutboxDelivers(t *testing.T) {
	w, p := newWorld(t, notifying), &post{}
	minted := w.mint()
	w.now = w.now.Add(time.Second)
	require.NoError(t, w.issuer.Revoke(ctx, "1", minted.Token.ID, ""))
	outbox := newOutbox(t, w, p)
	require.NoError(t, outbox.Deliver(ctx))
	require.NoError(t, outbox.Deliver(ctx))
	require.Len(t, p.sent, 2, "each once")
	assert.Equal(t, tokens.EventCreated, p.sent[0].Event.Type, "the longest due first")
	assert.Equal(t, "aladdin@agrabah.example", p.sent[0].User.Email)
}

func TestOutboxNeedsNobodyToTell(t *testing.T) {
	w, p := newWorld(t, notifying), &post{}
	w.mint()
	w.mint(of("2"))
	w.setUser("1", func(u *store.User) { u.Email = "" })
	require.NoError(t, w.db.DeleteUser(ctx, "2"))
	require.NoError(t, newOutbox(t, w, p).Deliver(ctx))
	assert.Zero(t, p.tries)
	waiting, err := w.db.Events(ctx, store.EventFilter{DueBy: w.now.Add(1000 * time.Hour)}, 10)
	require.NoError(t, err)
	assert.Empty(t, waiting)
}

func TestOutboxLosesNothing(t *testing.T) {
	w, p := newWorld(t, notifying), &post{answer: func(context.Context) error { return errors.New("the server is down") }}
	w.mint()
	var told []error
	outbox := newOutbox(t, w, p, func(cfg *tokens.OutboxConfig) {
		cfg.OnError = func(_ context.Context, err error) { told = append(told, err) }
	})
	for hours := range 3 * 24 {
		require.NoError(t, outbox.Deliver(ctx))
		w.now = w.now.Add(time.Hour)
		assert.Empty(t, p.sent, "after %d hours", hours)
	}
	assert.Greater(t, p.tries, 24)
	assert.Len(t, told, p.tries)
	p.answer = nil
	w.now = w.now.Add(2 * time.Hour)
	require.NoError(t, outbox.Deliver(ctx))
	assert.Len(t, p.sent, 1)
}

func TestOutboxGivesUp(t *testing.T) {
	w, p := newWorld(t, notifying), &post{answer: func(context.Context) error { return errors.New("no such mailbox") }}
	w.mint()
	outbox := newOutbox(t, w, p, func(cfg *tokens.OutboxConfig) { cfg.Attempts = 3 })
	for range 10 {
		require.NoError(t, outbox.Deliver(ctx))
		w.now = w.now.Add(2 * time.Hour)
	}
	assert.Equal(t, 3, p.tries)
	events, err := w.db.Events(ctx, store.EventFilter{User: "1"}, 10)
	require.NoError(t, err)
	assert.Equal(t, store.DeliveryAbandoned, events[0].Delivery.State)
}

func TestOutboxesShareTheWork(t *testing.T) {
	w, p := newWorld(t, notifying), &post{}
	for range 50 {
		w.mint()
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { assert.NoError(t, newOutbox(t, w, p).Deliver(ctx)) })
	}
	wait.Wait()
	seen := map[string]bool{}
	for _, n := range p.sent {
		assert.False(t, seen[n.Event.ID], "sent twice")
		seen[n.Event.ID] = true
	}
	assert.Len(t, seen, 50)
}

func TestOutboxIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p := newWorld(t, notifying), &post{}
		w.now = time.Now()
		p.answer = func(ctx context.Context) error { // a server that accepts the connection and then says nothing
			<-ctx.Done()
			return ctx.Err()
		}
		w.mint()
		outbox := newOutbox(t, w, p, func(cfg *tokens.OutboxConfig) { cfg.Clock = time.Now })
		running, stop := context.WithCancel(ctx)
		done := make(chan error)
		go func() { done <- outbox.Run(running) }()
		time.Sleep(31 * time.Second)
		p.mu.Lock()
		assert.Equal(t, 1, p.tries, "given up after its time")
		p.mu.Unlock()
		minted := w.mint()
		assert.Equal(t, 200, w.get(minted.Secret), "and nobody waited for it")
		p.mu.Lock()
		p.answer = nil
		p.mu.Unlock()
		time.Sleep(5 * time.Minute)
		p.mu.Lock()
		assert.Len(t, p.sent, 2)
		p.mu.Unlock()
		stop()
		assert.ErrorIs(t, <-done, context.Canceled)
	})
}

func TestOutboxThatIsStopped(t *testing.T) {
	w, p := newWorld(t, notifying), &post{}
	w.mint()
	running, stop := context.WithCancel(ctx)
	p.answer = func(context.Context) error { stop(); return nil } // stopped once the mail is out
	require.ErrorIs(t, newOutbox(t, w, p).Deliver(running), context.Canceled)
	w.now = w.now.Add(24 * time.Hour)
	require.NoError(t, newOutbox(t, w, p).Deliver(ctx))
	assert.Len(t, p.sent, 1, "what was sent is not sent again")
}

func TestNewOutboxRefuses(t *testing.T) {
	w := newWorld(t)
	for name, cfg := range map[string]tokens.OutboxConfig{
		"no events":         {Users: w.db, Sender: &post{}},
		"no users":          {Events: w.db, Sender: &post{}},
		"no sender":         {Events: w.db, Users: w.db},
		"negative interval": {Events: w.db, Users: w.db, Sender: &post{}, Interval: -1},
		"negative attempts": {Events: w.db, Users: w.db, Sender: &post{}, Attempts: -1},
	} {
		_, err := tokens.NewOutbox(cfg)
		assert.Error(t, err, name)
	}
}
