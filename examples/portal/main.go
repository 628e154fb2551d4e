// Command portal serves the developer portal on a store in memory. See for yourself: http://127.0.0.1:8084/portal/, as
// Aladdin with the password "open sesame".
package main

import (
	"context"
	"crypto/rand"
	"log"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// mount puts the portal into a host's table of routes.
func mount(mux *http.ServeMux, host service) {
	pages := must(portal.New(portal.Config{
		Name: "Agrabah API", Sessions: host.sessions, Passwords: host.passwords, Events: host.db,
		Developer: &portal.Developer{
			Issuer: host.issuer, Clients: host.db, Grants: host.db, Tokens: host.db, Scopes: host.scopes,
			Passwords: &portal.PasswordChange{New: host.passwords.NewPassword, Store: host.db},
		},
	}))
	for _, route := range pages.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}
}

// A service is what a host has already.
type service struct {
	db        *memory.Store
	scopes    auth.Catalogue
	sessions  *session.Sessions
	passwords *password.Checker
	issuer    *tokens.Issuer
}

// newService builds a host with one account.
func newService(base string) service {
	s := service{db: memory.New(), scopes: must(auth.NewCatalogue(
		auth.ScopeInfo{Name: "products:read", Words: "See your products"},
		auth.ScopeInfo{Name: "products:write", Words: "Change your products"},
		auth.ScopeInfo{Name: "users:read", Words: "See who works with you"},
	))}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // does not fail; several processes share one
	s.sessions = must(session.New(session.Config{Tokens: s.db, BaseURL: base, Keys: [][]byte{key}}))
	s.passwords = must(password.New(password.Config{Users: s.db, Passwords: s.db, Throttle: must(throttle.New(throttle.Config{Counters: s.db}))}))
	s.issuer = must(tokens.New(tokens.Config{
		Tokens: s.db, Users: s.db, Scopes: s.scopes, AllowNoExpiry: true,
		Developer: must(tokens.NewFormat("agrabah_pat_")), APIKey: must(tokens.NewFormat("agrabah_key_")),
	}))
	user := store.User{ID: "1", Name: "Aladdin", Email: "aladdin@agrabah.example", Scopes: s.scopes.Names()}
	user.Password = must(s.passwords.NewPassword(context.Background(), user, "open sesame"))
	if err := s.db.CreateUsers(context.Background(), user); err != nil {
		log.Fatal(err)
	}
	return s
}

func main() {
	mux := http.NewServeMux()
	mount(mux, newService("http://127.0.0.1:8084"))
	log.Fatal((&http.Server{Addr: "127.0.0.1:8084", Handler: mux, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
