package seal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/seal"
)

var (
	secret = []byte("939e7578ed9e3c518a452acee763bce9")
	place  = seal.Binding{"user", "7", "HA1", "MD5", "api"}
)

func newRing(t testing.TB, keys ...seal.Key) *seal.Ring {
	t.Helper()
	ring, err := seal.New(keys...)
	require.NoError(t, err)
	return ring
}

func TestWhatWasSealedOpens(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	for _, text := range [][]byte{nil, {0}, secret, bytes.Repeat(secret, 1000)} {
		sealed := ring.Seal(place, text)
		assert.Len(t, sealed, len(text)+45)
		opened, stale, err := ring.Open(place, sealed)
		require.NoError(t, err)
		assert.False(t, stale)
		assert.True(t, bytes.Equal(text, opened))
	}
}

func TestSealingIsRandomised(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	sealed := ring.Seal(place, secret)
	assert.NotEqual(t, sealed, ring.Seal(place, secret), "equal secrets do not look equal")
	assert.NotContains(t, string(sealed), string(secret))
}

func TestAChangedTextDoesNotOpen(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	sealed := ring.Seal(place, secret)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		opened, _, err := ring.Open(place, changed)
		assert.Error(t, err, "byte %d", i)
		assert.Nil(t, opened)
		opened, _, err = ring.Open(place, sealed[:i])
		assert.ErrorIs(t, err, seal.ErrForged, "cut to %d bytes", i)
		assert.Nil(t, opened)
	}
	_, _, err := ring.Open(place, append(sealed, 0))
	assert.ErrorIs(t, err, seal.ErrForged)
}

func TestATextIsBoundToItsPlace(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	sealed := ring.Seal(place, secret)
	for _, other := range []seal.Binding{
		nil,
		{"user", "8", "HA1", "MD5", "api"},
		{"user", "7", "HA1", "MD5"},
		{"user", "7", "HA1", "MD5", "api", ""},
		{"7", "user", "HA1", "MD5", "api"},
		{"user", "7", "HA1", "MD", "5api"},
		{"user7", "HA1", "MD5", "api"},
		{"user\x00\x00\x00\x017", "HA1", "MD5", "api"},
	} {
		_, _, err := ring.Open(other, sealed)
		assert.ErrorIs(t, err, seal.ErrForged, "%q", other)
	}
}

func TestRotation(t *testing.T) {
	first, second, third := seal.NewKey(), seal.NewKey(), seal.NewKey()
	old := newRing(t, first).Seal(place, secret)

	opened, stale, err := newRing(t, second, first).Open(place, old)
	require.NoError(t, err)
	assert.True(t, stale, "an older key sealed it")
	assert.Equal(t, secret, opened)

	_, stale, err = newRing(t, first, second).Open(place, old)
	require.NoError(t, err)
	assert.False(t, stale, "a key that waits behind the first changes nothing")

	_, _, err = newRing(t, third, second).Open(place, old)
	require.ErrorIs(t, err, seal.ErrKeyMissing)
	assert.ErrorContains(t, err, first.ID(), "it names the key")
	assert.NotErrorIs(t, err, seal.ErrForged)
}

func TestDerivedKeys(t *testing.T) {
	first, second := seal.NewKey(), seal.NewKey()
	derived := newRing(t, first, second).Derive("nonces")
	require.Len(t, derived, 2)
	assert.Len(t, derived[0], 32)
	assert.NotEqual(t, derived[0], derived[1])
	assert.Equal(t, derived[1], newRing(t, second).Derive("nonces")[0], "the same on every node")
	assert.NotEqual(t, derived[0], newRing(t, first).Derive("forms")[0], "another for each purpose")
	assert.NotEqual(t, first[:], derived[0])
}

func TestBadRings(t *testing.T) {
	key := seal.NewKey()
	for name, keys := range map[string][]seal.Key{
		"without a key":      nil,
		"with an empty key":  {key, {}},
		"with a key of both": {key, seal.NewKey(), key},
	} {
		_, err := seal.New(keys...)
		assert.Error(t, err, name)
	}
}

func TestKeysDoNotShow(t *testing.T) {
	key := seal.NewKey()
	ring := newRing(t, key)
	encoded, err := json.Marshal(map[string]any{"key": key, "ring": ring})
	require.NoError(t, err)
	shown := string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		shown += fmt.Sprintf(verb, key) + fmt.Sprintf(verb, ring) + fmt.Sprintf(verb, []seal.Key{key})
	}
	for _, verb := range []string{"%x", "%d", "%s", "%q"} {
		text := fmt.Sprintf(verb, key[:])
		assert.NotContains(t, shown, text[1:len(text)-1])
	}
	assert.Contains(t, shown, "seal.Ring("+key.ID()+")")
}

func TestAppendingKeepsWhatIsThere(t *testing.T) {
	ring := newRing(t, seal.NewKey())
	opened, stale, err := ring.AppendOpen([]byte("before "), place, ring.Seal(place, secret))
	assert.NoError(t, err)
	assert.False(t, stale)
	assert.Equal(t, "before "+string(secret), string(opened))
}

func FuzzOpen(f *testing.F) {
	ring := newRing(f, seal.Key{1}, seal.Key{2})
	f.Add("user", "7", ring.Seal(seal.Binding{"user", "7"}, secret))
	f.Add("", "", newRing(f, seal.Key{2}).Seal(seal.Binding{"", ""}, nil))
	f.Add("user", "7", newRing(f, seal.Key{3}).Seal(seal.Binding{"user", "7"}, secret))
	f.Add("user", "7", []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, kind, id string, sealed []byte) {
		opened, _, err := ring.Open(seal.Binding{kind, id}, sealed)
		if err != nil {
			assert.Nil(t, opened)
			return
		}
		assert.Len(t, opened, len(sealed)-45)
		again, stale, err := ring.Open(seal.Binding{kind, id}, ring.Seal(seal.Binding{kind, id}, opened))
		require.NoError(t, err)
		assert.False(t, stale)
		assert.True(t, bytes.Equal(opened, again))
		_, _, err = ring.Open(seal.Binding{kind + id}, sealed)
		assert.ErrorIs(t, err, seal.ErrForged, "elsewhere")
	})
}

func BenchmarkOpen(b *testing.B) {
	ring := newRing(b, seal.NewKey())
	sealed := ring.Seal(place, secret)
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = ring.Open(place, sealed)
	}
}
