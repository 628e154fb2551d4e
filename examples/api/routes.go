package main

import (
	"net/http"
	"slices"
	"strings"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A route is a pattern of [http.ServeMux] and what answers it.
type route struct {
	pattern string
	handler http.Handler
}

// routes is everything that the server answers.
func (a *api) routes() []route {
	read, write := a.v2.Require(productsRead), a.v2.Require(productsWrite)
	caller := http.HandlerFunc(tellCaller)
	return []route{
		// API 1
		{"GET /v2", read(caller)},
		{"GET /v2/products", read(caller)},
		{"POST /v2/products", write(caller)},

		// Public
		{"GET /billing", billing},
		{"GET /contact", contact},
		{"GET /healthz", health(a.store.ping)},
	}
}

// newMux builds the table, and answers what is not in it: a path with another method by 405 and the methods that it
// takes (RFC 9110 §15.5.6), every other path by 404.
func newMux(routes []route) *http.ServeMux {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, route := range routes {
		mux.Handle(route.pattern, route.handler)
		if method, path, found := strings.Cut(route.pattern, " "); found {
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
