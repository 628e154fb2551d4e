package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// recorder keeps observations.
type recorder []auth.Observation

func (r *recorder) Observe(_ context.Context, o auth.Observation) { *r = append(*r, o) }

func TestTheObserverHearsWhatTheCallerDoesNot(t *testing.T) {
	var seen recorder
	now := time.Unix(1e9, 0)
	clock := func() time.Time { now = now.Add(time.Millisecond); return now }
	clients := newClients()
	gate := newGate(t, auth.Config{ClientKeys: &auth.ClientKeys{Clients: clients}, Observer: auth.Observers{&seen}, Clock: clock})
	for _, row := range []struct {
		account, key string
		want         auth.Observation
	}{
		{"aladdin", "aladdin_app", auth.Observation{Scheme: "Fake", Status: 200, Account: "id-aladdin", Client: "aladdin_app"}},
		{"aladdin", "jasmine_app", auth.Observation{Scheme: "Fake", Status: 403, Account: "id-aladdin", Reason: "client_key_foreign"}},
		{"aladdin", "who", auth.Observation{Scheme: "Fake", Status: 403, Account: "id-aladdin", Reason: "client_key_unknown"}},
		{"cassim", "aladdin_app", auth.Observation{Scheme: "Fake", Status: 403, Account: "id-cassim", Reason: "account_locked"}},
		{"iago", "aladdin_app", auth.Observation{Scheme: "Fake", Status: 401, Account: "guessed", Reason: "unknown_user"}},
		{"", "aladdin_app", auth.Observation{Status: 401, Reason: "no_credentials"}},
	} {
		seen = nil
		r := newRequest("GET", "/?client_key="+row.key)
		if row.account != "" {
			r.Header.Set("Authorization", "Fake "+row.account)
		}
		serve(gate, r, "read")
		require.Len(t, seen, 1)
		assert.Equal(t, "127.0.0.1", seen[0].Address.String())
		assert.Equal(t, time.Millisecond, seen[0].Duration)
		seen[0].Address, seen[0].Duration = row.want.Address, 0
		assert.Equal(t, row.want, seen[0])
	}
}

func TestBreakageIsToldToTheObserverOnly(t *testing.T) {
	var seen recorder
	scheme, fire := newFake(), errors.New("disk on fire")
	scheme.broken = autherr.NewUnavailable(fire)
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}, Observer: &seen})
	serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin"), "read")
	require.Len(t, seen, 1)
	assert.ErrorIs(t, seen[0].Err, fire)

	scheme.broken, scheme.panics = nil, true
	serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin"), "read")
	require.Len(t, seen, 2)
	assert.ErrorContains(t, seen[1].Err, "panic (string)", "with the stack")
}

func TestTheLogIsOneRecordAVerdict(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	scheme := newFake()
	evil := "bob\n2026 level=info user=admin ok"
	verdict := scheme.accounts["aladdin"]
	verdict.Identity.Subject = evil
	scheme.accounts["bob"] = verdict
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}, Observer: auth.LogObserver{Logger: logger}})

	t.Run("SEC-LOG-02 a line break in a name does not make a second record", func(t *testing.T) {
		log.Reset()
		serve(gate, newRequest("GET", "/", "Authorization", "Fake bob"), "read")
		assert.Equal(t, 1, strings.Count(log.String(), "\n"))
		assert.Contains(t, log.String(), `level=DEBUG`)
		assert.Contains(t, log.String(), `bob\n2026`)
	})
	t.Run("SEC-LOG-01 the credential is not in it, at any level", func(t *testing.T) {
		log.Reset()
		for _, credential := range []string{"Fake s3cret-token", "Unknown s3cret-token"} {
			serve(gate, newRequest("GET", "/?client_key=s3cret-key", "Authorization", credential), "read")
		}
		assert.Contains(t, log.String(), "unknown_user")
		assert.NotContains(t, log.String(), "s3cret")
	})
	t.Run("a level that is off costs nothing", func(t *testing.T) {
		log.Reset()
		quiet := auth.LogObserver{Logger: slog.New(slog.NewTextHandler(&log, nil))}
		quiet.Observe(context.Background(), auth.Observation{Status: 200})
		assert.Empty(t, log.String())
	})
}
