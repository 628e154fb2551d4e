// Command oauth1 is an OAuth 1.0a provider, an API behind it, and an app that uses both through
// github.com/dghubble/oauth1: it asks for temporary credentials, sends Aladdin to allow it, exchanges them for a token and
// signs a call. It says what happens and ends.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	client "github.com/dghubble/oauth1"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/examples/internal/visitor"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// callback is where the app is called back. Nothing listens there: this program looks at the address.
const callback = "http://127.0.0.1:9999/callback"

func main() {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	base, secret := "http://"+listener.Addr().String(), rand.Text()+rand.Text()
	ring := must(seal.New(seal.NewKey())) // a service that outlives its start has it in a file: seal.CreateFile
	server := &http.Server{Handler: newServer(base, newStore(secret, ring), ring), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener) // until the program ends
	if err := run(context.Background(), os.Stdout, base, secret); err != nil {
		log.Fatal(err)
	}
}

// newStore has Aladdin and an app. HMAC must read the app's secret, so that it is kept sealed and not as a digest alone.
func newStore(secret string, ring *seal.Ring) *memory.Store {
	db, aladdin := memory.New(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	aladdin.Password.Hash = must(must(password.NewHasher(password.HasherConfig{})).Hash("open sesame"))
	app := store.Client{
		ID: "lamp", Name: "Lamp Polisher", Owner: "1", Scopes: []string{"read"}, RedirectURIs: []string{callback},
		SignatureMethods: []string{"HMAC-SHA256"},
		Secrets:          []store.Secret{{Digest: store.DigestOf(secret), Sealed: ring.Seal(oauth1.ClientSecret("lamp"), []byte(secret))}},
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
	app := client.Config{
		ConsumerKey: "lamp", ConsumerSecret: secret, CallbackURL: callback, Signer: &client.HMAC256Signer{ConsumerSecret: secret},
		Endpoint: client.Endpoint{
			RequestTokenURL: base + "/oauth/request_token", AuthorizeURL: base + "/oauth/authorize", AccessTokenURL: base + "/oauth/access_token",
		},
	}
	temporary, temporarySecret, err := app.RequestToken()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "The app has temporary credentials")
	address, err := app.AuthorizationURL(temporary)
	if err != nil {
		return err
	}
	verifier, err := askAladdin(out, address, temporary)
	if err != nil {
		return err
	}
	token, tokenSecret, err := app.AccessToken(temporary, temporarySecret, verifier)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "The app has a token")
	return call(out, app.Client(ctx, client.NewToken(token, tokenSecret)), base)
}

// askAladdin plays Aladdin, who is sent to the provider and comes back with a verifier.
func askAladdin(out io.Writer, address *url.URL, temporary string) (verifier string, err error) {
	aladdin := visitor.New(callback)
	for _, step := range []func() error{
		func() error { return aladdin.Open(address.String()) },
		func() error { return aladdin.Submit("username", "Aladdin", "password", "open sesame") },
		func() error { return aladdin.Submit("decision", "allow") },
	} {
		if err := step(); err != nil {
			return "", err
		}
		fmt.Fprintln(out, "Aladdin is at", aladdin.Page.URL.Path)
	}
	answer := aladdin.Page.URL.Query()
	if answer.Get("oauth_token") != temporary {
		return "", fmt.Errorf("this is the answer to another request: %s", answer.Get("oauth_problem"))
	}
	return answer.Get("oauth_verifier"), nil
}

// call asks the API, with a parameter that is signed too.
func call(out io.Writer, client *http.Client, base string) error {
	answer, err := client.Get(base + "/lamps?kind=oil")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	fmt.Fprintf(out, "%s %s\n", answer.Status, text)
	return err
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
