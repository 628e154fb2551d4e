package oauth1

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/seal"
)

func TestMemo(t *testing.T) {
	c := newMemo(20)
	for i := range 1000 {
		c.put(fmt.Append(nil, i), fmt.Append(nil, "text", i))
		text, known := c.get([]byte("0"))
		require.True(t, known, "what is used again and again is not forgotten")
		require.Equal(t, "text0", string(text))
		require.LessOrEqual(t, len(c.young)+len(c.older), 20)
	}
	_, known := c.get([]byte("500"))
	assert.False(t, known)
	none := newMemo(-1)
	none.put([]byte("a"), []byte("b"))
	_, known = none.get([]byte("a"))
	assert.False(t, known)
}

func TestMemoOfManyGoroutines(t *testing.T) {
	c := newMemo(8)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 1000 {
				key := fmt.Append(nil, (g+i)%16)
				if text, known := c.get(key); known {
					assert.Equal(t, key, text)
				}
				c.put(key, key)
			}
		})
	}
	wait.Wait()
}

func TestASecretThatWasMovedDoesNotOpen(t *testing.T) {
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	s := newSecrets(ring, 100)
	mine := sealedSecret{ofToken, "mine", ring.Seal(binding(ofToken, "mine"), []byte("secret"))}
	for range 2 { // the second time it is remembered
		text, err := s.open(mine)
		require.NoError(t, err)
		assert.Equal(t, "secret", string(text))
	}
	for _, moved := range []sealedSecret{{ofToken, "yours", mine.sealed}, {ofClient, "mine", mine.sealed}, {ofToken, "mine", mine.sealed[1:]}} {
		_, err := s.open(moved)
		assert.Error(t, err, moved)
	}
}
