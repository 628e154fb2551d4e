package seal

import (
	"bytes"
	"crypto/sha3"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seal is XAES-256-GCM as a whole, for the vectors of c2sp.org/XAES-256-GCM.
func (x *xaes) seal(nonce, plaintext, data []byte) []byte {
	return x.under(nonceHalf(nonce)).Seal(nil, nonce[len(nonceHalf{}):], plaintext, data)
}

func TestVectorsOfXAES(t *testing.T) {
	for _, row := range []struct {
		key                byte
		subkey, data, want string
	}{
		{1, "e531954aca063d5b8d9c47a47d4cc6f0", "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "23810ec50edb99f374409466ed1f4b7b", "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		x, err := newXAES(bytes.Repeat([]byte{row.key}, keySize))
		require.NoError(t, err)
		assert.Equal(t, row.subkey, hex.EncodeToString(x.subkey[:]))
		sealed := x.seal([]byte("ABCDEFGHIJKLMNOPQRSTUVWX"), []byte("XAES-256-GCM"), []byte(row.data))
		assert.Equal(t, row.want, hex.EncodeToString(sealed))
	}
}

// TestTenThousandOfXAES is the accumulated test of c2sp.org/XAES-256-GCM.
func TestTenThousandOfXAES(t *testing.T) {
	random, all := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	draw := func(n int) []byte {
		octets := make([]byte, n)
		_, _ = random.Read(octets)
		return octets
	}
	for range 10_000 {
		key, nonce := draw(keySize), draw(nonceSize)
		plaintext := draw(int(draw(1)[0]))
		data := draw(int(draw(1)[0]))
		x, err := newXAES(key)
		require.NoError(t, err)
		_, _ = all.Write(x.seal(nonce, plaintext, data))
	}
	sum := make([]byte, 32)
	_, _ = all.Read(sum)
	assert.Equal(t, "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939", hex.EncodeToString(sum))
}

func TestDerivedKeysAreKeptForAWhile(t *testing.T) {
	x, err := newXAES(make([]byte, keySize))
	require.NoError(t, err)
	first := x.under(nonceHalf{})
	assert.Same(t, first, x.under(nonceHalf{}), "made once")
	assert.NotEqual(t, first, x.under(nonceHalf{11: 1}), "another at the same place")
	again := x.under(nonceHalf{})
	assert.NotSame(t, first, again)
	assert.Equal(t, first, again, "made again, the same")
}

func TestNoncesAreDrawnInHalves(t *testing.T) {
	var n nonces
	seen := map[[nonceSize]byte]bool{}
	halves := map[nonceHalf]bool{}
	for i := range 100 {
		if i == 50 {
			n.left = 0
		}
		var nonce [nonceSize]byte
		n.draw(nonce[:])
		seen[nonce], halves[nonceHalf(nonce[:])] = true, true
		assert.NotEqual(t, nonceHalf{}, nonceHalf(nonce[len(nonceHalf{}):]))
	}
	assert.Len(t, seen, 100)
	assert.Len(t, halves, 2)
	assert.Equal(t, perHalf-50, n.left)
}
