// Command own-users keeps accounts in a table of the host's own (people.go) and everything else in Sesame's store: here in
// memory, where tokens are gone with the program. See for yourself:
//
//	curl -d 'username=Aladdin&password=open sesame' http://127.0.0.1:8085/authorization
//	curl -H 'Authorization: Bearer …' http://127.0.0.1:8085/
package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"time"

	_ "modernc.org/sqlite" // the host's database

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

func newHandler(db *sql.DB) http.Handler {
	own := people{db}
	kept := memory.New(memory.UsersElsewhere()) // or sqlstore.New(db, sqlstore.UsersElsewhere)
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "Read what members can read"}))
	access := must(tokens.NewFormat("acme_at_"))
	limits := must(throttle.New(throttle.Config{Counters: kept}))
	checker := must(password.New(password.Config{Users: own, Throttle: limits}))
	login := must(oauth2.NewPasswordLogin(oauth2.PasswordLoginConfig{Passwords: checker, Tokens: kept, Access: access, Realm: "members"}))

	kinds := []tokens.Kind{{Kind: store.AccessToken, Format: access}}
	verifier := must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: kept, Users: own, Kinds: kinds})) // Users: a look-up more
	bearer := must(oauth2.NewBearer(oauth2.BearerConfig{Verifier: verifier, Realm: "members"}))
	gate := must(auth.New(auth.Config{Schemes: []auth.Scheme{bearer}, Scopes: scopes}))
	mux := http.NewServeMux()
	mux.Handle("/authorization", login)
	mux.Handle("GET /{$}", gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
		fmt.Fprintf(w, "Hello, %s, our number %s.\n", id.Username, id.Subject)
	})))
	return mux
}

// openDatabase makes the host's table, with one person in it.
func openDatabase() *sql.DB {
	db := must(sql.Open("sqlite", "file:people?mode=memory"))
	db.SetMaxOpenConns(1) // each connection to :memory: would be a database of its own
	must(db.Exec(schema))
	hasher := must(password.NewHasher(password.HasherConfig{}))
	must(db.Exec("INSERT INTO people (number, login, bcrypt_or_argon2) VALUES (1001, 'Aladdin', ?)", must(hasher.Hash("open sesame"))))
	return db
}

func main() {
	log.Fatal((&http.Server{Addr: "127.0.0.1:8085", Handler: newHandler(openDatabase()), ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
