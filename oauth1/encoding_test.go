package oauth1

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

func TestEncoding(t *testing.T) {
	t.Run("RFC5849-3.6-01 unreserved octets stay, all others become an upper-case escape", func(t *testing.T) {
		for octet := range 256 {
			want := fmt.Sprintf("%%%02X", octet)
			if c := byte(octet); c == '-' || c == '.' || c == '_' || c == '~' ||
				'0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
				want = string(rune(c))
			}
			assert.Equal(t, want, string(appendEncoded(nil, []byte{byte(octet)})))
		}
		for text, want := range map[string]string{
			"": "", "~": "~", "*": "%2A", " ": "%20", "%": "%25", "+": "%2B",
			"Ladies + Gentlemen": "Ladies%20%2B%20Gentlemen", "☃é🔑": "%E2%98%83%C3%A9%F0%9F%94%91",
		} {
			assert.Equal(t, want, string(appendEncoded(nil, text)))
		}
	})
}

func TestEncodingTwice(t *testing.T) {
	for _, row := range []struct {
		name, raw string
		form      bool
		want      string // what raw stands for; "!" for what is refused
	}{
		{"plain", "abc-._~", false, "abc-._~"},
		{"an escape of either case", "%c3%A9", false, "é"},
		{"an escape of what needs none", "%41%7e", false, "A~"},
		{"a plus in a form is a space", "2+q", true, "2 q"},
		{"a plus in a header is a plus", "2+q", false, "2+q"},
		{"an escaped plus is a plus", "2%2Bq", true, "2+q"},
		{"an escaped percent sign is decoded once", "%2541", true, "%41"},
		{"octets beyond ASCII that nobody escaped", "é", true, "é"},
		{"the same in a header", "é", false, "!"},
		{"reserved characters in a header", "a=/:@", false, "a=/:@"},
		{"a space in a header", "a b", false, "!"},
		{"a quote in a header", `a"b`, false, "!"},
		{"a backslash in a header", `a\b`, false, "!"},
		{"DEL in a header", "\x7f", false, "!"},
		{"NUL", "%00", true, "\x00"},
		{"an escape without digits", "%", true, "!"},
		{"an escape with one digit", "%4", true, "!"},
		{"an escape with other letters", "%zz", true, "!"},
		{"an escape with a digit of another script", "%4\u0664", true, "!"},
		{"what is not UTF-8", "%ff", true, "!"},
		{"a surrogate in UTF-8", "%ED%A0%80", true, "!"},
		{"UTF-8 that is longer than it need be", "%C0%AF", true, "!"},
		{"half a character", "%C3", true, "!"},
	} {
		t.Run(row.name, func(t *testing.T) {
			twice, plain, err := appendTwice(nil, row.raw, row.form)
			if row.want == "!" {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, client.Encode(client.Encode(row.want)), string(twice))
			assert.Equal(t, row.want, decoded(row.raw, row.form))
			assert.False(t, plain && row.raw != row.want)
		})
	}
}
