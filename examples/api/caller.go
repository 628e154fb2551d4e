package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// The scopes of the example.
const (
	productsRead  = "products:read"
	productsWrite = "products:write"
	usersRead     = "users:read"
)

func newCatalogue() (auth.Catalogue, error) {
	return auth.NewCatalogue(
		auth.ScopeInfo{Name: productsRead, Words: "See the products"},
		auth.ScopeInfo{Name: productsWrite, Words: "Add and change products"},
		auth.ScopeInfo{Name: usersRead, Words: "See the list of users"},
	)
}

// A caller is the answer of every protected route: who asks, with which app, by which scheme, and what they may do.
type caller struct {
	User      string      `json:"user"`
	ClientKey string      `json:"client_key"`
	Scheme    string      `json:"scheme"`
	Scopes    auth.Scopes `json:"scopes"`
}

func callerOf(id *auth.Identity) caller {
	return caller{User: id.Username, ClientKey: id.ClientKey, Scheme: id.Scheme, Scopes: append(auth.Scopes{}, id.Scopes...)}
}

// tellCaller answers with whom the gate let in.
func tellCaller(w http.ResponseWriter, r *http.Request) {
	id, ok := auth.FromContext(r.Context())
	if !ok {
		autherr.Write(w, r, errNoGate())
		return
	}
	writeJSON(w, r, callerOf(id))
}

// errNoGate is a mistake in the table of routes.
func errNoGate() error { return &autherr.Error{Kind: autherr.Internal, Reason: "no_gate"} }

// writeJSON answers 200 with body.
func writeJSON(w http.ResponseWriter, r *http.Request, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		autherr.Write(w, r, err)
		return
	}
	text = append(text, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // the caller is gone: there is nobody left to tell
}
