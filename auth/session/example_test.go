package session_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func Example() {
	accounts := memory.New()
	aladdin := store.User{ID: "1", Name: "Aladdin"}
	if err := accounts.CreateUsers(context.Background(), aladdin); err != nil {
		log.Fatal(err)
	}
	sessions, err := session.New(session.Config{
		Tokens: accounts, BaseURL: "https://api.example", Keys: [][]byte{make([]byte, 32)}, // of a real service: random, and shared by its nodes
	})
	if err != nil {
		log.Fatal(err)
	}

	// The sign-in page has verified the password.
	w := httptest.NewRecorder()
	if err := sessions.Start(w, httptest.NewRequest("POST", "https://api.example/login", nil), aladdin, session.Details{}); err != nil {
		log.Fatal(err)
	}

	// The browser's next request.
	r := httptest.NewRequest("GET", "https://api.example/portal/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	current, ok, err := sessions.Current(r)
	fmt.Println(current.User.Name, ok, err)
	// Output: Aladdin true <nil>
}
