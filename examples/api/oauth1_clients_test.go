package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// An oauth1Client is a script of clients/oauth1, with the signature methods that it knows, and where it can put what it
// signs.
type oauth1Client struct {
	client
	hmac, rsa, places []string
}

var (
	everywhere = []string{"header", "body", "query"}
	everyHMAC  = []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"}
	everyRSA   = []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"}
)

var oauth1Clients = []oauth1Client{
	{
		client{"requests-oauthlib", []string{"/usr/bin/python3", "requests_oauthlib_client.py"}, []string{"/usr/bin/python3", "-c", "import requests_oauthlib, jwt, cryptography"}},
		everyHMAC, everyRSA, everywhere,
	},
	{
		client{"Authlib", []string{"/usr/bin/python3", "authlib_client.py"}, []string{"/usr/bin/python3", "-c", "import authlib, requests"}},
		[]string{"HMAC-SHA1", "PLAINTEXT"}, []string{"RSA-SHA1"}, []string{"header"},
	},
	{
		client{"Net::OAuth", []string{"perl", "net_oauth.pl"}, []string{"perl", "-MLWP::UserAgent", "-MNet::OAuth", "-MCrypt::OpenSSL::RSA", "-e", "1"}},
		[]string{"HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"}, []string{"RSA-SHA1"}, everywhere,
	},
	{
		client{"LWP::Authen::OAuth", []string{"perl", "lwp_authen_oauth.pl"}, []string{"perl", "-MLWP::Authen::OAuth", "-e", "1"}},
		[]string{"HMAC-SHA1"}, nil, []string{"header"},
	},
	{
		client{"Ruby oauth", []string{"ruby", "oauth.rb"}, []string{"ruby", "-roauth", "-e", "1"}},
		[]string{"HMAC-SHA1", "PLAINTEXT"}, []string{"RSA-SHA1"}, everywhere,
	},
	{
		client{"npm oauth", []string{"node", "oauth.mjs"}, []string{"test", "-d", "../clients/node_modules/oauth"}},
		[]string{"HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"}, []string{"RSA-SHA1"}, []string{"header", "query"},
	},
	{
		client{"npm oauth-1.0a", []string{"node", "oauth_1_0a.mjs"}, []string{"test", "-d", "../clients/node_modules/oauth-1.0a"}},
		everyHMAC, everyRSA, everywhere,
	},
	{
		client{"liboauth", []string{"liboauth"}, []string{"pkg-config", "--exists", "oauth"}},
		[]string{"HMAC-SHA1", "PLAINTEXT"}, []string{"RSA-SHA1"}, everywhere,
	},
}

func TestRealClientsGetThroughOAuth1(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	key := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(key, []byte(s.Credentials.Clients["rsa_app"].PrivateKeyPEM), 0o600))
	for _, client := range oauth1Clients {
		t.Run(client.name, func(t *testing.T) {
			apitest.NeedThat(t, client.name, client.needs...)
			t.Parallel()
			if client.name == "liboauth" {
				client.command = compiled(t, "../clients/oauth1/liboauth.c", "-loauth")
			}
			client.walks(t, s, "aladdin_app", s.Credentials.Clients["aladdin_app"].ClientSecret, client.hmac)
			client.walks(t, s, "rsa_app", key, client.rsa)
		})
	}
}

// walks has a person allow an app once for each of the methods and places, and looks at what the API answers to it.
func (c oauth1Client) walks(t *testing.T, s *apitest.Server, app, secret string, methods []string) {
	t.Helper()
	var walks []string
	for _, method := range methods {
		for _, place := range c.places {
			walks = append(walks, method+"/"+place)
		}
	}
	if len(walks) == 0 {
		return
	}
	v := s.Visitor()
	answers := c.talk(t, "oauth1", func(link string) string {
		view := v.Decide("unicode", link, "allow")
		require.NotNil(t, view.Left, view.Body)
		return view.Left.String()
	}, slices.Concat([]string{s.BaseURL, s.Key(app), secret, callback}, walks)...)
	for i, walk := range walks {
		if !assert.Greater(t, len(answers), i, walk) {
			return
		}
		if app == "rsa_app" && strings.HasSuffix(walk, "/body") { // it may only read, which is found out last
			assert.Contains(t, answers[i], "products:write", walk)
			continue
		}
		assert.Contains(t, answers[i], `"user":"Jäsøn","client_key":"`+s.Key(app)+`","scheme":"OAuth"`, walk)
	}
}

// compiled is the command of a client in C.
func compiled(t *testing.T, source string, flags ...string) []string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "client")
	text, err := exec.Command("cc", append([]string{"-Wno-deprecated-declarations", "-o", program, source}, flags...)...).CombinedOutput()
	require.NoError(t, err, string(text))
	return []string{program}
}
