// Command basic protects a service with HTTP Basic, over a user table of its own. See for yourself:
// curl -u 'Aladdin:open sesame' http://127.0.0.1:8081/
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// members is the program's own user table, by name, with hashes of passwords. Two methods let Sesame read it.
type members map[string]string

func (m members) UserByName(_ context.Context, name string) (store.User, error) {
	hash, found := m[name]
	if !found {
		return store.User{}, store.ErrNotFound
	}
	return store.User{ID: name, Name: name, Scopes: []string{"read"}, Password: store.Password{Hash: hash}}, nil
}

// UserByID finds the same, since names never change here.
func (m members) UserByID(ctx context.Context, id string) (store.User, error) {
	return m.UserByName(ctx, id)
}

func newHandler(table store.Users) http.Handler {
	limits := must(throttle.New(throttle.Config{Counters: memory.New()}))
	checker := must(password.New(password.Config{Users: table, Throttle: limits}))
	scheme := must(basic.New(basic.Config{Realm: "members", Passwords: checker}))
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes}))
	return gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s.\n", id.Username)
	}))
}

func main() {
	hasher := must(password.NewHasher(password.HasherConfig{}))
	handler := newHandler(members{"Aladdin": must(hasher.Hash("open sesame"))})
	log.Fatal((&http.Server{Addr: "127.0.0.1:8081", Handler: handler, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
