package main

import (
	"fmt"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
	"github.com/seed-f67351ce/sesame/tokens"
)

// newServer returns the authorization server, its pages for people and the API, all at the origin base.
func newServer(base string, db *memory.Store) http.Handler {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your lamps"}))
	access, refresh := must(tokens.NewFormat("lamp_at_")), must(tokens.NewFormat("lamp_rt_"))
	limits := must(throttle.New(throttle.Config{Counters: db}))
	mux := http.NewServeMux()

	// Where people sign in and are asked.
	ring := must(seal.New(seal.NewKey())) // a service of several processes has it in a file: seal.CreateFile
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

	// The authorization server.
	server := must(oauth2.New(oauth2.Config{
		Issuer: base, Scopes: scopes, Interactions: interactions, Pages: pages, Throttle: limits,
		Clients: db, Users: db, Grants: db, Tokens: db, Handles: db, Once: db,
		Access: access, Refresh: refresh,
	}))
	for _, route := range server.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}

	// The API.
	kinds := []tokens.Kind{{Kind: store.AccessToken, Format: access}}
	verifier := must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Kinds: kinds}))
	bearer := must(oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "lamps", Resource: base}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{bearer}, Scopes: scopes}))
	mux.Handle("GET /lamps", gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		if id.Kind == auth.Client {
			fmt.Fprintf(w, "Hello, app %s.", id.ClientKey)
			return
		}
		fmt.Fprintf(w, "Hello, %s, by app %s.", id.Username, id.ClientKey)
	})))
	return mux
}
