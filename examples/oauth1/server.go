package main

import (
	"fmt"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// newServer returns the provider: three endpoints, pages for people and an API, all at the origin base. ring seals the
// secrets that signatures are verified with.
func newServer(base string, db *memory.Store, ring *seal.Ring) http.Handler {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your lamps"}))
	mux := http.NewServeMux()

	// Where people sign in and are asked.
	limits := must(throttle.New(throttle.Config{Counters: db}))
	pages := must(portal.New(portal.Config{
		Name:      "The Cave",
		Sessions:  must(session.New(session.Config{Tokens: db, BaseURL: base, Keys: ring.Derive("form tokens")})),
		Passwords: must(password.New(password.Config{Users: db, Passwords: db, Throttle: limits})),
	}))
	interactions := must(interaction.New(interaction.Config{
		Handles: db, Clients: db, Scopes: scopes,
		Subject: pages.Subject, SignIn: pages.SignInURL, Consent: pages.ConsentURL,
	}))
	pages.Attach(interactions)
	for _, route := range pages.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}

	// What verifies signatures, and the three endpoints.
	scheme := must(oauth1.New(oauth1.Config{
		Realm: "lamps", Methods: []oauth1.Method{oauth1.HMACSHA256, oauth1.HMACSHA1}, BaseURL: base,
		Clients: db, Users: db, Tokens: db, Once: db, Ring: ring,
	}))
	server := must(oauth1.NewServer(oauth1.ServerConfig{
		Scheme: scheme, Grants: db, Handles: db, Scopes: scopes, Interactions: interactions, Pages: pages,
	}))
	for _, route := range server.Routes() { // /oauth/request_token, /oauth/authorize, /oauth/access_token
		mux.Handle(route.Pattern, route.Handler)
	}

	// The API.
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes}))
	mux.Handle("GET /lamps", gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s, by app %s.", id.Username, id.ClientKey)
	})))
	return mux
}
