package digest_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
)

// A vector is one of testdata/vectors.json, which vectors.py beside it computes.
type vector struct {
	Section, Algorithm, Username, Realm, Password string
	Nonce, NC, CNonce, QOP, Method, URI, Body     string
	UserHash, Stored, HA1, HA2, Response, RspAuth string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var list []vector
	require.NoError(t, json.Unmarshal(text, &list))
	require.Len(t, list, 23)
	return list
}

func (v vector) exchange(t testing.TB) digest.Exchange {
	t.Helper()
	a, ok := digest.ParseAlgorithm(v.Algorithm)
	require.True(t, ok)
	qops := map[string]digest.QOP{"": 0, "auth": digest.Auth, "auth-int": digest.AuthInt}
	return digest.Exchange{
		Algorithm: a, QOP: qops[v.QOP], Nonce: v.Nonce, NC: v.NC, CNonce: v.CNonce, Method: v.Method, URI: v.URI,
		Body: digest.Hash(a, v.Body),
	}
}

func TestVectors(t *testing.T) {
	ids := map[string]string{
		"RFC 7616 3.9.1": "RFC7616-3.4.1-01 ", "RFC 7616 3.9.2, corrected": "RFC7616-3.9-01 ", "ours, session": "RFC7616-3.4.2-01 ",
	}
	for _, v := range vectors(t) {
		t.Run(ids[v.Section]+v.Section+" "+v.Algorithm, func(t *testing.T) {
			e := v.exchange(t)
			stored := digest.HA1(e.Algorithm, v.Username, v.Realm, v.Password)
			assert.Equal(t, v.UserHash, digest.UserHash(e.Algorithm, v.Username, v.Realm).String(), "userhash")
			require.Equal(t, v.Stored, stored.String(), "the stored H(A1)")
			require.Equal(t, v.HA1, e.HA1(stored).String(), "H(A1)")
			require.Equal(t, v.HA2, e.HA2().String(), "H(A2)")
			require.Equal(t, v.Response, e.Response(stored).String(), "response")
			require.Equal(t, v.RspAuth, e.RspAuth(stored).String(), "rspauth")
		})
	}
}

func TestAlgorithmNames(t *testing.T) {
	for _, a := range allAlgorithms {
		parsed, ok := digest.ParseAlgorithm(a.String())
		assert.True(t, ok)
		assert.Equal(t, a, parsed)
	}
	for name, a := range map[string]digest.Algorithm{"sha-256": digest.SHA256, "md5-SESS": digest.MD5Sess, "Sha-512-256": digest.SHA512_256} {
		parsed, ok := digest.ParseAlgorithm(name)
		assert.True(t, ok, name)
		assert.Equal(t, a, parsed, name)
	}
	for _, name := range []string{"", "SHA256", "SHA-1", "SHA-512", "unknown", "SHA-256 ", "MD5-sess-sess", "ſha-256"} {
		_, ok := digest.ParseAlgorithm(name)
		assert.False(t, ok, name)
	}
}

func TestHashingAllocatesNothing(t *testing.T) {
	for _, v := range vectors(t) {
		e := v.exchange(t)
		stored := digest.HA1(e.Algorithm, v.Username, v.Realm, v.Password)
		var sink digest.Sum
		assert.Zero(t, testing.AllocsPerRun(100, func() { sink = e.Response(stored) }), v.Section)
		assert.Equal(t, v.Response, sink.String())
	}
}

func BenchmarkResponse(b *testing.B) {
	v := vectors(b)[1]
	e := v.exchange(b)
	stored := digest.HA1(e.Algorithm, v.Username, v.Realm, v.Password)
	b.ReportAllocs()
	for b.Loop() {
		e.Response(stored)
	}
}
