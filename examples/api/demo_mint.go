package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A mint makes of credentials what a store keeps of them.
type mint struct {
	hasher *password.Hasher
	ring   *seal.Ring
	ha1s   *digest.HA1s
	now    func() time.Time
}

// hashes are those of the demo's passwords, by the accounts' members.
func (m mint) hashes(c credentials) (map[string]string, error) {
	hashes := map[string]string{}
	for member, user := range c.Users {
		hash, err := m.hasher.Hash(user.Password)
		if err != nil {
			return nil, fmt.Errorf("the password of %s: %w", user.Username, err)
		}
		hashes[member] = hash
	}
	return hashes, nil
}

// password is what is kept of a user's new password: its hash, and what Digest needs.
func (m mint) password(user store.User, text, hash string) (store.Password, error) {
	user.Password = store.Password{Hash: hash}
	ha1s, err := m.ha1s.Derive(user, text)
	return store.Password{Hash: hash, HA1s: ha1s}, err
}

// keeps reports whether client has what c says of it, and the key ring can read it.
func (m mint) keeps(client store.Client, kind clientKind, c clientCredentials) bool {
	switch kind {
	case withSecret:
		wanted := store.DigestOf(c.ClientSecret)
		return slices.ContainsFunc(client.Secrets, func(kept store.Secret) bool {
			opened, _, err := m.ring.Open(oauth1.ClientSecret(client.ID), kept.Sealed)
			return err == nil && kept.Digest == wanted && store.DigestOf(string(opened)) == wanted
		})
	case withKey:
		set, err := keySet(c.PrivateKeyPEM)
		return err == nil && bytes.Equal(set, client.Keys)
	}
	return true
}

// client is what is kept of an app.
func (m mint) client(app demoClient, c clientCredentials, owner string) (client store.Client, err error) {
	client = store.Client{
		ID: c.ClientKey, Owner: owner, Name: app.member, Created: m.now(),
		RedirectURIs: c.RedirectURIs, Scopes: c.Scopes, Published: app.published,
		GrantTypes: []string{"authorization_code", "refresh_token"},
	}
	switch app.kind {
	case withSecret:
		client.GrantTypes = append(client.GrantTypes, "client_credentials")
		client.AuthMethods = []string{"client_secret_basic", "client_secret_post"}
		client.SignatureMethods = []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"}
		client.Secrets = []store.Secret{m.secret(c)}
	case withKey:
		client.GrantTypes = append(client.GrantTypes, "client_credentials")
		client.AuthMethods = []string{"private_key_jwt"}
		client.SignatureMethods = []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"}
		client.Introspects = true
		client.Keys, err = keySet(c.PrivateKeyPEM)
	case public:
		client.AuthMethods, client.Native = []string{"none"}, true
	}
	return client, err
}

// secret is what is kept of an app's secret: OAuth 1.0a must read it again.
func (m mint) secret(c clientCredentials) store.Secret {
	return store.Secret{
		Digest: store.DigestOf(c.ClientSecret), Sealed: m.ring.Seal(oauth1.ClientSecret(c.ClientKey), []byte(c.ClientSecret)),
		Hint: hint(c.ClientSecret), Created: m.now(),
	}
}

// hint is what lists show of a secret.
func hint(secret string) string { return secret[max(0, len(secret)-4):] }

// keySet is the public half of a private key, as a JWK Set.
func keySet(privateKeyPEM string) ([]byte, error) {
	block, _ := pem.Decode([]byte(privateKeyPEM))
	if block == nil {
		return nil, errors.New("the demo's private key is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the demo's private key: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the demo's private key is not for RSA")
	}
	return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), Use: "sig"}}})
}

// token is what is kept of a token or a key of the demo.
func (m mint) token(t demoToken, kind store.TokenKind, secret, owner string) store.Token {
	return store.Token{
		Digest: store.DigestOf(secret), ID: rand.Text(), Kind: kind, User: owner, Scopes: t.scopes, AllScopes: t.scopes == nil,
		Description: "Demo: " + t.member, Hint: hint(secret), Created: m.now(),
	}
}
