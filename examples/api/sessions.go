package main

import (
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/tokens"
)

// buildPages makes what people see: they sign in and give consent there, for OAuth 1.0a and OAuth 2 alike, and look after
// their tokens, apps and keys.
func (a *api) buildPages() (err error) {
	a.sessions, err = session.New(session.Config{
		Tokens: a.store.sessions, BaseURL: a.base, Keys: a.ring.Derive("form tokens"), InsecureAllowHTTP: isClear(a.base),
		Proxies: a.proxies,
	})
	if err != nil {
		return err
	}
	developer, err := a.developer()
	if err != nil {
		return err
	}
	a.pages, err = portal.New(portal.Config{
		Name: realm, Sessions: a.sessions, Passwords: a.passwords, Developer: developer,
		States: a.states, Events: a.store, Observer: a.observer, Proxies: a.proxies,
	})
	if err != nil {
		return err
	}
	a.interactions, err = interaction.New(interaction.Config{
		Handles: a.store, Clients: a.store, Scopes: a.scopes, States: a.states,
		Subject: a.pages.Subject, SignIn: a.pages.SignInURL, Consent: a.pages.ConsentURL,
	})
	if err != nil {
		return err
	}
	a.pages.Attach(a.interactions)
	return nil
}

// developer is what the developer portal works on.
func (a *api) developer() (*portal.Developer, error) {
	issuer, err := tokens.New(tokens.Config{
		Tokens: a.store, Users: a.store, Scopes: a.scopes, States: a.states,
		Developer: developerFormat(), APIKey: apiKeyFormat(), AllowNoExpiry: true, Notify: true,
	})
	return &portal.Developer{
		Issuer: issuer, Clients: a.store, Grants: a.store, Tokens: a.store, Scopes: a.scopes,
		SealSecret: func(clientID, secret string) []byte {
			return a.ring.Seal(oauth1.ClientSecret(clientID), []byte(secret))
		},
		Passwords: &portal.PasswordChange{New: a.passwords.NewPassword, Store: a.store},
		Notify:    true,
	}, err
}
