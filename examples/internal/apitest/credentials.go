package apitest

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Credentials are what the server writes for -credentials.
type Credentials struct {
	BaseURL string            `json:"base_url"`
	Users   map[string]User   `json:"users"`
	Clients map[string]Client `json:"clients"`
}

// A User is an account of the demo.
type User struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// A Client is an app of the demo.
type Client struct {
	ClientKey    string   `json:"client_key"`
	ClientSecret string   `json:"client_secret"`
	Owner        string   `json:"owner"`
	RedirectURIs []string `json:"redirect_uris"`
	Scopes       []string `json:"scopes"`
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

// secrets are what no log may hold.
func (c Credentials) secrets() []string {
	var secrets []string
	for _, user := range c.Users {
		secrets = append(secrets, user.Password)
	}
	for _, client := range c.Clients {
		secrets = append(secrets, client.ClientSecret)
	}
	return secrets
}
