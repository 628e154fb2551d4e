package throttle_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

func TestAdmit(t *testing.T) {
	admit := func(l *lab, address string) (throttle.Attempt, error) {
		return l.Admit(context.Background(), from(address), user("alice"))
	}
	t.Run("any number of right secrets at once are let in, and count nothing", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for range 200 {
			_, err := admit(l, home)
			require.NoError(t, err)
		}
		assert.Zero(t, l.counters.sum())
		assert.Equal(t, 200, l.counters.calls, "one round trip each")
	})
	t.Run("while a limit holds a right secret is refused as by Reserve", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		for n := range 10 {
			_, err := admit(l, home)
			require.NoError(t, err, "after %d failures", n)
			require.NoError(t, l.fail(user("alice"), home))
		}
		before := l.counters.sum()
		_, err := admit(l, home)
		require.ErrorIs(t, err, autherr.TooManyRequests)
		assert.Equal(t, 50*time.Second, autherr.From(err).RetryAfter)
		assert.Equal(t, before, l.counters.sum())
		assert.Equal(t, err, l.fail(user("alice"), home), "word for word")
		l.pass(time.Minute)
		_, err = admit(l, home)
		assert.NoError(t, err)
	})
	t.Run("a success is noted: the address is trusted, until a guess comes", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		attempt, err := admit(l, home)
		require.NoError(t, err)
		require.NoError(t, attempt.Succeeded(context.Background()))
		assert.True(t, l.Trusts(from(home), user("alice")))
		attempt, err = admit(l, home)
		require.NoError(t, err)
		assert.True(t, l.Trusts(from(home), user("alice")), "being right is no guess")
		calls := l.counters.calls
		require.NoError(t, errors.Join(attempt.Released(context.Background()), attempt.Succeeded(context.Background())))
		assert.Equal(t, calls, l.counters.calls, "there is nothing to give back, and the mark is there already")
		require.NoError(t, l.fail(user("alice"), home))
		assert.False(t, l.Trusts(from(home), user("alice")))
	})
	t.Run("a store that does not answer is neither yes nor no", func(t *testing.T) {
		l := newLab(t, throttle.Config{})
		l.counters.broken = errors.New("down")
		_, err := admit(l, home)
		assert.ErrorIs(t, err, autherr.Unavailable)
		var none *throttle.Throttle
		_, err = none.Admit(context.Background(), from(home), user("alice"))
		assert.NoError(t, err)
	})
}
