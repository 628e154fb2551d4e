// Command own-tokens protects a service with tokens in a format of the host's own (ticket.go), and leaves the rest of what
// RFC 6750 asks to Sesame. It makes one and prints it. See for yourself, with the token:
// curl -i -H 'Authorization: Bearer …' http://127.0.0.1:8086/
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func newHandler(own tickets) http.Handler {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	bearer := must(oauth2.NewBearer(oauth2.BearerConfig{Verifier: own, Realm: "members"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{bearer}, Scopes: scopes}))
	return gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s, until %s.\n", id.Username, id.Expires.Format(time.TimeOnly))
	}))
}

func main() {
	db, key := memory.New(), make([]byte, 32)
	rand.Read(key) // never fails
	if err := db.CreateUsers(context.Background(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}); err != nil {
		log.Fatal(err)
	}
	own := tickets{key: key, users: db, now: time.Now}
	fmt.Println("Aladdin's ticket:", must(own.issue(ticket{Member: "1", Scopes: auth.Scopes{"read"}, Expires: time.Now().Add(10 * time.Minute)})))
	log.Fatal((&http.Server{Addr: "127.0.0.1:8086", Handler: newHandler(own), ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
