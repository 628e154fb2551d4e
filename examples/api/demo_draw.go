package main

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
)

// completed returns c with whatever it lacks of the demo, drawn at random where it is not known to everybody.
func (c credentials) completed() (credentials, error) {
	full := noCredentials(c.BaseURL)
	for _, u := range demoUsers() {
		full.Users[u.member] = userCredentials{
			Username: u.name, Email: u.email, Password: cmp.Or(c.Users[u.member].Password, u.password, rand.Text()),
		}
	}
	for _, app := range demoClients() {
		known, err := app.completed(c.Clients[app.member])
		if err != nil {
			return c, err
		}
		known.Owner = full.Users[app.owner].Username
		full.Clients[app.member] = known
	}
	for _, key := range demoAPIKeys() {
		full.APIKeys[key.member] = cmp.Or(c.APIKeys[key.member], apiKeyFormat().New())
	}
	for _, t := range demoDeveloperTokens() {
		known := tokenCredentials{Token: cmp.Or(c.DeveloperTokens[t.member].Token, developerFormat().New()), Scopes: t.scopes}
		if t.member != t.owner {
			known.Owner = full.Users[t.owner].Username
		}
		full.DeveloperTokens[t.member] = known
	}
	return full, nil
}

func (app demoClient) completed(c clientCredentials) (clientCredentials, error) {
	c.ClientKey = cmp.Or(c.ClientKey, rand.Text())
	c.RedirectURIs, c.Scopes = app.redirectURIs, app.scopes
	switch app.kind {
	case withSecret:
		c.ClientSecret = cmp.Or(c.ClientSecret, rand.Text()+rand.Text()) // 260 bits
	case withKey:
		if c.PrivateKeyPEM == "" {
			var err error
			c.PrivateKeyPEM, err = newPrivateKey()
			return c, err
		}
	}
	return c, nil
}

// newPrivateKey draws an RSA key, for RS256, PS256 and OAuth 1.0a's RSA-SHA1 and its like.
func newPrivateKey() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}
