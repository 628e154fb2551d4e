package portal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func Example() {
	accounts := memory.New()
	sessions, err := session.New(session.Config{Tokens: accounts, BaseURL: "https://api.example", Keys: [][]byte{make([]byte, 32)}})
	if err != nil {
		panic(err)
	}
	pages, err := portal.New(portal.Config{Name: "Agrabah API", Sessions: sessions, Passwords: passwords{accounts}})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	for _, route := range pages.Routes() {
		mux.Handle(route.Pattern, route.Handler)
	}

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "https://api.example/login?next=/portal/tokens", nil))
	fmt.Println(w.Code, w.Header().Get("X-Frame-Options"))
	// Output: 200 DENY
}
