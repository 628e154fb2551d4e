package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	xoauth2 "golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/visitor"
)

func TestItRuns(t *testing.T) {
	server := serve()
	defer server.Close()
	client, verifier := app(server.URL), xoauth2.GenerateVerifier()
	link := client.AuthCodeURL("state", xoauth2.S256ChallengeOption(verifier))

	aladdin := visitor.New(callback)
	require.NoError(t, aladdin.Open(link))
	assert.Equal(t, "/enter", aladdin.Page.URL.Path)
	require.NoError(t, aladdin.Submit("username", "Aladdin", "password", "close sesame"))
	assert.Equal(t, http.StatusUnauthorized, aladdin.Page.Status)
	assert.Contains(t, aladdin.Page.HTML, "That is not it.")
	require.NoError(t, aladdin.Submit("username", "Aladdin", "password", "open sesame"))
	assert.Equal(t, "/ask", aladdin.Page.URL.Path)
	assert.Contains(t, aladdin.Page.HTML, "Lamp Polisher asks you, Aladdin")
	assert.Contains(t, aladdin.Page.HTML, "It wants to: See your lamps.")

	stranger := visitor.New("")
	require.NoError(t, stranger.Open(aladdin.Page.URL.String()))
	assert.Equal(t, http.StatusUnauthorized, stranger.Page.Status, "the request waits for Aladdin alone")

	require.NoError(t, aladdin.Submit("decision", "allow"))
	token, err := client.Exchange(t.Context(), aladdin.Page.URL.Query().Get("code"), xoauth2.VerifierOption(verifier))
	require.NoError(t, err)
	assert.NotEmpty(t, token.AccessToken)

	require.NoError(t, aladdin.Open(link))
	assert.Equal(t, "/ask", aladdin.Page.URL.Path, "still signed in; a public app asks each time")
	require.NoError(t, aladdin.Submit("decision", "deny"))
	assert.Equal(t, "access_denied", aladdin.Page.URL.Query().Get("error"))
}

func TestSignInLeadsToNoOtherSite(t *testing.T) {
	server := serve()
	defer server.Close()
	aladdin := visitor.New("")
	require.NoError(t, aladdin.Open(server.URL+"/enter?next=https://evil.example/"))
	require.NoError(t, aladdin.Submit("username", "Aladdin", "password", "open sesame"))
	assert.Equal(t, server.URL+"/", aladdin.Page.URL.String())
}

func serve() *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = newHandler("http://"+server.Listener.Addr().String(), newStore())
	server.Start()
	return server
}
