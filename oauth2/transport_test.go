package oauth2_test

import (
	"context"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
)

const formType = "application/x-www-form-urlencoded"

func takesForms(cfg *oauth2.BearerConfig) { cfg.AllowForm = true }

func takesQueries(cfg *oauth2.BearerConfig) { cfg.AllowQuery = true }

func TestBearerTransports(t *testing.T) {
	t.Run("RFC6750-2-01 more than one token is refused", func(t *testing.T) {
		g := newGated(t, takesForms)
		token, other := g.token(), g.token()
		bearer := []string{"Authorization", "Bearer " + token, "Content-Type", formType}
		for name, answer := range map[string]*httptest.ResponseRecorder{
			"header and form": g.send("POST", "/", "access_token="+other, bearer...),
			"the same":        g.send("POST", "/", "access_token="+token, bearer...),
			"an empty one":    g.send("POST", "/", "access_token=", bearer...),
			"the form twice":  g.send("POST", "/", "access_token="+token+"&access_token="+other, bearer[2:]...),
		} {
			assert.Equal(t, 400, answer.Code, name)
			assert.Contains(t, challenges(answer)[0], `error="invalid_request"`, name)
		}
		assert.Equal(t, 200, g.send("GET", "/?access_token="+other, "", bearer[:2]...).Code, "the query is ignored by default")
		assert.Equal(t, 401, g.send("GET", "/?access_token="+token, "").Code)
		assert.Equal(t, 401, g.send("GET", "/?access_token="+token, "", "Authorization", "Bearer x").Code)
	})
	t.Run("RFC6750-2-01 with the query on, it counts too", func(t *testing.T) {
		g := newGated(t, takesQueries, takesForms)
		token := g.token()
		assert.Equal(t, 200, g.send("GET", "/?x=1&access%5Ftoken="+token, "").Code)
		assert.Equal(t, "private, no-store", g.send("GET", "/?access_token="+token, "").Header().Get("Cache-Control"))
		for name, answer := range map[string]*httptest.ResponseRecorder{
			"beside a header":        g.send("GET", "/?access_token="+token, "", "Authorization", "Bearer "+token),
			"beside another scheme":  g.send("GET", "/?access_token="+token, "", "Authorization", "Basic eDp5"),
			"twice":                  g.send("GET", "/?access_token="+token+"&access_token="+token, ""),
			"beside a form":          g.send("POST", "/?access_token="+token, "access_token="+token, "Content-Type", formType),
			"that does not decode":   g.send("GET", "/?access_token="+token+"%zz", ""),
			"one and one that's bad": g.send("GET", "/?access_token="+token+"&access_token=%zz", ""),
			"empty":                  g.send("GET", "/?access_token=", ""),
		} {
			assert.Equal(t, 400, answer.Code, name)
		}
	})
	t.Run("RFC6750-2.2-01 a form's token by option alone", func(t *testing.T) {
		off, on := newGated(t), newGated(t, takesForms)
		assert.Equal(t, 401, off.send("POST", "/", "access_token="+off.token(), "Content-Type", formType).Code)
		token := on.token()
		form := "x=1%202&access_token=" + token
		answer := on.send("POST", "/", form, "Content-Type", formType+"; charset=UTF-8")
		assert.Equal(t, 200, answer.Code)
		assert.Equal(t, "Aladdin 1 2", answer.Body.String(), "the handler reads the form as if nobody had")
		for name, answer := range map[string]*httptest.ResponseRecorder{
			"GET with a body":  on.send("GET", "/", form, "Content-Type", formType),
			"HEAD":             on.send("HEAD", "/", form, "Content-Type", formType),
			"another type":     on.send("POST", "/", form, "Content-Type", "text/plain"),
			"no type":          on.send("POST", "/", form),
			"several parts":    on.send("POST", "/", "--b\r\nContent-Disposition: form-data; name=access_token\r\n\r\n"+token+"\r\n--b--\r\n", "Content-Type", "multipart/form-data; boundary=b"),
			"a content coding": on.send("POST", "/", form, "Content-Type", formType, "Content-Encoding", "gzip"),
			"no token in it":   on.send("POST", "/", "x=1", "Content-Type", formType),
			"an empty form":    on.send("POST", "/", "", "Content-Type", formType),
		} {
			assert.Equal(t, 401, answer.Code, name)
			assert.NotContains(t, challenges(answer)[0], "error=", name)
		}
		for name, text := range map[string]string{
			"not ASCII": form + "&y=é", "a bad escape": form + "&y=%zz", "a semicolon": form + ";y=1", "a padded token": form + "%20", "too many": form + strings.Repeat("&y", 100),
		} {
			assert.Equal(t, 400, on.send("POST", "/", text, "Content-Type", formType).Code, name)
		}
		assert.Equal(t, 413, on.send("POST", "/", form+"&y="+strings.Repeat("y", 64<<10), "Content-Type", formType).Code)
		assert.Equal(t, 401, on.send("POST", "/", "access_token="+token[1:], "Content-Type", formType).Code)
	})
}

// FuzzForm holds what is let in against the standard library's reading of the same form, and the handler's against the
// text that was sent.
func FuzzForm(f *testing.F) {
	g := newGated(f)
	token := g.token()
	bearer, err := oauth2.NewBearer(oauth2.BearerConfig{Verifier: g.verifier(), Realm: "api", AllowForm: true})
	require.NoError(f, err)
	for _, seed := range []string{"", "access_token=TOKEN", "access_token=TOKEN&access_token=", "a=b&access%5ftoken=TOKEN", "access_token=TOKEN;", "%", "access_token=TOKEN&x=%ff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Replace(text, "TOKEN", token, 1)
		r := httptest.NewRequest("POST", "/", strings.NewReader(text))
		r.Header.Set("Content-Type", formType)
		if !bearer.Present(r, "") {
			return
		}
		verdict, err := bearer.Verify(context.Background(), r)
		if err != nil {
			return
		}
		form, err := url.ParseQuery(text)
		require.NoError(t, err)
		assert.Equal(t, []string{token}, form["access_token"])
		rest, err := io.ReadAll(verdict.Body)
		require.NoError(t, err)
		assert.Equal(t, text, string(rest))
	})
}
