package basic_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// Basic over a store in memory, from the account to the handler.
func Example() {
	db := memory.New()
	limits, err := throttle.New(throttle.Config{Counters: db})
	if err != nil {
		log.Fatal(err)
	}
	passwords, err := password.New(password.Config{Users: db, Passwords: db, Throttle: limits})
	if err != nil {
		log.Fatal(err)
	}
	aladdin := store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	if aladdin.Password, err = passwords.NewPassword(context.Background(), aladdin, "open sesame"); err != nil {
		log.Fatal(err)
	}
	if err := db.CreateUsers(context.Background(), aladdin); err != nil {
		log.Fatal(err)
	}

	scheme, err := basic.New(basic.Config{Realm: "example", Passwords: passwords})
	if err != nil {
		log.Fatal(err)
	}
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your things"})
	if err != nil {
		log.Fatal(err)
	}
	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes})
	if err != nil {
		log.Fatal(err)
	}
	hello := gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		fmt.Fprintf(w, "Hello, %s!", id.Username)
	}))

	for _, secret := range []string{"open sesame", "open barley"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:40000" // clear HTTP is refused from further away
		r.SetBasicAuth("Aladdin", secret)
		w := httptest.NewRecorder()
		hello.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"), w.Body.String()[:6])
	}
	// Output:
	// 200  Hello,
	// 401 Basic realm="example", charset="UTF-8" {"stat
}
