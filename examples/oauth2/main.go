// Command oauth2 is an OAuth 2 authorization server, an API behind it, and an app that uses both through
// golang.org/x/oauth2: in its own name (client credentials), and for Aladdin, who signs in and allows it (authorization
// code with PKCE). It says what happens and ends.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/examples/internal/visitor"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// callback is where the app is called back. Nothing listens there: this program looks at the address.
const callback = "http://127.0.0.1:9999/callback"

func main() {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	base, secret := "http://"+listener.Addr().String(), rand.Text()+rand.Text()
	server := &http.Server{Handler: newServer(base, newStore(secret)), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener) // until the program ends
	if err := run(context.Background(), os.Stdout, base, secret); err != nil {
		log.Fatal(err)
	}
}

// newStore has Aladdin and an app. A secret that was drawn at random is kept as a digest alone.
func newStore(secret string) *memory.Store {
	db, aladdin := memory.New(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	aladdin.Password.Hash = must(must(password.NewHasher(password.HasherConfig{})).Hash("open sesame"))
	app := store.Client{
		ID: "lamp", Name: "Lamp Polisher", Owner: "1", Scopes: []string{"read"}, RedirectURIs: []string{callback},
		GrantTypes: []string{"client_credentials", "authorization_code", "refresh_token"},
		Secrets:    []store.Secret{{Digest: store.DigestOf(secret)}},
	}
	for _, err := range []error{db.CreateUsers(context.Background(), aladdin), db.PutClient(context.Background(), app)} {
		if err != nil {
			log.Fatal(err)
		}
	}
	return db
}

// run is the app.
func run(ctx context.Context, out io.Writer, base, secret string) error {
	own := clientcredentials.Config{ClientID: "lamp", ClientSecret: secret, TokenURL: base + "/oauth2/token"}
	if err := call(out, "In its own name", own.Client(ctx), base); err != nil {
		return err
	}

	app := oauth2.Config{
		ClientID: "lamp", ClientSecret: secret, RedirectURL: callback, Scopes: []string{"read"},
		Endpoint: oauth2.Endpoint{AuthURL: base + "/oauth2/authorize", TokenURL: base + "/oauth2/token"},
	}
	verifier, state := oauth2.GenerateVerifier(), rand.Text()
	code, err := askAladdin(out, app.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), state, base)
	if err != nil {
		return err
	}
	token, err := app.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return err
	}
	if err := call(out, "For Aladdin", app.Client(ctx, token), base); err != nil {
		return err
	}

	token.Expiry = time.Now() // so that it is refreshed
	return call(out, "An hour later", app.Client(ctx, token), base)
}

// askAladdin plays Aladdin, who is sent to the authorization server and comes back with a code.
func askAladdin(out io.Writer, address, state, base string) (code string, err error) {
	aladdin := visitor.New(callback)
	for _, step := range []func() error{
		func() error { return aladdin.Open(address) },
		func() error { return aladdin.Submit("username", "Aladdin", "password", "open sesame") },
		func() error { return aladdin.Submit("decision", "allow") },
	} {
		if err := step(); err != nil {
			return "", err
		}
		fmt.Fprintln(out, "Aladdin is at", aladdin.Page.URL.Path)
	}
	answer := aladdin.Page.URL.Query()
	if answer.Get("state") != state || answer.Get("iss") != base { // an answer to another request, or of another server
		return "", fmt.Errorf("this is not the answer: %s", answer.Get("error"))
	}
	return answer.Get("code"), nil
}

// call asks the API.
func call(out io.Writer, when string, client *http.Client, base string) error {
	answer, err := client.Get(base + "/lamps")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	fmt.Fprintf(out, "%s: %s %s\n", when, answer.Status, text)
	return err
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
