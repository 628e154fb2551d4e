package oauth1

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

func TestNonceKeysAreInjective(t *testing.T) {
	seen := map[store.Digest][4]string{}
	parts := []string{"", "a", "b", "ab", "a\x01b", "\x00", "aa"}
	for _, c := range parts {
		for _, tok := range parts {
			for _, ts := range parts {
				for _, n := range parts {
					key := nonceKey(nil, c, tok, ts, []byte(n))
					assert.NotContains(t, seen, key)
					seen[key] = [4]string{c, tok, ts, n}
				}
			}
		}
	}
}

func TestNonceBound(t *testing.T) {
	const span = 600 * time.Second
	at := time.Unix(6_000_000, 0) // a span begins
	b := newNonceBound(3, span)
	take := func(after time.Duration) bool { return b.take("a", at.Add(after)) == 0 }
	assert.True(t, take(0))
	assert.True(t, take(599*time.Second))
	assert.True(t, take(599*time.Second))
	assert.False(t, take(599*time.Second))
	assert.Equal(t, time.Second, b.take("a", at.Add(599*time.Second)), "until the next span")
	assert.False(t, take(600*time.Second), "those of the span before are still kept")
	assert.False(t, take(1199*time.Second))
	assert.True(t, take(1200*time.Second))
	assert.Zero(t, b.take("b", at.Add(1200*time.Second)), "another app")
	b.giveBack("b")
	b.giveBack("b")
	b.giveBack("nobody")
	for range 3 {
		assert.Zero(t, b.take("b", at.Add(1200*time.Second)))
	}
	assert.NotZero(t, b.take("b", at.Add(1200*time.Second)))
	assert.NotZero(t, b.take("b", at), "a clock that goes back forgets nothing")
	assert.Zero(t, b.take("b", at.Add(time.Hour)))
}
