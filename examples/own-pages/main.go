// Command own-pages is an OAuth 2 authorization server whose sign-in and consent pages are the host's own (pages.go), behind
// package auth/interaction and without package portal. It prints a link that an app would send you to; the password is
// "open sesame". After you allowed it your browser goes to the app, where nobody listens.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net/http"
	"time"

	xoauth2 "golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// callback is the app's.
const callback = "http://127.0.0.1:9999/callback"

func newHandler(base string, db *memory.Store) http.Handler {
	key := make([]byte, 32) // with several processes all of them need the same
	rand.Read(key)          // never fails
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your lamps"}))
	limits := must(throttle.New(throttle.Config{Counters: db}))
	own := &pages{
		sessions:  must(session.New(session.Config{Tokens: db, BaseURL: base, Keys: [][]byte{key}})),
		passwords: must(password.New(password.Config{Users: db, Passwords: db, Throttle: limits})),
	}
	own.interactions = must(interaction.New(interaction.Config{
		Handles: db, Clients: db, Scopes: scopes, Subject: own.subject, SignIn: signInURL, Consent: consentURL,
	}))
	server := must(oauth2.New(oauth2.Config{
		Issuer: base, Scopes: scopes, Interactions: own.interactions, Throttle: limits,
		Clients: db, Users: db, Grants: db, Tokens: db, Handles: db, Once: db,
		Access: must(tokens.NewFormat("lamp_at_")), Refresh: must(tokens.NewFormat("lamp_rt_")),
	}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /enter", own.showEnter)
	mux.HandleFunc("POST /enter", own.enter)
	mux.HandleFunc("GET /ask", own.showAsk)
	mux.HandleFunc("POST /ask", own.ask)
	for _, route := range server.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}
	return mux
}

// newStore has Aladdin and a public app.
func newStore() *memory.Store {
	db, aladdin := memory.New(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	aladdin.Password.Hash = must(must(password.NewHasher(password.HasherConfig{})).Hash("open sesame"))
	app := store.Client{
		ID: "lamp", Name: "Lamp Polisher", Owner: "1", Scopes: []string{"read"}, RedirectURIs: []string{callback},
		GrantTypes: []string{"authorization_code"}, AuthMethods: []string{"none"},
	}
	for _, err := range []error{db.CreateUsers(context.Background(), aladdin), db.PutClient(context.Background(), app)} {
		if err != nil {
			log.Fatal(err)
		}
	}
	return db
}

// app is the client that would like a token.
func app(base string) xoauth2.Config {
	return xoauth2.Config{ClientID: "lamp", RedirectURL: callback, Endpoint: xoauth2.Endpoint{
		AuthURL: base + "/oauth2/authorize", TokenURL: base + "/oauth2/token", AuthStyle: xoauth2.AuthStyleInParams,
	}}
}

func main() {
	client := app("http://127.0.0.1:8087")
	fmt.Println(client.AuthCodeURL("state", xoauth2.S256ChallengeOption(xoauth2.GenerateVerifier())))
	log.Fatal((&http.Server{Addr: "127.0.0.1:8087", Handler: newHandler("http://127.0.0.1:8087", newStore()), ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
