// Command apikey protects a service with static API keys in X-API-Key, and replaces one without an outage: it makes a key,
// rotates it with an overlap of an hour and prints both. See for yourself, with either: curl -H 'X-API-Key: …' http://127.0.0.1:8083/
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// newService returns the protected handler, and the issuer that makes, lists, rotates and revokes the keys for it.
func newService(db *memory.Store) (http.Handler, *tokens.Issuer) {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	format := must(tokens.NewFormat("acme_key_"))
	issuer := must(tokens.New(tokens.Config{Tokens: db, Users: db, Scopes: scopes, APIKey: format}))

	kinds := []tokens.Kind{{Kind: store.APIKey, Format: format}}
	verifier := must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Kinds: kinds}))
	keys := must(tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: verifier, Realm: "members", Header: "X-API-Key"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{keys}, Scopes: scopes}))
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
	// AllScopes: the key may do whatever its owner may do at the time.
	old := must(issuer.Mint(ctx, tokens.Request{Kind: store.APIKey, Owner: "1", Description: "the shop", AllScopes: true}))
	next := must(issuer.Rotate(ctx, "1", old.Token.ID, time.Hour, ""))
	fmt.Printf("Until %s: %s\nAfter it too: %s\n", time.Now().Add(time.Hour).Format(time.TimeOnly), old.Secret, next.Secret)
	log.Fatal((&http.Server{Addr: "127.0.0.1:8083", Handler: handler, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
