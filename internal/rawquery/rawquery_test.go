package rawquery_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/internal/rawquery"
)

// values collects a parameter as net/url would.
func values(query, wanted string) (found []string) {
	for query != "" {
		var name, escaped string
		name, escaped, query = rawquery.Cut(query)
		if value, err := url.QueryUnescape(escaped); err == nil && name == wanted {
			found = append(found, value)
		}
	}
	return found
}

func TestCut(t *testing.T) {
	assert.Equal(t, []string{"1", "2", ""}, values("a=1&b=x&a=2&a", "a"))
	assert.Equal(t, []string{"x y"}, values("client%5Fkey=x%20y&client%zz=1", "client_key"))
	assert.Empty(t, values("&&=&;a=1", "a"))
}

func FuzzCutAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"a=1&a=2", "a", "%61=%62+c", "&=&", "a=%zz", "%zz=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.Contains(query, ";") {
			return // which net/url refuses and a query may hold
		}
		parsed, _ := url.ParseQuery(query)
		assert.Equal(t, []string(parsed["a"]), values(query, "a"))
	})
}
