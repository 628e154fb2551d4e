package form_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
)

func post(body io.Reader, contentType string) *http.Request {
	r := httptest.NewRequest("POST", "/?a=query", body)
	r.Header.Set("Content-Type", contentType)
	return r
}

const urlencoded = "application/x-www-form-urlencoded"

// endless counts how much of it was read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.read += len(p)
	return len(p), nil
}

func TestReadTakesTheBodyAlone(t *testing.T) {
	r := post(strings.NewReader("a=1&a=2&b=%C3%A4+x"), urlencoded+"; charset=UTF-8")
	values, err := form.Read(httptest.NewRecorder(), r)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"a": {"1", "2"}, "b": {"ä x"}}, values)
	again, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, "a=1&a=2&b=%C3%A4+x", string(again), "the body reads the same again")
}

func TestReadIsBounded(t *testing.T) {
	t.Run("LIM-BODY-01 a body without end is read to the limit and no further", func(t *testing.T) {
		body := &endless{}
		_, err := form.Read(httptest.NewRecorder(), post(body, urlencoded))
		assert.ErrorIs(t, err, autherr.TooLarge)
		assert.LessOrEqual(t, body.read, 2*form.MaxBody, "what the reader's buffer asks for at once")
	})
	t.Run("LIM-BODY-01 a length over the limit is refused unread", func(t *testing.T) {
		body := &endless{}
		r := post(body, urlencoded)
		r.ContentLength = 1 << 30
		_, err := form.Read(httptest.NewRecorder(), r)
		assert.ErrorIs(t, err, autherr.TooLarge)
		assert.Zero(t, body.read)
	})
	t.Run("LIM-BODY-02 too many parameters are not parsed", func(t *testing.T) {
		text := strings.Repeat("a=1&", 10_000)
		_, err := form.Read(httptest.NewRecorder(), post(strings.NewReader(text), urlencoded))
		assert.ErrorIs(t, err, autherr.BadRequest)
		assert.Less(t, testing.AllocsPerRun(5, func() { _, _ = form.Parse(text) }), 10.0)
		_, err = form.Parse(strings.Repeat("a=1&", 99) + "a=1")
		assert.NoError(t, err, "a hundred are taken")
	})
	t.Run("LIM-BODY-03 a compressed body is not inflated", func(t *testing.T) {
		var bomb bytes.Buffer
		z := gzip.NewWriter(&bomb)
		_, _ = z.Write(bytes.Repeat([]byte("a"), 1<<20))
		require.NoError(t, z.Close())
		r := post(&bomb, urlencoded)
		r.Header.Set("Content-Encoding", "gzip")
		_, err := form.Read(httptest.NewRecorder(), r)
		assert.ErrorIs(t, err, autherr.UnsupportedMedia)
	})
}

func TestReadIsStrict(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"JSON":            post(strings.NewReader(`{"a":1}`), "application/json"),
		"multipart":       post(strings.NewReader("--x"), "multipart/form-data; boundary=x"),
		"no media type":   post(strings.NewReader("a=1"), ""),
		"a bad escape":    post(strings.NewReader("a=%zz"), urlencoded),
		"a semicolon":     post(strings.NewReader("a=1;b=2"), urlencoded),
		"no UTF-8":        post(strings.NewReader("a=%ff"), urlencoded),
		"no UTF-8 a name": post(strings.NewReader("%ff=a"), urlencoded),
	} {
		_, err := form.Read(httptest.NewRecorder(), r)
		assert.ErrorIs(t, err, autherr.BadRequest, name)
	}
}

func FuzzParseAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"a=1&a=2", "a=%zz", "a;b", "%ff", "", "&&&", "=x", "a", "a=b=c", "%61+b=%C3%A4+x", strings.Repeat("a=1&", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := form.Parse(text)
		want, wantErr := url.ParseQuery(text)
		if err != nil {
			assert.ErrorIs(t, err, autherr.BadRequest)
			acceptable := wantErr == nil && strings.Count(text, "&") < form.MaxParameters
			for name, all := range want {
				for _, value := range all {
					acceptable = acceptable && utf8.ValidString(name) && utf8.ValidString(value)
				}
			}
			assert.False(t, acceptable, "refused without a reason: %q", text)
			return
		}
		require.NoError(t, wantErr)
		assert.Equal(t, want, values)
		again, err := form.Parse(values.Encode())
		require.NoError(t, err)
		assert.Equal(t, values, again)
	})
}

func TestPairsKeepTheirOrder(t *testing.T) {
	pairs, err := form.ParsePairs("b=1&a=2&b=3&c")
	require.NoError(t, err)
	assert.Equal(t, form.Pairs{{"b", "1"}, {"a", "2"}, {"b", "3"}, {"c", ""}}, pairs)
	assert.Equal(t, "1", pairs.Get("b"))
	assert.Empty(t, pairs.Get("d"))
	assert.Equal(t, []int{2, 1, 0}, []int{pairs.Count("b"), pairs.Count("c"), pairs.Count("d")})
}
