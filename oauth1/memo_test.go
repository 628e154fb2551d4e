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
		c.put(sealedAs(i), fmt.Append(nil, "text", i))
		text, known := c.get(sealedAs(0))
		require.True(t, known, "what is used again and again is not forgotten")
		require.Equal(t, "text0", string(text))
		require.LessOrEqual(t, remembered(c), 20)
	}
	_, known := c.get(sealedAs(500))
	assert.False(t, known)
	none := newMemo(-1)
	none.put(sealedAs(1), []byte("b"))
	_, known = none.get(sealedAs(1))
	assert.False(t, known)
}

// sealedAs is a secret with this number.
func sealedAs(i int) *sealedSecret {
	return &sealedSecret{fmt.Sprint("name", i%100), ofToken, fmt.Sprint("id", i%10), fmt.Append(nil, "sealed ", i)}
}

// remembered is how many texts are in m.
func remembered(m *memo) (n int) {
	for i := range m.parts {
		n += m.parts[i].young.Load().used + m.parts[i].older.Load().used
	}
	return n
}

func TestMemoInParts(t *testing.T) {
	m := newMemo(4000)
	for i := range 10_000 {
		m.put(sealedAs(i), fmt.Append(nil, "text", i))
	}
	assert.LessOrEqual(t, remembered(m), 4000)
	known := 0
	for i := range 10_000 {
		if text, ok := m.get(sealedAs(i)); ok {
			require.Equal(t, fmt.Append(nil, "text", i), text)
			known++
		}
	}
	assert.Greater(t, known, 1000)
	long := make([]byte, 1<<16)
	m.put(sealedAs(-1), long)
	m.put(&sealedSecret{"long", ofToken, "long", long}, nil)
	for _, secret := range []*sealedSecret{sealedAs(-1), {"long", ofToken, "long", long}} {
		_, ok := m.get(secret)
		assert.False(t, ok, "what is too long is not remembered")
	}
}

// Who looks while others add may have what was there before, but never half of what is there now.
func TestOpenedSecretsGrowUnderTheirReaders(t *testing.T) {
	before := new(opened)
	for i := range 100 {
		secret := sealedAs(i)
		if size := entrySize(secret, secret.sealed); !before.hasRoom(size) {
			after := before.grown(size)
			after.add(7, secret, secret.sealed)
			_, known := before.find(7, secret)
			assert.False(t, known)
			_, known = after.find(7, secret)
			assert.True(t, known)
			before = after
			continue
		}
		before.add(7, secret, secret.sealed)
	}
}

func TestMemoOfManyGoroutines(t *testing.T) {
	c := newMemo(8)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 1000 {
				secret := sealedAs((g + i) % 16)
				if text, known := c.get(secret); known {
					assert.Equal(t, secret.sealed, text)
				}
				c.put(secret, secret.sealed)
			}
		})
	}
	wait.Wait()
}

func TestASecretThatWasMovedDoesNotOpen(t *testing.T) {
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	s := newSecrets(ring, 100)
	mine := sealedSecret{"name", ofToken, "mine", ring.Seal(binding(ofToken, "mine"), []byte("secret"))}
	for range 2 { // the second time it is remembered
		text, err := s.open(mine)
		require.NoError(t, err)
		assert.Equal(t, "secret", string(text))
	}
	for _, moved := range []sealedSecret{
		{"name", ofToken, "yours", mine.sealed}, {"name", ofClient, "mine", mine.sealed}, {"name", ofToken, "mine", mine.sealed[1:]},
	} {
		_, err := s.open(moved)
		assert.Error(t, err, moved)
	}
}
