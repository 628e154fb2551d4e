package tokens_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A developer token, from its making to its use.
func Example() {
	ctx, db := context.Background(), memory.New()
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "products:read", Words: "See your products"})
	if err != nil {
		log.Fatal(err)
	}
	if err := db.CreateUsers(ctx, store.User{ID: "1", Name: "Aladdin", Scopes: scopes.Names()}); err != nil {
		log.Fatal(err)
	}
	format, err := tokens.NewFormat("acme_pat_")
	if err != nil {
		log.Fatal(err)
	}
	issuer, err := tokens.New(tokens.Config{Tokens: db, Users: db, Scopes: scopes, Developer: format})
	if err != nil {
		log.Fatal(err)
	}

	minted, err := issuer.Mint(ctx, tokens.Request{
		Kind: store.DeveloperToken, Owner: "1", Description: "nightly import", Scopes: auth.Scopes{"products:read"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("looks right:", format.Check(minted.Secret))

	list, err := issuer.List(ctx, "1", store.DeveloperToken, "", 10)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list[0].Description, list[0].Scopes, len(list[0].Hint))
	// Output:
	// looks right: true
	// nightly import [products:read] 4
}
