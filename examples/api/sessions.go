package main

import (
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/portal"
)

// buildPages makes what people see: they sign in and give consent there, for OAuth 1.0a and OAuth 2 alike.
func (a *api) buildPages() (err error) {
	a.sessions, err = session.New(session.Config{
		Tokens: a.store, BaseURL: a.base, Keys: a.ring.Derive("form tokens"), InsecureAllowHTTP: isClear(a.base),
	})
	if err != nil {
		return err
	}
	a.pages, err = portal.New(portal.Config{
		Name: realm, Sessions: a.sessions, Passwords: a.passwords, States: a.states, Events: a.store, Proxies: a.proxies,
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
