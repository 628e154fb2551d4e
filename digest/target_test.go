package digest

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func FuzzSameTarget(f *testing.F) {
	for _, pair := range [][2]string{
		{"/a", "/a"}, {"/%61", "/a"}, {"http://example.com/a", "/a"}, {"http://example.com", "/"}, {"*", "*"}, {"/%", "/%"}, {"/a%2", "/a%2"},
		{"http://", "/"}, {"https://example.com:443?x", "/?x"}, {"http://evil@example.com/", "/"}, {"//example.com/a", "/a"}, {"", ""},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, uri, requested string) {
		const host = "example.com"
		if !sameTarget(uri, requested, host) {
			assert.NotEqual(t, uri, requested)
			return
		}
		assert.True(t, sameTarget(requested, uri, host), "it is symmetric")
		// Whatever is the same to us is the same to a parser of URLs, which decodes more.
		one, oneErr := url.Parse(uri)
		other, otherErr := url.Parse(requested)
		if oneErr != nil || otherErr != nil || !strings.HasPrefix(one.Path, "/") || !strings.HasPrefix(other.Path, "/") {
			return
		}
		assert.Equal(t, one.Path, other.Path)
	})
}
