package main

import (
	"time"

	"github.com/seed-f67351ce/sesame/oauth1"
)

// signatureMethods are those that the server takes; each app may use those that fit what it has.
func signatureMethods() []oauth1.Method {
	return []oauth1.Method{
		oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512,
		oauth1.RSASHA1, oauth1.RSASHA256, oauth1.RSASHA512,
	}
}

// oauth1Scheme takes parameters wherever the RFC lets clients put them.
func (a *api) oauth1Scheme() (*oauth1.Scheme, error) {
	cfg := oauth1.Config{
		Realm: realm, Methods: signatureMethods(), BaseURL: a.base, Proxies: a.proxies,
		Clients: a.store, Users: a.store, Tokens: a.store, Once: a.store.once(10*time.Minute + time.Second), Ring: a.ring,
		AllowFormBody: true, AllowQuery: true, AllowVersion1_0A: true,
		AllowPlaintext: !isClear(a.base),
	}
	if !a.store.outlives() {
		cfg.NotBefore = time.Now() // what was seen before is forgotten
	}
	return oauth1.New(cfg)
}

// buildOAuth1 makes the endpoints of the three legs.
func (a *api) buildOAuth1() (err error) {
	a.oauth1, err = oauth1.NewServer(oauth1.ServerConfig{
		Scheme: a.signed, Grants: a.store, Handles: a.store, Events: a.store, Observer: a.observer,
		Scopes: a.scopes, States: a.states, Interactions: a.interactions, Pages: a.pages,
		NewToken: oauth1Format().New,
		Endpoints: oauth1.Endpoints{
			TemporaryCredentials: "/v2/oauth/request_token",
			Authorize:            "/v2/oauth/authorize",
			TokenCredentials:     "/v2/oauth/access_token",
		},
		AllowGET: true,
	})
	return err
}
