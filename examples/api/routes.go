package main

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// routes is everything that the server answers. A pattern without a method has a handler that answers for the methods.
func (a *api) routes() []auth.Route {
	read, write := a.v2.Require(productsRead), a.v2.Require(productsWrite)
	anyScope, users, data := a.me.Require(auth.AnyScope), a.v1.Require(usersRead), a.data.Require(productsRead)
	caller, me := http.HandlerFunc(tellCaller), http.HandlerFunc(a.tellMe)
	own := []auth.Route{
		// API 1
		at("GET /v2", read(caller)),
		at("GET /v2/products", read(caller)),
		at("POST /v2/products", write(caller)),

		// APIs 2, 3 and 4
		at("GET /v1/users/me", anyScope(me)),
		at("GET /v1/users", users(caller)),
		at("GET /v1/data", data(caller)),
		at("/authorization", a.login),

		// Public
		at(a.resource.Path(), a.resource),
		at("GET /billing", billing),
		at("GET /contact", contact),
		at("GET /favicon.ico", http.HandlerFunc(noIcon)),
		at("GET /healthz", http.HandlerFunc(healthy)),
	}
	return slices.Concat(own,
		a.pages.Routes(),  // /login, /logout, /consent, /portal/…
		a.oauth1.Routes(), // /v2/oauth/…
		a.oauth2.Routes(), // /oauth2/… and the metadata
	)
}

// noIcon answers browsers, which ask for an icon unasked, and complain where there is none.
func noIcon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "max-age=86400")
	w.WriteHeader(http.StatusNoContent)
}

func at(pattern string, h http.Handler) auth.Route {
	return auth.Route{Pattern: pattern, Handler: h}
}

// newMux builds the table, and answers what is not in it: a path with another method by 405 and the methods that it
// takes (RFC 9110 §15.5.6), every other path by 404.
func newMux(routes []auth.Route) *http.ServeMux {
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
