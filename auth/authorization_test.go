package auth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
)

func TestAuthorizationIsSplitOnce(t *testing.T) {
	for field, want := range map[string][2]string{
		"":                 {"", ""},
		"Basic":            {"Basic", ""},
		"Basic dTpw":       {"Basic", "dTpw"},
		"Basic   dTpw":     {"Basic", "dTpw"},
		"Basic\tdTpw":      {"", "Basic\tdTpw"},
		"BasicdTpw":        {"BasicdTpw", ""},
		" Basic dTpw":      {"", " Basic dTpw"},
		"Digest a=b, c=\"": {"Digest", "a=b, c=\""},
		"(x) y":            {"", "(x) y"},
	} {
		scheme, rest := auth.Authorization(&http.Request{Header: http.Header{"Authorization": {field}}})
		assert.Equal(t, want, [2]string{scheme, rest}, field)
	}
	scheme, rest := auth.Authorization(&http.Request{})
	assert.Empty(t, scheme+rest)
}

func TestToken68(t *testing.T) {
	for _, text := range []string{"a", "AZaz09-._~+/", "YQ==", "a="} {
		assert.True(t, auth.IsToken68(text), text)
	}
	for _, text := range []string{"", "=", "a=b", "a b", "a,b", "ü", "a\n"} {
		assert.False(t, auth.IsToken68(text), text)
	}
}

func TestParseParams(t *testing.T) {
	for _, row := range []struct {
		text string
		want []auth.Param
	}{
		{``, nil},
		{` , ,`, nil},
		{`a=b`, []auth.Param{{Name: "a", Value: "b", Token: true}}},
		{`a="b"`, []auth.Param{{Name: "a", Value: "b"}}},
		{`a = "b" ,, c	=	d,`, []auth.Param{{Name: "a", Value: "b"}, {Name: "c", Value: "d", Token: true}}},
		{`a="say \"hi\\\""`, []auth.Param{{Name: "a", Value: `say "hi\"`}}},
		{`a="\b\c"`, []auth.Param{{Name: "a", Value: `bc`}}},
		{`a=""`, []auth.Param{{Name: "a", Value: ""}}},
		{`a="x,y=z"`, []auth.Param{{Name: "a", Value: "x,y=z"}}},
		{`a="Jäsøn"`, []auth.Param{{Name: "a", Value: "Jäsøn"}}},
	} {
		params, err := auth.ParseParams(nil, row.text)
		require.NoError(t, err, row.text)
		assert.Equal(t, row.want, params, row.text)
	}
	for _, text := range []string{
		`a`, `a=`, `=b`, `a b`, `a=b c=d`, `a=b "c"`, `a="b`, `a="b\`, `a="b\"`, "a=\"\x00\"", "a=\"\\\x00\"", "a=\"\n\"",
		`a=b, a=c`, `a=b, A="c"`, `a="b"c`, `a=ü`, strings.Repeat("a,", 3) + "=",
	} {
		params, err := auth.ParseParams(nil, text)
		assert.ErrorIs(t, err, auth.ErrSyntax, text)
		assert.Nil(t, params, text)
	}
}

func TestEveryOctetAtEachPlaceOfAQuotedString(t *testing.T) {
	for octet := range 256 {
		for place := range 20 {
			text := []byte("01234567890123456789")
			text[place] = byte(octet)
			want, ends := strings.ReplaceAll(string(text), `\`, ""), octet == '\\' && place == len(text)-1
			params, err := auth.ParseParams(nil, `a="`+string(text)+`", b="c"`)
			if ends || octet == '"' || octet == 0x7f || octet < ' ' && octet != '\t' {
				assert.ErrorIs(t, err, auth.ErrSyntax, "%q", text)
				continue
			}
			require.NoError(t, err, "%q", text)
			assert.Equal(t, want, params[0].Value)
		}
	}
}

func TestNoNameIsThereTwice(t *testing.T) {
	for _, name := range []string{"a", "realm", "REALM", "ReAlM", "x-1", "^", "username*"} {
		for _, change := range []func(string) string{strings.ToLower, strings.ToUpper, strings.Clone} {
			_, err := auth.ParseParams(nil, name+"=1, other=2, "+change(name)+"=3")
			assert.ErrorIs(t, err, auth.ErrSyntax, name)
		}
		_, err := auth.ParseParams(nil, name+"=1, other=2, "+name+name+"=3")
		assert.NoError(t, err, name)
	}
}

func TestTheNumberOfParamsIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 33 {
		b.WriteString(strings.Repeat("x", i+1) + "=1,")
		_, err := auth.ParseParams(nil, b.String())
		assert.Equal(t, i == 32, err != nil, "%d parameters", i+1)
	}
	var buffer [4]auth.Param
	full := strings.Repeat("a,", 8<<10)
	assert.LessOrEqual(t, testing.AllocsPerRun(10, func() { _, _ = auth.ParseParams(buffer[:0], full) }), 1.0)
}

func FuzzParseParams(f *testing.F) {
	for _, seed := range []string{
		``, `a=b`, `username="Mufasa", realm="http-auth@example.org", nc=00000001`, `a="\""`, `a = b , ,c="d"`, `a="`, `a=b,A=c`,
		`oauth_consumer_key="0685bd9184jfhq22", oauth_signature="wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		params, err := auth.ParseParams(nil, text)
		if err != nil || len(params) == 0 {
			return
		}
		printed := auth.Challenge{Scheme: "X", Params: params}.String()[len("X "):]
		again, err := auth.ParseParams(nil, printed)
		require.NoError(t, err, "what parses prints back: %q", printed)
		assert.Equal(t, params, again)
	})
}

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"", "Basic dTpw", "Basic", "Basic\tx", " x", "Bearer a b", "\x00", "Digest a=b"} {
		f.Add(seed)
	}
	gate := newGate(f, auth.Config{})
	f.Fuzz(func(t *testing.T, field string) {
		w := serve(gate, newRequest("GET", "/", "Authorization", field), "read")
		assert.Contains(t, []int{200, 400, 401, 403}, w.Code)
	})
}
