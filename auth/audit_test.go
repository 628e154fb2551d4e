package auth_test

import (
	"context"
	"errors"
	"testing"
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
