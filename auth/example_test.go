package auth_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/auth"
)

// A gate in front of a handler. The scheme here is a test's own; services take those of packages basic, digest, oauth1,
// oauth2 and tokens.
func Example() {
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your products"})
	if err != nil {
		log.Fatal(err)
	}
	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{newFake()}, Scopes: scopes})
	if err != nil {
		log.Fatal(err)
	}
	products := func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		fmt.Fprintf(w, "Hello, %s!", id.Username)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /products", gate.Require("read")(http.HandlerFunc(products)))

	for _, credentials := range []string{"Fake aladdin", "Fake iago"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, newRequest("GET", "/products", "Authorization", credentials))
		fmt.Println(w.Code, w.Body.Len() > 0, w.Header()["Www-Authenticate"])
	}
	// Output:
	// 200 true []
	// 401 true [Fake realm="test"]
}

// Tests of a host's own handlers need no gate.
func ExampleNewContext() {
	ctx := auth.NewContext(context.Background(), auth.Identity{Kind: auth.User, Subject: "7", Username: "aladdin"})
	id, ok := auth.FromContext(ctx)
	fmt.Println(id.Username, ok)
	// Output: aladdin true
}
