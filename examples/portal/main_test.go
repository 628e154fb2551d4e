package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var hidden = regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`)

func TestItRuns(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mount(mux, newService(server.URL))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar}
	text := func(answer *http.Response, err error) string {
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(body)
	}
	send := func(path, page string, more url.Values) string {
		for _, field := range hidden.FindAllStringSubmatch(page, -1) {
			more.Set(field[1], html.UnescapeString(field[2]))
		}
		return text(browser.PostForm(server.URL+path, more))
	}

	page := text(browser.Get(server.URL + "/portal/"))
	require.Contains(t, page, "<h1>Sign in</h1>", "first")
	page = send("/login", page, url.Values{"username": {"Aladdin"}, "password": {"open sesame"}})
	assert.Contains(t, page, "Create a Token")
	page = text(browser.Get(server.URL + "/portal/tokens/new"))
	page = send("/portal/tokens/new", page, url.Values{"description": {"a test"}, "scope": {"products:read"}})
	assert.Regexp(t, `data-secret="token">agrabah_pat_[0-9A-Za-z]{49}<`, page)
}

func TestMountingIsShort(t *testing.T) {
	text, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, mount, found := strings.Cut(string(text), "\nfunc mount(")
	require.True(t, found)
	mount, _, _ = strings.Cut(mount, "\n}\n")
	assert.Less(t, strings.Count(mount, "\n"), 15)
}
