// Command digest protects a service with HTTP Digest, over accounts in memory. See for yourself:
// curl --digest -u 'Aladdin:open sesame' http://127.0.0.1:8089/
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// newHandler protects a greeting. A service whose store outlives it keeps its keys too: seal.CreateFile.
func newHandler(db *memory.Store, algorithms ...digest.Algorithm) http.Handler {
	ring := must(seal.New(seal.NewKey()))
	ha1s := must(digest.NewHA1s(digest.HA1Config{Realm: "members", Algorithms: algorithms, Keys: ring}))
	limits := must(throttle.New(throttle.Config{Counters: db}))
	scheme := must(digest.New(digest.Config{HA1s: ha1s, Users: db, Once: db, Throttle: limits}))
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes}))

	aladdin := store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	aladdin.Password.HA1s = must(ha1s.Derive(aladdin, "open sesame")) // what Digest needs of a password, sealed
	check(db.CreateUsers(context.Background(), aladdin))
	return gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s.\n", id.Username)
	}))
}

func main() {
	handler := newHandler(memory.New(), digest.SHA256)
	log.Fatal((&http.Server{Addr: "127.0.0.1:8089", Handler: handler, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
