package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/seal"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 123_456_789, time.UTC)

func newKeys(t testing.TB, keys ...seal.Key) *nonceKeys {
	t.Helper()
	ring, err := seal.New(keys...)
	require.NoError(t, err)
	return newNonceKeys(ring, 5*time.Minute)
}

func TestTheTagIsOneBlockOfSHA256(t *testing.T) {
	key := macKey(seal.NewKey())
	body := []byte("48 + 64 bits: ")
	require.Len(t, body, bodySize)
	assert.Equal(t, sha256.Sum256(append(key[:], body...)), key.sum(body))
	assert.LessOrEqual(t, len(key)+len(body)+1+8, sha256.BlockSize, "with the padding and the length behind it")
}

func TestANonceSaysWhenItEnds(t *testing.T) {
	keys := newKeys(t, seal.NewKey())
	text := keys.mint(noon)
	n, ok := keys.check(text, noon)
	require.True(t, ok)
	assert.Equal(t, noon.Truncate(time.Millisecond).Add(5*time.Minute), n.expires.UTC())
	assert.True(t, n.claimed().After(n.expires), "kept past the end on the slowest clock")
	assert.Contains(t, text, hex.EncodeToString(n.key[:16]), "half of its key is in it")
	assert.NotContains(t, text, hex.EncodeToString(n.key[16:]), "and half is not")
	assert.NotEqual(t, n.key, n.single())

	_, ok = keys.check(text, noon.Add(5*time.Minute-time.Millisecond))
	assert.True(t, ok)
	_, ok = keys.check(text, noon.Add(5*time.Minute))
	assert.False(t, ok)
	assert.False(t, keys.ending(n, noon.Add(4*time.Minute-time.Millisecond)))
	assert.True(t, keys.ending(n, noon.Add(4*time.Minute)))
}

func TestAKeyWaitsBehindTheFirst(t *testing.T) {
	a, b, c := seal.NewKey(), seal.NewKey(), seal.NewKey()
	text := newKeys(t, b).mint(noon)
	for _, ring := range [][]seal.Key{{b}, {a, b}, {b, a}, {b, a, c}} {
		_, ok := newKeys(t, ring...).check(text, noon)
		assert.True(t, ok)
	}
	for _, ring := range [][]seal.Key{{a}, {a, c}, {c, a, b}} {
		_, ok := newKeys(t, ring...).check(text, noon)
		assert.False(t, ok)
	}
}

func TestCheckingANonceAllocatesNothing(t *testing.T) {
	keys := newKeys(t, seal.NewKey(), seal.NewKey())
	text := keys.mint(noon)
	assert.Zero(t, testing.AllocsPerRun(100, func() { keys.check(text, noon) }))
}

func FuzzNonce(f *testing.F) {
	keys := newKeys(f, seal.Key{1})
	f.Add(keys.mint(noon))
	f.Add(newKeys(f, seal.Key{2}).mint(noon))
	f.Add("")
	f.Add("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := keys.check(text, noon)
		if !ok {
			return
		}
		octets, err := hex.DecodeString(text)
		require.NoError(t, err)
		assert.Equal(t, text, hex.EncodeToString(octets), "one spelling alone")
		assert.Equal(t, sha256.Sum256(append(keys.keys[0][:], octets[:bodySize]...)), [sha256.Size]byte(n.key))
	})
}
