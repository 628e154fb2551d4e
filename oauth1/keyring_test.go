package oauth1

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKeyring(t *testing.T) {
	v := readRSAVector(t)
	var k keyring
	m := &message{method: RSASHA256}
	m.signature = []byte(v.Signatures[RSASHA256])
	m.room = room(v.BaseString)
	for range 2 { // the second time it is parsed already
		assert.True(t, k.matchesKeys(v.Keys, m))
		assert.False(t, k.matchesKeys(v.OtherKeys, m))
		assert.False(t, k.matchesKeys(nil, m))
		assert.False(t, k.matchesKeys([]byte("{}"), m))
	}
	for i := range 3 * maxParsed {
		k.of(fmt.Append(nil, i))
		assert.LessOrEqual(t, len(k.parsed), maxParsed)
	}
}

func TestNobodySignsWithTheKeyOfNobody(t *testing.T) {
	// x^65537 = 1 modulo any number for x = 1: the signature that is easiest to forge.
	assert.False(t, (&keyring{}).matchesKeys(nil, &message{method: RSASHA1, room: room("b"), parameters: parameters{signature: make([]byte, 344)}}))
}
