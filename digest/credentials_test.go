package digest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

const fromRFC = `username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, ` +
	`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ` +
	`qop=auth, response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`

func TestParseCredentials(t *testing.T) {
	c, err := digest.ParseCredentials(fromRFC)
	require.NoError(t, err)
	assert.EqualExportedValues(t, digest.Credentials{
		Username: "Mufasa", Algorithm: digest.MD5, QOP: digest.Auth, Count: 1, Realm: "http-auth@example.org",
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", URI: "/dir/index.html", Response: "8ca523f5e9506fed4657c9700eebdbec",
		CNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", NC: "00000001", Opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
	}, c)

	for text, count := range map[string]uint32{"00000001": 1, "000000FF": 255, "ffffffff": 0xffffffff} {
		c, err := digest.ParseCredentials(strings.Replace(fromRFC, "nc=00000001", "nc="+text, 1))
		require.NoError(t, err)
		assert.Equal(t, count, c.Count)
		assert.Equal(t, text, c.NC, "hashed as it was sent")
	}
}

func TestParsingAllocatesNothing(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = digest.ParseCredentials(fromRFC) }))
}

func FuzzParseCredentials(f *testing.F) {
	f.Add(fromRFC)
	f.Add(strings.Replace(fromRFC, `username="Mufasa"`, "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe", 1))
	f.Add(`username="a\"b", realm="r", nonce="n", uri="/", response="00", algorithm=SHA-1, userhash=true, qop=auth-int, nc=ffffffff, cnonce=c`)
	f.Add(`username="488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec", userhash=true`)
	f.Add(`username*=`)
	f.Add(`, ,=`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := digest.ParseCredentials(text)
		if err != nil {
			require.True(t, errors.Is(err, autherr.BadRequest))
			assert.Zero(t, c)
			return
		}
		again, err := digest.ParseCredentials(print(c))
		require.NoError(t, err, print(c))
		assert.Equal(t, c, again, "what parses prints back to an equal value")
	})
}

// print writes c as a client would.
func print(c digest.Credentials) string {
	list := params{{"username", quoted(c.Username)}, {"realm", quoted(c.Realm)}, {"nonce", quoted(c.Nonce)}, {"uri", quoted(c.URI)}, {"response", quoted(c.Response)}}
	list = append(list, param{"algorithm", quoted(c.Algorithm.String())}, param{"userhash", fmt.Sprint(c.Hashed)})
	if c.QOP != 0 {
		list = append(list, param{"qop", c.QOP.String()}, param{"nc", c.NC}, param{"cnonce", quoted(c.CNonce)})
	}
	if c.Opaque != "" {
		list = append(list, param{"opaque", quoted(c.Opaque)})
	}
	return strings.TrimPrefix(list.String(), "Digest ")
}
