package apitest

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Credentials are what the server writes for -credentials.
type Credentials struct {
	BaseURL         string            `json:"base_url"`
	Users           map[string]User   `json:"users"`
	Clients         map[string]Client `json:"clients"`
	APIKeys         map[string]string `json:"api_keys"`
	DeveloperTokens map[string]Token  `json:"developer_tokens"`
}

// A User is an account of the demo.
type User struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// A Client is an app of the demo.
type Client struct {
	ClientKey     string   `json:"client_key"`
	ClientSecret  string   `json:"client_secret"`
	PrivateKeyPEM string   `json:"private_key_pem"`
	Owner         string   `json:"owner"`
	RedirectURIs  []string `json:"redirect_uris"`
	Scopes        []string `json:"scopes"`
}

// A Token is a developer token of the demo.
type Token struct {
	Token  string   `json:"token"`
	Owner  string   `json:"owner"`
	Scopes []string `json:"scopes"`
}

// ReadCredentials reads the file that the server wrote.
func ReadCredentials(t testing.TB, path string) Credentials {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var c Credentials
	require.NoError(t, json.Unmarshal(text, &c))
	return c
}

// Secrets are what no log may hold.
func (c Credentials) Secrets() (secrets []string) {
	add := func(secret string) {
		if secret != "" {
			secrets = append(secrets, secret)
		}
	}
	for _, user := range c.Users {
		add(user.Password)
	}
	for _, client := range c.Clients {
		add(client.ClientSecret)
		add(client.PrivateKeyPEM)
	}
	for _, key := range c.APIKeys {
		add(key)
	}
	for _, token := range c.DeveloperTokens {
		add(token.Token)
	}
	return secrets
}
