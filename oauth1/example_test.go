package oauth1_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	client "github.com/dghubble/oauth1"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// A server verifies what a client signed. The app and its token are put into the store by hand here.
func Example() {
	ctx, db := context.Background(), memory.New()
	ring, _ := seal.New(seal.NewKey())

	_ = db.CreateUsers(ctx, store.User{ID: "u1", Name: "Aladdin", Scopes: []string{"products:read"}})
	_ = db.PutClient(ctx, store.Client{
		ID: "lamp", Scopes: []string{"products:read"}, SignatureMethods: []string{"HMAC-SHA256"},
		Secrets: []store.Secret{{Sealed: ring.Seal(oauth1.ClientSecret("lamp"), []byte("open sesame"))}},
	})
	_ = db.PutGrant(ctx, store.Grant{ID: "g1", User: "u1", Client: "lamp", Protocol: "oauth1"})
	_ = db.PutTokens(ctx, []store.Token{{
		ID: "t1", Digest: store.DigestOf("token"), Kind: store.OAuth1Token, User: "u1", Client: "lamp", Grant: "g1",
		Scopes: []string{"products:read"}, Sealed: ring.Seal(oauth1.TokenSecret("t1"), []byte("token secret")),
	}}, 0)

	scheme, err := oauth1.New(oauth1.Config{
		Realm: "api", Methods: []oauth1.Method{oauth1.HMACSHA256, oauth1.HMACSHA1},
		Clients: db, Users: db, Tokens: db, Once: db, Ring: ring,
	})
	if err != nil {
		panic(err)
	}
	catalogue, _ := auth.NewCatalogue(auth.ScopeInfo{Name: "products:read", Words: "See the products"})
	gate, _ := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: catalogue})
	server := httptest.NewServer(gate.Require("products:read")(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		fmt.Println(id.Username, "by", id.ClientKey)
	})))
	defer server.Close()

	config := client.NewConfig("lamp", "open sesame")
	config.Signer = &client.HMAC256Signer{ConsumerSecret: "open sesame"}
	answer, _ := config.Client(ctx, client.NewToken("token", "token secret")).Get(server.URL + "/products?page=1")
	fmt.Println(answer.Status)
	answer, _ = http.Get(server.URL + "/products?page=1")
	fmt.Println(answer.Status, answer.Header["Www-Authenticate"])
	// Output:
	// Aladdin by lamp
	// 200 OK
	// 401 Unauthorized [OAuth realm="api"]
}
