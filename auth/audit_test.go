package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// eventStore is embedded by this name since the interface has a method of its own name.
type eventStore = store.Events

// fakeEvents keeps what is appended.
type fakeEvents struct {
	eventStore
	appended []store.Event
	broken   error
}

func (e *fakeEvents) AppendEvents(_ context.Context, events ...store.Event) error {
	e.appended = append(e.appended, events...)
	return e.broken
}

func TestAuditKeepsWhatConcernsAnAccount(t *testing.T) {
	var events fakeEvents
	now := time.Unix(1e9, 0).UTC()
	audit := &auth.Audit{Events: &events, Clock: func() time.Time { return now }}
	gate := newGate(t, auth.Config{Observer: audit, ClientKeys: &auth.ClientKeys{Clients: newClients()}})
	for _, row := range []struct{ account, key, kind, reason string }{
		{"aladdin", "aladdin_app", "", ""},
		{"", "aladdin_app", "", ""},
		{"aladdin", "", "", ""},
		{"iago", "aladdin_app", auth.EventSignInFailed, "unknown_user"}, // the fake guesses an account
		{"cassim", "aladdin_app", auth.EventSignInRefused, "account_locked"},
		{"aladdin", "jasmine_app", auth.EventClientRefused, "client_key_foreign"},
	} {
		events.appended = nil
		r := newRequest("GET", "/?client_key="+row.key)
		if row.account != "" {
			r.Header.Set("Authorization", "Fake "+row.account)
		}
		serve(gate, r, "read")
		if row.kind == "" {
			assert.Empty(t, events.appended, row)
			continue
		}
		require.Len(t, events.appended, 1, row)
		event := events.appended[0]
		assert.Equal(t, row.kind, event.Type)
		assert.Equal(t, row.reason, event.Reason)
		assert.Equal(t, "refused", event.Outcome)
		assert.Equal(t, "127.0.0.1", event.Address)
		assert.NotEmpty(t, event.ID)
		assert.Equal(t, now.Add(90*24*time.Hour), event.Expires)
	}
}

func TestAnAuditThatFailsChangesNoAnswer(t *testing.T) {
	events := fakeEvents{broken: errors.New("disk on fire")}
	var told error
	audit := &auth.Audit{Events: &events, OnError: func(_ context.Context, err error) { told = err }}
	gate := newGate(t, auth.Config{Observer: audit})
	assert.Equal(t, 403, serve(gate, newRequest("GET", "/", "Authorization", "Fake cassim"), "read").Code)
	assert.ErrorIs(t, told, events.broken)

	audit.OnError = nil
	assert.Equal(t, 403, serve(gate, newRequest("GET", "/", "Authorization", "Fake cassim"), "read").Code)
}

// refusals tells an audit n times of the same.
func refusals(audit *auth.Audit, n int, o auth.Observation) {
	for range n {
		audit.Observe(context.Background(), o)
	}
}

func TestNobodyCanFillTheAudit(t *testing.T) {
	dead := auth.Observation{Scheme: "Bearer", Status: 401, Reason: "token_revoked", Account: "1", Address: netip.MustParseAddr("192.0.2.7")}
	from := func(o auth.Observation, address string) auth.Observation {
		o.Address = netip.MustParseAddr(address)
		return o
	}
	newAudit := func() (*auth.Audit, *fakeEvents, *time.Time) {
		var events fakeEvents
		now := time.Unix(1e9, 0).UTC()
		return &auth.Audit{Events: &events, Clock: func() time.Time { return now }}, &events, &now
	}
	t.Run("one dead token, from one address", func(t *testing.T) {
		audit, events, now := newAudit()
		refusals(audit, 10, dead)
		require.Len(t, events.appended, 10)
		assert.Empty(t, events.appended[9].Details)
		refusals(audit, 2000, dead)
		require.Len(t, events.appended, 12)
		assert.Equal(t, "100", events.appended[10].Details[auth.DetailCount])
		assert.Equal(t, "1000", events.appended[11].Details[auth.DetailCount])
		*now = now.Add(time.Hour)
		refusals(audit, 11, dead)
		assert.Len(t, events.appended, 22, "the next hour is another")
	})
	t.Run("it hides nothing else", func(t *testing.T) {
		audit, events, _ := newAudit()
		refusals(audit, 1001, dead)
		events.appended = nil
		guess, locked, other := dead, dead, dead
		guess.Scheme, guess.Reason = "Basic", "wrong_password"
		locked.Status, locked.Reason = 403, "account_locked"
		other.Account = "2"
		for _, o := range []auth.Observation{guess, locked, other, from(dead, "192.0.2.8"), from(dead, "2001:db8::1")} {
			refusals(audit, 1, o)
		}
		assert.Len(t, events.appended, 5)
	})
	t.Run("one /64 is one network", func(t *testing.T) {
		audit, events, _ := newAudit()
		for i := range 99 {
			refusals(audit, 1, from(dead, fmt.Sprintf("2001:db8::%x", i)))
		}
		assert.Len(t, events.appended, 10)
		refusals(audit, 1, from(dead, "2001:db8:0:1::1"))
		assert.Len(t, events.appended, 11)
	})
	t.Run("from ever new addresses", func(t *testing.T) {
		audit, events, _ := newAudit()
		for i := range 5000 {
			refusals(audit, 1, from(dead, fmt.Sprintf("198.51.%d.%d", i/256, i%256)))
		}
		assert.Len(t, events.appended, 101, "a hundred, and the thousandth")
	})
	t.Run("at an app's secret", func(t *testing.T) {
		audit, events, _ := newAudit()
		app := auth.Observation{Scheme: "oauth2", Status: 401, Reason: "client_secret_wrong", Client: "app", Address: dead.Address}
		refusals(audit, 50, app)
		require.Len(t, events.appended, 10, "one that a host itself registered has no account")
		assert.Equal(t, auth.EventClientFailed, events.appended[0].Type)
		app.Account, app.Reason = "1", "assertion_used"
		refusals(audit, 1, app)
		assert.Equal(t, "1", events.appended[10].User)
		assert.Empty(t, events.appended[10].Actor, "nobody knows who that was")
		refusals(audit, 1, auth.Observation{Scheme: "OAuth", Status: 401, Reason: "wrong_signature", Client: "app", Address: dead.Address})
		require.Len(t, events.appended, 12)
		assert.Equal(t, auth.EventClientFailed, events.appended[11].Type, "with OAuth 1.0a an app signs with it")
	})
}

