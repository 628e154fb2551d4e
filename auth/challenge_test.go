package auth_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
)

func TestChallengesAreQuotedInOnePlace(t *testing.T) {
	challenge := auth.Challenge{Scheme: "Digest", Params: []auth.Param{
		{Name: "realm", Value: `a"b\c`},
		{Name: "algorithm", Value: "SHA-256", Token: true},
		{Name: "stale", Value: "true", Token: true},
	}}
	require.NoError(t, challenge.Check())
	assert.Equal(t, `Digest realm="a\"b\\c", algorithm=SHA-256, stale=true`, challenge.String())

	t.Run(`RFC9110-11.5-01 realm a"b\c is read back by a conforming parser`, func(t *testing.T) {
		params, err := auth.ParseParams(nil, challenge.String()[len("Digest "):])
		require.NoError(t, err)
		assert.Equal(t, auth.Param{Name: "realm", Value: `a"b\c`}, params[0])
	})
}

func TestChallengesThatCannotBeSent(t *testing.T) {
	realm := func(value string) auth.Challenge {
		return auth.Challenge{Scheme: "Basic", Params: []auth.Param{{Name: "realm", Value: value}}}
	}
	twice := realm("a")
	twice.Params = append(twice.Params, auth.Param{Name: "REALM", Value: "b"})
	for name, challenge := range map[string]auth.Challenge{
		"RFC9110-11.5-02 a realm with a line break": realm("x\r\nSet-Cookie: a=b"),
		"RFC9110-11.5-02 a realm with NUL":          realm("x\x00"),
		"RFC9110-11.5-02 a realm with DEL":          realm("x\x7f"),
		"RFC9110-11.2-02 a parameter twice":         twice,
		"a bare scheme":                             {Scheme: "Basic"},
		"a scheme that is no token":                 {Scheme: "Ba sic", Params: realm("a").Params},
		"a name that is no token":                   {Scheme: "Basic", Params: []auth.Param{{Name: "re alm", Value: "a"}}},
		"an unquoted value that is no token":        {Scheme: "Basic", Params: []auth.Param{{Name: "stale", Value: "a b", Token: true}}},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorIs(t, challenge.Check(), auth.ErrChallenge) })
	}
	assert.ErrorIs(t, auth.CheckRealm(""), auth.ErrChallenge)
	assert.NoError(t, auth.CheckRealm("Agrabah – Höhle"))
}
