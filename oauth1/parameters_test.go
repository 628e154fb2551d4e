package oauth1

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

// decodedPairs are the pairs of p, decoded, in its order.
func decodedPairs(p *parameters) [][2]string {
	var pairs [][2]string
	for _, at := range p.pairs {
		pairs = append(pairs, [2]string{decodedTwice(p.name(at)), decodedTwice(p.value(at))})
	}
	return pairs
}

// collected parses a query, and a header where there is one.
func collected(query, header string) (*parameters, error) {
	p := &parameters{limit: 100}
	if err := p.addHeader(header); err != nil {
		return p, err
	}
	if err := p.addPairs(query, inQuery); err != nil {
		return p, err
	}
	return p, p.sort()
}

func TestNormalisation(t *testing.T) {
	t.Run("RFC5849-3.4.1.3.2-01 by encoded name and then encoded value, duplicates kept, empty values written", func(t *testing.T) {
		p, err := collected("a=2&a=10&a&A=1&a%5B%5D=x", "")
		require.NoError(t, err)
		assert.Equal(t, [][2]string{{"A", "1"}, {"a", ""}, {"a", "10"}, {"a", "2"}, {"a[]", "x"}}, decodedPairs(p))
		for _, query := range []string{"?c2", "?c2="} {
			p, err := collected(query[1:], "")
			require.NoError(t, err)
			base, err := appendBaseString(nil, httpRequest("GET", "/"), "", p)
			require.NoError(t, err)
			assert.Equal(t, "GET&http%3A%2F%2Fexample.com%2F&c2%3D", string(base))
		}
	})
	t.Run("the encoded text decides, not the decoded one", func(t *testing.T) {
		p, err := collected("a=~&a=%7B&b%20=1&b=2&%C3%A9=1&z=1", "") // "{" is before "~" only when it is encoded
		require.NoError(t, err)
		assert.Equal(t, [][2]string{{"é", "1"}, {"a", "{"}, {"a", "~"}, {"b", "2"}, {"b ", "1"}, {"z", "1"}}, decodedPairs(p))
	})
}

func TestHeader(t *testing.T) {
	const consumer, method = `oauth_consumer_key="k"`, `oauth_signature_method="HMAC-SHA1"`
	t.Run("RFC5849-3.5.1-01 blanks and tabs after commas, empty values, and a realm anywhere that is not decoded", func(t *testing.T) {
		for name, header := range map[string]string{
			"no blanks":          consumer + "," + method,
			"blanks":             consumer + ",   " + method,
			"tabs":               consumer + ",\t" + method,
			"realm first":        `realm="a%zz \"b\"",` + consumer + "," + method,
			"realm last":         consumer + "," + method + `, realm="http://x/"`,
			"realm in capitals":  `REALM="x",` + consumer + "," + method,
			"escapes in a name":  strings.Replace(consumer, "_", "%5F", 1) + "," + method,
			"escapes in a value": strings.Replace(consumer, `"k"`, `"%6b"`, 1) + "," + method,
		} {
			p, err := collected("", header)
			require.NoError(t, err, name)
			assert.Equal(t, [][2]string{{"oauth_consumer_key", "k"}, {"oauth_signature_method", "HMAC-SHA1"}}, decodedPairs(p), name)
		}
		p, err := collected("", consumer+`, oauth_token=""`)
		require.NoError(t, err)
		assert.Equal(t, [][2]string{{"oauth_consumer_key", "k"}, {"oauth_token", ""}}, decodedPairs(p))
	})
	t.Run("RFC5849-3.4.1.3.1-04 a plus is a space in the query and itself in the header", func(t *testing.T) {
		p, err := collected("a3=2+q", `oauth_nonce="a+b"`)
		require.NoError(t, err)
		assert.Equal(t, [][2]string{{"a3", "2 q"}, {"oauth_nonce", "a+b"}}, decodedPairs(p))
		assert.Equal(t, "a+b", string(p.nonce))
	})
	t.Run("RFC5849-3.5.1-02 values that are not quoted, not ended or not encoded", func(t *testing.T) {
		for _, header := range []string{
			`oauth_token=abc`, `oauth_token="abc`, `oauth_token="a b"`, `oauth_token="a` + "\t" + `b"`, `oauth_token="é"`,
			`oauth_token="a\"b"`, `oauth_token="a\\b"`, `oauth_token="%zz"`, `oauth_token="%ff"`, `oauth_token`, `="abc"`,
			`oauth_token="a" oauth_nonce="b"`, `oauth_token="a";oauth_nonce="b"`, `oauth_token='abc'`, `realm=abc, oauth_token="a"`,
		} {
			_, err := collected("", header)
			assert.ErrorIs(t, err, autherr.BadRequest, header)
		}
	})
}

