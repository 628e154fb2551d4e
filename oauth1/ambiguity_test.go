package oauth1

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

// A meaning is what a base string must tell apart, as text.
func meaning(method, uri string, pairs [][2]string) string {
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, func(a, b [2]string) int { return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1]) })
	return fmt.Sprintf("%q %q %q", method, uri, pairs)
}

func TestAmbiguity(t *testing.T) {
	t.Run("OAUTH1-AMB-01 equal base strings imply equal method, base URI and multiset of pairs", func(t *testing.T) {
		requests := 100_000
		if os.Getenv("SESAME_LONG") != "" {
			requests = 2_000_000
		}
		random := rand.New(rand.NewPCG(1, 2))
		// A small alphabet of what separates and escapes makes collisions as likely as they can be.
		word := func(letters []string, most int) string {
			var b strings.Builder
			for range random.IntN(most + 1) {
				b.WriteString(letters[random.IntN(len(letters))])
			}
			return b.String()
		}
		inQuery := []string{"a", "%26", "%3D", "%25", "%2B", "+", "%20", "3D", "26", "25", "&", "=", "2"}
		inPath := []string{"a", "/", "%2F", "%26", "&", "=", "%3D", "2F"}
		meanings := make(map[string]string, requests)
		for range requests {
			method := []string{"GET", "get", "GE", "GET&", "G%T"}[random.IntN(5)]
			target, query := "/"+word(inPath, 3), word(inQuery, 6)
			host := []string{"a", "a:8", "a:80", "A"}[random.IntN(4)]
			r := &http.Request{Method: method, Host: host, RequestURI: target}
			p := &parameters{limit: 100}
			require.NoError(t, p.addPairs(query, inForm))
			require.NoError(t, p.sort())
			base, err := appendBaseString(nil, r, "", p)
			require.NoError(t, err)
			uri, err := baseURI(false, host, target, "")
			require.NoError(t, err)
			means := meaning(method, uri, decodedPairs(p))
			if before, seen := meanings[string(base)]; seen {
				require.Equal(t, before, means, string(base))
			}
			meanings[string(base)] = means
		}
		require.Less(t, len(meanings), requests, "no two requests were alike: the alphabet is too large")
	})
}

func FuzzBaseString(f *testing.F) {
	f.Add("GET", "example.com", "/request", "b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q")
	f.Add("POST", "EXAMPLE.com:80", "/a%2Fb", "", "a&b=&c==")
	f.Add("PUT", "[::1]:8080", "//", "x=%C3%A9", "%7E=~")
	f.Fuzz(func(t *testing.T, method, host, path, query, form string) {
		p := &parameters{limit: 1000}
		if path == "" || p.addPairs(query, inQuery) != nil || p.addPairs(form, inForm) != nil || p.sort() != nil {
			return
		}
		r := &http.Request{Method: method, Host: host, RequestURI: path}
		base, err := appendBaseString(nil, r, "", p)
		if err != nil {
			return
		}
		uri, err := baseURI(false, host, path, "")
		require.NoError(t, err)
		want := client.BaseString(method, uri, decodedPairs(p))
		_, want, _ = strings.Cut(want, "&") // the method stands as it was received
		require.Equal(t, client.Encode(method)+"&"+want, string(base))
	})
}
