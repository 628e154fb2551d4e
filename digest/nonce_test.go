package digest

import (
	"crypto/hmac"
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

func TestTheMACIsHMAC(t *testing.T) {
	secret := seal.NewKey()
	key := newMACKey(secret[:])
	for n := range byte(100) {
		message := [bodySize]byte{n, 1, 2, 3, 13: n}
		mac := hmac.New(sha256.New, secret[:])
		mac.Write(message[:])
		sum := key.sum(message)
		require.Equal(t, mac.Sum(nil), sum[:])
	}
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
		octets, _ := decodeNonce(text)
		assert.Equal(t, text, hex.EncodeToString(octets[:]), "one spelling alone")
		mac := hmac.New(sha256.New, keys.keys[0].secret())
		mac.Write(octets[:bodySize])
		assert.Equal(t, mac.Sum(nil), n.key[:])
	})
}

// secret takes the padding away again.
func (k macKey) secret() []byte {
	secret := make([]byte, sha256.BlockSize)
	for i := range secret {
		secret[i] = k.inner[i] ^ 0x36
	}
	return secret
}
