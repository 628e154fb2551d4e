// Command tokens protects a service with developer tokens. It makes one and prints it. See for yourself, with the token:
// curl -H 'Authorization: Bearer …' http://127.0.0.1:8082/
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// newService returns the protected handler, and the issuer that makes, lists, rotates and revokes the tokens for it.
func newService(db *memory.Store) (http.Handler, *tokens.Issuer) {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	format := must(tokens.NewFormat("acme_pat_")) // say it to secret scanners, and they find what leaks
	issuer := must(tokens.New(tokens.Config{Tokens: db, Users: db, Scopes: scopes, Developer: format}))

	kinds := []tokens.Kind{{Kind: store.DeveloperToken, Format: format}}
	verifier := must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Kinds: kinds}))
	bearer := must(oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "members"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{bearer}, Scopes: scopes}))
	return gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s.\n", id.Username)
	})), issuer
}

func main() {
	ctx, db := context.Background(), memory.New()
	if err := db.CreateUsers(ctx, store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}); err != nil {
		log.Fatal(err)
	}
	handler, issuer := newService(db)
	minted := must(issuer.Mint(ctx, tokens.Request{Kind: store.DeveloperToken, Owner: "1", Description: "to try it", Scopes: auth.Scopes{"read"}}))
	fmt.Println("Aladdin's token, shown this once:", minted.Secret)
	log.Fatal((&http.Server{Addr: "127.0.0.1:8082", Handler: handler, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