// gatedEvents is a store whose writes wait until they are let through.
type gatedEvents struct {
	eventStore
	let     chan struct{}
	written chan []store.Event
}

func (e *gatedEvents) AppendEvents(ctx context.Context, events ...store.Event) error {
	select {
	case <-e.let:
	case <-ctx.Done():
		return ctx.Err()
	}
	e.written <- events
	return nil
}

func TestAnAuditThatRunsWritesBesideTheAnswers(t *testing.T) {
	o := auth.Observation{Scheme: "Basic", Status: 401, Reason: "wrong_password", Account: "1"}
	t.Run("SEC-ENUM-01 an account that exists makes the caller wait for no store", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			events := &gatedEvents{let: make(chan struct{}, 2), written: make(chan []store.Event, 2)}
			audit := &auth.Audit{Events: events}
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() { ended <- audit.Run(ctx) }()
			synctest.Wait()
			before := time.Now()
			refusals(audit, 1, o) // the store lets nothing through, and yet it returns
			assert.Zero(t, time.Since(before))
			synctest.Wait()
			refusals(audit, 2, o)
			events.let <- struct{}{}
			assert.Len(t, <-events.written, 1)
			events.let <- struct{}{}
			assert.Len(t, <-events.written, 2, "those that came meanwhile go together")
			cancel()
			assert.ErrorIs(t, <-ended, context.Canceled)
		})
	})
	t.Run("what waits when it ends is written", func(t *testing.T) {
		var events fakeEvents
		audit := &auth.Audit{Events: &events}
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() { ended <- audit.Run(ctx) }()
			synctest.Wait()
			assert.Error(t, audit.Run(ctx), "one at a time")
			cancel()
			refusals(audit, 1, o)
			<-ended
			assert.Len(t, events.appended, 1)
		})
		refusals(audit, 1, o)
		assert.Len(t, events.appended, 2, "and what comes later, before the answer")
	})
	t.Run("what does not fit is written before the answer, and not lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			events := &gatedEvents{let: make(chan struct{}), written: make(chan []store.Event, 3)}
			audit := &auth.Audit{Events: events}
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() { ended <- audit.Run(ctx) }()
			synctest.Wait()
			refusals(audit, 1, o)
			synctest.Wait() // it waits for the store
			for i := range 1024 {
				o.Account = fmt.Sprint(i)
				refusals(audit, 1, o)
			}
			go refusals(audit, 1, auth.Observation{Status: 401, Account: "one more"})
			synctest.Wait()
			close(events.let)
			total, writes := 0, 0
			for total < 1026 {
				total += len(<-events.written)
				writes++
			}
			assert.Equal(t, 1026, total)
			assert.Equal(t, 2+1024/64, writes, "a few at a time, so that a slow store does not lose them all")
			cancel()
			<-ended
		})
	})
	t.Run("a caller who hangs up does not keep it out", func(t *testing.T) {
		events := &gatedEvents{let: make(chan struct{}), written: make(chan []store.Event, 1)}
		close(events.let)
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		(&auth.Audit{Events: heeding{events}}).Observe(gone, o)
		assert.Len(t, <-events.written, 1)
	})
}

// heeding is a store that heeds its context.
type heeding struct{ *gatedEvents }

func (e heeding) AppendEvents(ctx context.Context, events ...store.Event) error {
	if err := ctx.Err(); err != nil {
		e.written <- nil
		return err
	}
	return e.gatedEvents.AppendEvents(ctx, events...)
}

func TestTheIDOfARequest(t *testing.T) {
	for _, row := range []struct{ says, given, want string }{
		{"is what the host says", "4711-ab", "4711-ab"},
		{"is nothing with a line break in it", "a\nb", ""},
		{"is nothing with a space in it", "a b", ""},
		{"is nothing that is longer than 128 bytes", strings.Repeat("a", 129), ""},
		{"is nothing beyond ASCII", "ü", ""},
	} {
		t.Run(row.says, func(t *testing.T) {
			var events fakeEvents
			var log bytes.Buffer
			gate := newGate(t, auth.Config{Observer: auth.Observers{&auth.Audit{Events: &events}, auth.LogObserver{Logger: slog.New(slog.NewTextHandler(&log, nil))}}})
			r := newRequest("GET", "/", "Authorization", "Fake cassim")
			serve(gate, r.WithContext(auth.WithRequestID(r.Context(), row.given)), "read")
			require.Len(t, events.appended, 1)
			assert.Equal(t, row.want, events.appended[0].Request)
			assert.Equal(t, row.want != "", strings.Contains(log.String(), "request="+row.given))
		})
	}
	assert.Empty(t, auth.RequestID(context.Background()))
}
