package main

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A route is a pattern of [http.ServeMux] and what answers it.
type route struct {
	Pattern string
	Handler http.Handler
}

// routes is everything that the server answers. A pattern without a method has a handler that answers for the methods.
func (a *api) routes() []route {
	read, write := a.v2.Require(productsRead), a.v2.Require(productsWrite)
	anyScope, users, data := a.me.Require(auth.AnyScope), a.v1.Require(usersRead), a.data.Require(productsRead)
	caller, me := http.HandlerFunc(tellCaller), http.HandlerFunc(a.tellMe)
	routes := []route{
		// API 1
		{"GET /v2", read(caller)},
		{"GET /v2/products", read(caller)},
		{"POST /v2/products", write(caller)},

		// APIs 2, 3 and 4
		{"GET /v1/users/me", anyScope(me)},
		{"GET /v1/users", users(caller)},
		{"GET /v1/data", data(caller)},
		{"/authorization", a.login},

		// Public
		{a.resource.Path(), a.resource},
		{"GET /billing", billing},
		{"GET /contact", contact},
		{"GET /healthz", health(a.store.ping)},
	}
	for _, r := range a.pages.Routes() { // /login, /logout, /consent, /portal/…
		routes = append(routes, route(r))
	}
	for _, r := range a.oauth1.Routes() { // /v2/oauth/…
		routes = append(routes, route(r))
	}
	for _, r := range a.oauth2.Routes() { // /oauth2/… and the metadata
		routes = append(routes, route(r))
	}
	return routes
}

// newMux builds the table, and answers what is not in it: a path with another method by 405 and the methods that it
// takes (RFC 9110 §15.5.6), every other path by 404.
func newMux(routes []route) *http.ServeMux {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, route := range routes {
		mux.Handle(route.Pattern, route.Handler)
		if method, path, found := strings.Cut(route.Pattern, " "); found {
			methods[path] = append(methods[path], method)
		}
	}
	for path, allowed := range methods {
		mux.Handle(path, otherMethod(allowed))
	}
	mux.Handle("/", refusal{autherr.Error{Kind: autherr.NotFound, Reason: "no_route", Message: "There is nothing here"}})
	return mux
}

// otherMethod answers the methods that a path does not take.
func otherMethod(allowed []string) http.Handler {
	if slices.Contains(allowed, http.MethodGet) {
		allowed = append(allowed, http.MethodHead)
	}
	slices.Sort(allowed)
	return refusal{autherr.Error{
		Kind: autherr.MethodNotAllowed, Reason: "method",
		Message: "This takes " + strings.Join(allowed, ", ") + " alone", Allow: allowed,
	}}
}

// A refusal answers every request alike.
type refusal struct{ err autherr.Error }

func (f refusal) ServeHTTP(w http.ResponseWriter, r *http.Request) { autherr.Write(w, r, &f.err) }
