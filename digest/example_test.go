package digest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

func Example() {
	ring, _ := seal.New(seal.NewKey()) // a service keeps its ring: seal.CreateFile
	db := memory.New()
	limits, _ := throttle.New(throttle.Config{Counters: db})
	ha1s, _ := digest.NewHA1s(digest.HA1Config{Realm: "api", Keys: ring, Algorithms: []digest.Algorithm{digest.SHA256, digest.MD5}})
	scheme, err := digest.New(digest.Config{HA1s: ha1s, Users: db, Once: db, NonceKeys: ring, Throttle: limits})
	if err != nil {
		fmt.Println(err)
		return
	}

	user := store.User{ID: "u1", Name: "Mufasa", Scopes: []string{"products:read"}}
	user.Password.HA1s, _ = ha1s.Derive(user, "Circle of Life")
	_ = db.CreateUsers(context.Background(), user)

	scopes, _ := auth.NewCatalogue(auth.ScopeInfo{Name: "products:read", Words: "See products"})
	gate, _ := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes})
	products := gate.Require("products:read")(http.NotFoundHandler())

	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/products", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	products.ServeHTTP(w, r)
	fmt.Println(w.Code)
	for _, challenge := range w.Header()["Www-Authenticate"] {
		before, rest, _ := strings.Cut(challenge, `nonce="`)
		_, after, _ := strings.Cut(rest, `"`)
		fmt.Println(before + `nonce="…"` + after)
	}
	// Output:
	// 401
	// Digest realm="api", qop="auth", algorithm=SHA-256, nonce="…", charset=UTF-8, userhash=true
	// Digest realm="api", qop="auth", algorithm=MD5, nonce="…", charset=UTF-8, userhash=true
}

func ExampleExchange() {
	// The example of RFC 7616 §3.9.1.
	exchange := digest.Exchange{
		Algorithm: digest.SHA256, QOP: digest.Auth, Method: "GET", URI: "/dir/index.html",
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", NC: "00000001",
		CNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	}
	ha1 := digest.HA1(exchange.Algorithm, "Mufasa", "http-auth@example.org", "Circle of Life")
	fmt.Println(exchange.Response(ha1))
	// Output: 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1
}
