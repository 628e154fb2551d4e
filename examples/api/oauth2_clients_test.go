package main_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// An oauth2Client is a script of clients/oauth2, with the ways in which it can say which app it is.
type oauth2Client struct {
	client
	methods []string
}

// node runs a script; the flag is for Node 18, which has the Web Cryptography API behind it.
var node = []string{"node", "--experimental-global-webcrypto"}

var oauth2Clients = []oauth2Client{
	{
		client{"requests-oauthlib", []string{"/usr/bin/python3", "requests_oauthlib_client.py"}, []string{"/usr/bin/python3", "-c", "import requests_oauthlib"}},
		[]string{"client_secret_basic", "client_secret_post", "none"},
	},
	{
		client{"Authlib", []string{"/usr/bin/python3", "authlib_client.py"}, []string{"/usr/bin/python3", "-c", "import authlib, requests"}},
		[]string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"},
	},
	{
		client{"openid-client", slices.Concat(node, []string{"openid_client.mjs"}), []string{"test", "-d", "../clients/node_modules/openid-client"}},
		[]string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"},
	},
	{
		client{"oauth4webapi", slices.Concat(node, []string{"oauth4webapi.mjs"}), []string{"test", "-d", "../clients/node_modules/oauth4webapi"}},
		[]string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"},
	},
	{
		client{"simple-oauth2", slices.Concat(node, []string{"simple_oauth2.mjs"}), []string{"test", "-d", "../clients/node_modules/simple-oauth2"}},
		[]string{"client_secret_basic", "client_secret_post"},
	},
}

func TestRealClientsGetThroughOAuth2(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	key := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(key, []byte(s.Credentials.Clients["rsa_app"].PrivateKeyPEM), 0o600))
	secret := s.Credentials.Clients["aladdin_app"].ClientSecret
	apps := map[string]struct{ name, secret, redirectURI string }{
		"client_secret_basic": {"aladdin_app", secret, callback},
		"client_secret_post":  {"aladdin_app", secret, callback},
		"private_key_jwt":     {"rsa_app", key, callback},
		"none":                {"public_app", "", "http://127.0.0.1:54321/callback"},
	}
	for _, client := range oauth2Clients {
		t.Run(client.name, func(t *testing.T) {
			apitest.NeedThat(t, client.name, client.needs...)
			t.Parallel()
			v := s.Visitor()
			for _, method := range client.methods {
				app := apps[method]
				answers := client.talk(t, "oauth2", func(link string) string {
					view := v.Decide("unicode", link, "allow")
					require.NotNil(t, view.Left, view.Body)
					return view.Left.String()
				}, s.BaseURL, s.Key(app.name), app.secret, app.redirectURI, method)
				want := []string{`"user":"Jäsøn","client_key":"` + s.Key(app.name) + `","scheme":"Bearer"`}
				if app.secret != "" {
					want = append(want, `"user":"","client_key":"`+s.Key(app.name)+`","scheme":"Bearer"`)
				}
				if assert.Len(t, answers, len(want), method) {
					for i := range want {
						assert.Contains(t, answers[i], want[i], method)
					}
				}
			}
		})
	}
}
