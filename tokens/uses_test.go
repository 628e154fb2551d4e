package tokens_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// flaky records uses, or fails.
type flaky struct {
	store  store.TokenUses
	calls  int
	broken error
}

func (f *flaky) RecordUses(ctx context.Context, used map[store.Digest]time.Time) error {
	f.calls++
	if f.broken != nil {
		return f.broken
	}
	return f.store.RecordUses(ctx, used)
}

func TestUses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		writes := &flaky{store: w.db}
		uses, err := tokens.NewUses(writes)
		require.NoError(t, err)
		verifier, err := tokens.NewVerifier(tokens.VerifierConfig{
			Tokens: w.db, Clock: w.clock, Uses: uses, Kinds: []tokens.Kind{{Kind: store.DeveloperToken, Format: developer}},
		})
		require.NoError(t, err)
		minted := w.mint()
		lastUsed := func() time.Time {
			list, err := w.issuer.List(ctx, "1", store.DeveloperToken, "", 1)
			require.NoError(t, err)
			return list[0].LastUsed
		}
		for range 1000 {
			_, err := verifier.Verify(ctx, nil, "Bearer", minted.Secret)
			require.NoError(t, err)
		}
		_, err = verifier.Verify(ctx, nil, "Bearer", forge(minted.Secret, 3))
		require.Error(t, err)
		assert.Zero(t, writes.calls, "no write per request")

		running, stop := context.WithCancel(ctx)
		done := make(chan error)
		var told []error
		writes.broken = errors.New("the disk is gone")
		go func() { done <- uses.Run(running, func(err error) { told = append(told, err) }) }()
		time.Sleep(11 * time.Second)
		synctest.Wait()
		assert.Len(t, told, 1)
		assert.Zero(t, lastUsed())

		writes.broken = nil
		stop()
		assert.ErrorIs(t, <-done, context.Canceled)
		assert.Equal(t, w.now, lastUsed(), "what failed was kept, and is written at the end")
		assert.Equal(t, 2, writes.calls)

		w.now = w.now.Add(59 * time.Second)
		_, _ = verifier.Verify(ctx, nil, "Bearer", minted.Secret)
		require.NoError(t, uses.Flush(ctx))
		assert.Equal(t, 2, writes.calls, "within the minute nothing is new")
		w.now = w.now.Add(time.Second)
		_, _ = verifier.Verify(ctx, nil, "Bearer", minted.Secret)
		require.NoError(t, uses.Flush(ctx))
		assert.Equal(t, w.now, lastUsed())
	})
}
