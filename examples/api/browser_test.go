package main_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestChromiumOpensTheAPIThroughItsOwnDialog(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for _, user := range []string{"jasmine", "unicode"} {
		t.Run(user, func(t *testing.T) {
			tab := apitest.Browser(t)
			u := s.Credentials.Users[user]
			dialog := apitest.AnswerDialog(t, tab, u)
			page := apitest.Visit(t, tab, chromedp.Navigate(s.BaseURL+"/v2?client_key="+s.Key(user+"_app")))
			assert.Equal(t, int64(200), page.Status)
			assert.Contains(t, page.Text, `"user":"`+u.Username+`"`)
			assert.Contains(t, page.Text, `"scheme":"Digest"`, "the strongest that is offered")
			assert.Equal(t, []string{"Sesame example API"}, dialog.Realms())

			page = apitest.Visit(t, tab, chromedp.Navigate(s.BaseURL+"/v2/products?client_key="+s.Key(user+"_app")))
			assert.Contains(t, page.Text, `"user":"`+u.Username+`"`)
			assert.Len(t, dialog.Realms(), 1, "the browser sends the password by itself from then on")
		})
	}
}

func TestChromiumAsksAgainAfterAWrongPassword(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	tab := apitest.Browser(t)
	dialog := apitest.AnswerDialog(t, tab, apitest.User{Username: "Aladdin", Password: "close sesame"})
	page := apitest.Visit(t, tab, chromedp.Navigate(s.BaseURL+"/v2?client_key="+s.Key("aladdin_app")))
	assert.Equal(t, int64(401), page.Status)
	assert.Contains(t, page.Text, "Could not authenticate: Aladdin")
	assert.Len(t, dialog.Realms(), 2)
}

func TestChromiumTakesThePasswordFromAnAddress(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	u := s.Credentials.Users["unicode"]
	address := "http://" + url.UserPassword(u.Username, u.Password).String() + "@" + s.Address + "/v2?client_key=" + s.Key("unicode_app")
	page := apitest.Visit(t, apitest.Browser(t), chromedp.Navigate(address))
	assert.Equal(t, int64(200), page.Status)
	assert.Contains(t, page.Text, `"user":"`+u.Username+`"`)
}

func TestAnotherOriginsPageCannotUseThePasswordThatChromiumKeeps(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	target := s.BaseURL + "/v2/products?client_key=" + s.Key("aladdin_app")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<form method="post" action="` + target + `"><button>Win</button></form>`))
	}))
	defer evil.Close()
	tab := apitest.Browser(t)
	apitest.AnswerDialog(t, tab, s.Credentials.Users["aladdin"])
	require.Equal(t, int64(200), apitest.Visit(t, tab, chromedp.Navigate(target)).Status)

	apitest.Visit(t, tab, chromedp.Navigate(evil.URL))
	page := apitest.Visit(t, tab, chromedp.Click("button"))
	assert.Equal(t, int64(403), page.Status)
	assert.Contains(t, page.Text, "Requests from another origin's page are not taken")
}

func TestChromiumShowsThePages(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	tab := apitest.Browser(t)
	require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(320, 600)))
	for _, path := range []string{"/billing", "/contact"} {
		require.Equal(t, int64(200), apitest.Visit(t, tab, chromedp.Navigate(s.BaseURL+path)).Status)
		margin, err := chromedp.Run(tab, chromedp.Evaluate[string](`getComputedStyle(document.body).marginTop`))
		require.NoError(t, err)
		assert.Equal(t, "0px", margin, "the policy lets the style work")
		wide, err := chromedp.Run(tab, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
		require.NoError(t, err)
		assert.False(t, wide, "%s scrolls sideways at 320 pixels", path)
	}
}
