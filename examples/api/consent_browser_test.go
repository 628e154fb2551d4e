package main_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// typeSignIn fills in the sign-in page that a tab shows, and returns the page after it.
func typeSignIn(t *testing.T, tab context.Context, u apitest.User) apitest.Page {
	t.Helper()
	require.NoError(t, chromedp.Do(tab,
		chromedp.SendKeys("#username", u.Username), chromedp.SendKeys("#password", u.Password)))
	return apitest.Visit(t, tab, chromedp.Click("main button[type=submit]"))
}

func TestChromiumWalksTheConsentOfOAuth2(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	tab := apitest.Browser(t)
	complaints := apitest.CollectComplaints(t, tab)
	config, verifier := app(s, "public_app"), oauth2.GenerateVerifier()
	redirectURI, came := apitest.Landing(t)
	config.RedirectURL = redirectURI

	page := apitest.Visit(t, tab, chromedp.Navigate(config.AuthCodeURL("the state", oauth2.S256ChallengeOption(verifier))))
	require.Contains(t, page.Text, "Sign in")
	page = typeSignIn(t, tab, s.Credentials.Users["unicode"])
	for _, says := range []string{"public_app", "Jäsøn", "products:read", "users:read", strings.TrimSuffix(strings.TrimPrefix(redirectURI, "http://"), "/callback")} {
		assert.Contains(t, page.Text, says)
	}
	page = apitest.Visit(t, tab, chromedp.Click("button[value=allow]"))
	assert.Equal(t, "Thank you", page.Text)

	answer := <-came
	assert.Equal(t, "the state", answer.Get("state"))
	assert.Equal(t, s.BaseURL, answer.Get("iss"))
	_, err := config.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	assert.Empty(t, complaints.List())

	t.Run("and would have said so if a page had broken its policy", func(t *testing.T) {
		apitest.Visit(t, tab, chromedp.Navigate(s.BaseURL+"/login"))
		_, err := chromedp.Run(tab, chromedp.Evaluate[any](`document.body.append(Object.assign(new Image(), {src: "http://elsewhere.example/"}))`))
		require.NoError(t, err)
		assert.Eventually(t, func() bool { return strings.Contains(strings.Join(complaints.List(), "\n"), "Content Security Policy") }, 10*time.Second, 10*time.Millisecond)
	})
}

func TestChromiumWalksTheConsentOfOAuth1(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	tab := apitest.Browser(t)
	complaints := apitest.CollectComplaints(t, tab)
	config := legs(s, "aladdin_app", "oob", nil)
	token, secret, err := config.RequestToken()
	require.NoError(t, err)
	link, err := config.AuthorizationURL(token)
	require.NoError(t, err)

	apitest.Visit(t, tab, chromedp.Navigate(link.String()))
	page := typeSignIn(t, tab, s.Credentials.Users["unicode"])
	assert.Contains(t, page.Text, "products:write")
	apitest.Visit(t, tab, chromedp.Click("button[value=allow]"))
	verifier, err := chromedp.Run(tab, chromedp.Text("[data-verifier]"))
	require.NoError(t, err)
	_, _, err = config.AccessToken(token, secret, verifier)
	require.NoError(t, err)
	assert.Empty(t, complaints.List())
}
