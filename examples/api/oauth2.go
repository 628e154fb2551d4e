package main

import (
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/oauth2"
)

// buildOAuth2 makes the authorization server, and the login by which API 4 gives tokens for passwords.
func (a *api) buildOAuth2() (err error) {
	a.oauth2, err = oauth2.New(oauth2.Config{
		Issuer: a.base, InsecureAllowHTTP: isClear(a.base),
		Clients: a.store, Users: a.store, Grants: a.store, Tokens: a.store, Handles: a.store, Once: a.store.once(6 * time.Minute), Events: a.store, Observer: a.observer,
		Scopes: a.scopes, States: a.states, Interactions: a.interactions, Pages: a.pages,
		Throttle: a.limits, Proxies: a.proxies,
		Access: accessFormat(), Refresh: refreshFormat(),
		AccessLife: a.accessTTL, CodeLife: a.codeTTL, RefreshLife: a.refreshTTL,
		AllowTokenEndpointAudience: true, // some clients know no other audience
		OnError:                    func(r *http.Request, err error) { a.report("oauth2")(r.Context(), err) },
	})
	if err != nil {
		return err
	}
	a.login, err = oauth2.NewPasswordLogin(oauth2.PasswordLoginConfig{
		Passwords: a.passwords, Tokens: a.store, Access: accessFormat(), Realm: realm, Life: a.accessTTL,
		States: a.states, Events: a.store, Observer: a.observer, Proxies: a.proxies,
		AllowQuery: true, // as API 4 was documented
	})
	return err
}
