package oauth1_test

import (
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

func allowAllPlaces(c *oauth1.Config) { c.AllowFormBody, c.AllowQuery = true, true }

func TestPlaces(t *testing.T) {
	w := newWorld(t)
	strict, lenient := w.service(w.scheme()), w.service(w.scheme(allowAllPlaces))
	inQuery := client.Call{URL: home, Place: client.InQuery}
	inForm := client.Call{Method: "POST", URL: home, Form: "a=b", Place: client.InForm}
	t.Run("RFC5849-3.5-02 the header alone by default, form and query when they are on, with no-store", func(t *testing.T) {
		for _, call := range []client.Call{inQuery, inForm} {
			assert.Equal(t, 401, strict.status(w.app().Request(call)))
			answer := lenient.do(w.app().Request(call))
			assert.Equal(t, 200, answer.Code)
			assert.Contains(t, answer.Header().Get("Cache-Control"), "no-store")
		}
		onlyForm := w.service(w.scheme(func(c *oauth1.Config) { c.AllowFormBody = true }))
		assert.Equal(t, 401, onlyForm.status(w.app().Request(inQuery)))
		assert.Equal(t, 200, onlyForm.status(w.app().Request(inForm)))
		onlyQuery := w.service(w.scheme(func(c *oauth1.Config) { c.AllowQuery = true }))
		assert.Equal(t, 200, onlyQuery.status(w.app().Request(inQuery)))
		assert.Equal(t, 401, onlyQuery.status(w.app().Request(inForm)))
	})
	t.Run("RFC5849-3.5-01 protocol parameters in two places", func(t *testing.T) {
		for _, either := range []*service{strict, lenient} {
			for _, call := range []client.Call{
				{URL: home + "&oauth_callback=oob"}, {URL: home + "&oauth_foo=bar"}, {URL: home + "&oauth%5Fversion=1.0"},
				{Method: "POST", URL: home, Form: "oauth_callback=oob"},
			} {
				assert.Equal(t, 400, either.status(w.app().Request(call)), call)
			}
		}
		mixed := inForm
		mixed.URL += "&oauth_foo=bar"
		assert.Equal(t, 400, lenient.status(w.app().Request(mixed)))
		onlyRealm := w.app().Request(inQuery)
		onlyRealm.Header.Set("Authorization", `OAuth realm="api"`)
		assert.Equal(t, 400, lenient.status(onlyRealm))
		assert.Equal(t, 400, strict.status(onlyRealm))
	})
	t.Run("nothing anywhere", func(t *testing.T) {
		form := httptest.NewRequest("POST", "/", strings.NewReader("a=b"))
		form.RemoteAddr = "127.0.0.1:1"
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		assert.Equal(t, 401, lenient.status(form))
		empty := httptest.NewRequest("GET", "/", nil)
		empty.RemoteAddr = "127.0.0.1:1"
		empty.Header.Set("Authorization", "OAuth")
		assert.Equal(t, 400, strict.status(empty))
	})
	t.Run("RFC5849-3.5.1-01 the scheme's name in any case", func(t *testing.T) {
		for _, name := range []string{"OAuth", "oauth", "OAUTH", "OAuth  "} {
			r := w.app().Request(client.Call{URL: home})
			r.Header.Set("Authorization", name+strings.TrimPrefix(r.Header.Get("Authorization"), "OAuth"))
			assert.Equal(t, 200, strict.status(r), name)
		}
	})
	t.Run("RFC5849-3.5.1-01 headers that clients write differently", func(t *testing.T) {
		for name, change := range map[string]func(string) string{
			"no blanks":   func(h string) string { return strings.ReplaceAll(h, ", ", ",") },
			"tabs":        func(h string) string { return strings.ReplaceAll(h, ", ", ",\t") },
			"realm first": func(h string) string { return strings.Replace(h, "OAuth ", `OAuth realm="http://x/ %",`, 1) },
			"realm last":  func(h string) string { return h + `, realm="x"` },
		} {
			r := w.app().Request(client.Call{URL: home})
			r.Header.Set("Authorization", change(r.Header.Get("Authorization")))
			assert.Equal(t, 200, strict.status(r), name)
		}
		empty := client.Call{URL: home, Extra: client.Pairs{{"oauth_foo", ""}}}
		assert.Equal(t, 200, strict.status(w.app().Request(empty)))
	})
	t.Run("RFC5849-3.5.1-02 headers that break the grammar", func(t *testing.T) {
		for name, change := range map[string]func(string) string{
			"a value without quotes": func(h string) string { return strings.ReplaceAll(h, `"`+tokenText+`"`, tokenText) },
			"no quote at the end":    func(h string) string { return strings.TrimSuffix(h, `"`) },
			"a raw space":            func(h string) string { return strings.Replace(h, tokenText, "token text", 1) },
		} {
			r := w.app().Request(client.Call{URL: home})
			r.Header.Set("Authorization", change(r.Header.Get("Authorization")))
			assert.Equal(t, 400, strict.status(r), name)
		}
	})
}

func TestFormBodies(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme())
	t.Run("RFC5849-3.4.1.3.1-03 of every method that has one", func(t *testing.T) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "GET", "PURGE"} {
			call := client.Call{Method: method, URL: home, Form: "a=1&b=+%2B"}
			assert.Equal(t, 200, service.status(w.app().Request(call)), method)
			r := w.app().Request(call)
			r.Body = io.NopCloser(strings.NewReader("a=2&b=+%2B"))
			assert.Equal(t, 401, service.status(r), method)
		}
	})
	t.Run("RFC5849-3.4.1.3.1-02 only what says that it is a form", func(t *testing.T) {
		for _, row := range []struct {
			contentType string
			signed      bool
		}{
			{"application/x-www-form-urlencoded", true}, {"application/x-www-form-urlencoded; charset=UTF-8", true},
			{"APPLICATION/X-WWW-Form-Urlencoded ;x", true}, {"application/json", false}, {"text/plain", false}, {"", false},
			{"multipart/form-data; boundary=x", false}, {"application/x-www-form-urlencoded, text/plain", false},
		} {
			r := w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
			r.Header.Set("Content-Type", row.contentType)
			assert.Equal(t, row.signed, service.status(r) == 200, row.contentType)
			r = w.app().Request(client.Call{Method: "POST", URL: home, Body: "a=1", ContentType: row.contentType})
			assert.Equal(t, !row.signed, service.status(r) == 200, row.contentType)
		}
	})
	t.Run("RFC5849-3.4.1.3.1-07 the handler reads all of it, and what is too long is refused", func(t *testing.T) {
		call := client.Call{Method: "POST", URL: home, Form: "a=" + strings.Repeat("x", 10_000) + "&b=2"}
		require.Equal(t, 200, service.status(w.app().Request(call)))
		assert.Len(t, service.seen.form["a"][0], 10_000)
		assert.Equal(t, []string{"2"}, service.seen.form["b"])
		small := w.service(w.scheme(func(c *oauth1.Config) { c.MaxBody = 1000 }))
		assert.Equal(t, 413, small.status(w.app().Request(call)))
		chunked := w.app().Request(call)
		chunked.ContentLength = -1
		assert.Equal(t, 413, small.status(chunked))
		bounded := w.app().Request(call)
		bounded.Body = http.MaxBytesReader(nil, bounded.Body, 100)
		assert.Equal(t, 413, service.status(bounded))
	})
	t.Run("OAUTH1-POLL-01 a name in query and body is signed and handed on with all values", func(t *testing.T) {
		call := client.Call{Method: "POST", URL: "https://api.example.com/v2?id=1", Form: "id=2&id=3"}
		require.Equal(t, 200, service.status(w.app().Request(call)))
		assert.Equal(t, []string{"2", "3", "1"}, service.seen.form["id"], "the order of net/http")
		later := w.app().Request(client.Call{Method: "POST", URL: "https://api.example.com/v2?id=1", Form: "id=2"})
		later.Body = io.NopCloser(strings.NewReader("id=2&id=3"))
		assert.Equal(t, 401, service.status(later))
		added := w.app().Request(client.Call{Method: "POST", URL: "https://api.example.com/v2?id=1"})
		added.Body = io.NopCloser(strings.NewReader("id=2"))
		added.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		assert.Equal(t, 401, service.status(added))
	})
	t.Run("RFC5849-3.4.1.3.1-06 what two parsers could read in two ways", func(t *testing.T) {
		for _, query := range []string{"a=1;b=2", "a=%zz", "a=%ff"} {
			r := w.app().Request(client.Call{URL: "https://api.example.com/v2"})
			r.URL.RawQuery = query
			assert.Equal(t, 400, service.status(r), query)
			r = w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
			r.Body = io.NopCloser(strings.NewReader(query))
			assert.Equal(t, 400, service.status(r), query)
		}
		twice := w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
		twice.Header.Add("Content-Type", "application/json")
		assert.Equal(t, 400, service.status(twice), "two types of content")
		coded := w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
		coded.Header.Set("Content-Encoding", "gzip")
		assert.Equal(t, 415, service.status(coded))
		parsed := w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
		require.NoError(t, parsed.ParseForm())
		assert.Equal(t, 500, service.status(parsed), "somebody took the body before the gate")
	})
	t.Run("a body that breaks off", func(t *testing.T) {
		r := w.app().Request(client.Call{Method: "POST", URL: home, Form: "a=1"})
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader("a"), brokenReader{}))
		assert.Equal(t, 400, service.status(r))
	})
	t.Run("more parameters than the limit", func(t *testing.T) {
		call := client.Call{Method: "POST", URL: home, Form: strings.Repeat("a=1&", 1000)}
		assert.Equal(t, 400, service.status(w.app().Request(call)))
		call.Form = strings.Repeat("a=1&", 900)
		assert.Equal(t, 200, service.status(w.app().Request(call)))
	})
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyHashes(t *testing.T) {
	w := newWorld(t)
	service := w.service(w.scheme(func(c *oauth1.Config) { c.MaxBody = 1000 }))
	digest := sha1.Sum([]byte(`{"a": 1}`))
	hashed := func(body string) client.Call {
		return client.Call{Method: "POST", URL: home, Body: body, ContentType: "application/json",
			Extra: client.Pairs{{"oauth_body_hash", base64.StdEncoding.EncodeToString(digest[:])}}}
	}
	require.Equal(t, 200, service.status(w.app().Request(hashed(`{"a": 1}`))))
	assert.Equal(t, `{"a": 1}`, service.seen.body, "the handler reads the body")
	assert.Equal(t, 401, service.status(w.app().Request(hashed(`{"a": 2}`))))
	assert.Equal(t, 401, service.status(w.app().Request(hashed(""))))
	assert.Equal(t, 413, service.status(w.app().Request(hashed(strings.Repeat("x", 1001)))))
	forged := w.app()
	forged.Secret = "guessed"
	assert.Equal(t, 401, service.status(forged.Request(hashed(strings.Repeat("x", 1001)))), "the body is read after the signature")
	form := hashed("")
	form.Form = "a=1"
	assert.Equal(t, 400, service.status(w.app().Request(form)), "a form is signed itself")
	long := client.Call{Method: "POST", URL: home, Body: strings.Repeat("x", 5000), ContentType: "text/plain"}
	require.Equal(t, 200, service.status(w.app().Request(long)), "without a hash the body is not read")
	assert.Len(t, service.seen.body, 5000)
}