func TestParametersThatAreRefused(t *testing.T) {
	t.Run("RFC5849-3.4.1.3.1-06 semicolons, bad escapes and invalid UTF-8", func(t *testing.T) {
		for _, query := range []string{"a=1;b=2", ";", "a=%zz", "a=%", "%4=1", "a=%ff", "%C3=1", "a=\xff"} {
			_, err := collected(query, "")
			assert.ErrorIs(t, err, autherr.BadRequest, query)
		}
	})
	t.Run("RFC5849-3.1-01 a protocol parameter twice, a known or an unknown one, in one place or in two", func(t *testing.T) {
		for _, where := range [][2]string{
			{"oauth_nonce=1&oauth_nonce=2", ""}, {"oauth_nonce=1&oauth_nonce=1", ""}, {"oauth_foo=1&a=2&oauth_foo=3", ""},
			{"oauth_signature=1&oauth_signature=2", ""}, {"", `oauth_nonce="1", oauth_nonce="2"`},
			{"oauth_token=x", `oauth_token="x"`}, {"oauth%5Ftoken=x", `oauth_token="x"`},
		} {
			_, err := collected(where[0], where[1])
			assert.ErrorIs(t, err, autherr.BadRequest, where)
		}
	})
	t.Run("more of them than the limit", func(t *testing.T) {
		for _, row := range []struct {
			limit int
			ok    bool
		}{{3, true}, {2, false}} {
			p := &parameters{limit: row.limit}
			assert.Equal(t, row.ok, p.addPairs("a=1&a=2&a=3", inQuery) == nil)
		}
	})
}

func TestNamesAreCaseSensitive(t *testing.T) {
	p, err := collected("OAUTH_NONCE=1&Oauth_token=2", "")
	require.NoError(t, err)
	assert.Zero(t, p.seen)
	assert.Zero(t, p.places)
}

func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=1&b=2", "c2&a3=2+q", "b5=%3D%253D&a3=a&c%40=&a2=r%20b", "a;b", "%", "&&=&==", "oauth_nonce=1&oauth_nonce=1",
		"scope=2&scope=1&oauth_z&oauth_token=1&oauth_tokem=2&oauth_a=&oauth_=&oaut=1&%00&p=3&oauth_nonce=4&~=1&oauth_version=1.0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		p := &parameters{limit: 1000}
		if p.addPairs(form, inForm) != nil {
			return
		}
		// The handler reads the form by net/url: it must see the same.
		values, err := url.ParseQuery(form)
		require.NoError(t, err)
		delete(values, "oauth_signature")
		seen := url.Values{}
		for _, pair := range decodedPairs(p) {
			seen.Add(pair[0], pair[1])
		}
		require.Equal(t, values, seen)
		sorted := parameters{text: p.text, pairs: slices.Clone(p.pairs)}
		if sorted.sort() == nil {
			require.True(t, slices.IsSortedFunc(sorted.pairs, sorted.compare))
			require.ElementsMatch(t, p.pairs, sorted.pairs)
		}
		// What was parsed and is written again is parsed to the same.
		again := &parameters{limit: 1000}
		require.NoError(t, again.addPairs(client.Form(decodedPairs(p)), inForm))
		require.Equal(t, string(p.text), string(again.text))
		require.Equal(t, decodedPairs(p), decodedPairs(again))
	})
}

func FuzzHeader(f *testing.F) {
	for _, v := range []string{
		`realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"`,
		`oauth_token="",a="b"`, `oauth_token=a`, `oauth_nonce="a%3D", oauth_token="b\"c"`, `oauth_nonce="a",oauth_nonce="b"`, `oauth_token="a" ,scope="b c"`,
		`oauth_token="a", Oauth_Token="b"`, `oauth_version="1.0",`, `oauth_version="` + "\t" + `"`, `scope="%C3%28", oauth_token=x`, `a="\""`, `a="%"`, `a%20b="c"`, "", ",",
		`oauth_token="a",scope="x",scope="y"`,
	} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, header string) {
		p, parsed := &parameters{limit: 1000}, &parameters{limit: 1000}
		err := p.addHeader(header)
		require.Equal(t, parsed.addParsed(header), err, "the quick way has no answers of its own")
		if err != nil {
			require.True(t, errors.Is(err, autherr.BadRequest))
			return
		}
		require.Equal(t, decodedPairs(parsed), decodedPairs(p))
		require.Equal(t, [...]any{parsed.values, parsed.seen, parsed.places, parsed.twice}, [...]any{p.values, p.seen, p.places, p.twice})
		require.Equal(t, [2]string{string(parsed.signature), string(parsed.nonce)}, [2]string{string(p.signature), string(p.nonce)})
		for _, pair := range decodedPairs(p) {
			if pair[0] == "" {
				return // such a name cannot be written again
			}
			if strings.EqualFold(pair[0], "realm") {
				return // an encoded one is a parameter, a plain one is the realm
			}
		}
		again := &parameters{limit: 1000}
		pairs := decodedPairs(p)
		require.NoError(t, again.addHeader(strings.TrimPrefix(client.Header(pairs), "OAuth ")))
		require.Equal(t, string(p.text), string(again.text))
	})
}
