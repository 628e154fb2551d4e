package oauth1_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	dghubble "github.com/dghubble/oauth1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

// A generator draws requests that are as odd as they may be.
type generator struct{ *rand.Rand }

func newGenerator() generator { return generator{rand.New(rand.NewPCG(5849, 2010))} }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// text is text of letters that some encoder somewhere gets wrong.
func (g generator) text(most int) string {
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteString(g.pick("a", "Z", "0", "-", ".", "_", "~", " ", "+", "*", "%", "&", "=", "?", "/", ":", ";", "@", "!", "'", "(", ")", ",", "$",
			"[", "]", "#", "\"", "\\", "<", ">", "^", "`", "{", "|", "}", "\n", "\x00", "\x7f", "é", "☃", "🔑", "%20", "%2B", "%25"))
	}
	return b.String()
}

// pairs are parameters; their names are different where unique says so.
func (g generator) pairs(unique bool) client.Pairs {
	var pairs client.Pairs
	for i := range g.IntN(6) {
		name := g.text(4)
		if unique {
			name += fmt.Sprint("-", i)
		}
		pairs = append(pairs, [2]string{name, g.text(8)})
	}
	return pairs
}

// form is pairs as one of several kinds of clients writes them.
func (g generator) form(pairs client.Pairs) string {
	form := client.Form(pairs)
	switch g.IntN(4) {
	case 0:
		form = strings.ReplaceAll(form, "%20", "+")
	case 1:
		form = strings.ReplaceAll(form, "%2A", "*")
	case 2:
		form = strings.ReplaceAll(form, "%3D", "%3d")
	}
	if g.IntN(4) == 0 {
		form = strings.ReplaceAll(form, "=&", "&")
	}
	return form
}

func (g generator) path() string {
	path := "/" + g.pick("v2", "a%2Fb", "a%2fb", "caf%C3%A9", "~x", "%7Ex", "a+b", "a/../b", "a;b", "a,b", "x=y&z", "", "a%20b", "(a)", "a:b", "a@b", "%41")
	return path + g.pick("", "/", "/products", "//", "/%E2%98%83")
}

func (g generator) origin() string {
	return g.pick("https://api.example.com", "http://api.example.com", "http://api.example.com:8080", "https://API.Example.com:8443", "http://127.0.0.1:8080")
}

func requestCount(fewer, long int) int {
	if os.Getenv("SESAME_LONG") != "" {
		return long
	}
	return fewer
}

func TestAgainstASecondImplementation(t *testing.T) {
	w, g := newWorld(t), newGenerator()
	scheme := w.scheme(allowAllPlaces, func(c *oauth1.Config) { c.AllowPlaintext, c.MaxNonces = true, 1<<20 })
	for range requestCount(4000, 200_000) {
		app := w.app()
		app.Method = g.pick("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT")
		call := client.Call{Method: g.pick("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"), URL: g.origin() + g.path()}
		if query := g.form(g.pairs(false)); query != "" || g.IntN(5) == 0 {
			call.URL += "?" + query
		}
		call.Place = client.Place(g.IntN(3))
		if g.IntN(2) == 0 || call.Place == client.InForm {
			call.Form = g.form(g.pairs(false))
		}
		if g.IntN(3) == 0 {
			call.Extra = client.Pairs{{"oauth_" + g.text(4) + "x", g.text(6)}}
		}
		_, err := scheme.Verify(t.Context(), app.Request(call))
		require.NoError(t, err, "%+v %+v", app, call)
		if app.Method == "PLAINTEXT" {
			continue
		}
		app.Secret += "x"
		_, err = scheme.Verify(t.Context(), app.Request(call))
		require.Error(t, err, "%+v %+v", app, call)
	}
}

// A wire hands requests to a scheme as a server would read them.
type wire struct {
	t      *testing.T
	scheme *oauth1.Scheme
	err    error
}

func (x *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent bytes.Buffer
	require.NoError(x.t, r.Write(&sent))
	received, err := http.ReadRequest(bufio.NewReader(&sent))
	require.NoError(x.t, err)
	if r.URL.Scheme == "https" {
		received.TLS = &tls.ConnectionState{}
	}
	_, x.err = x.scheme.Verify(context.Background(), received)
	return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, nil
}

func TestAgainstARealClient(t *testing.T) {
	w, g := newWorld(t), newGenerator()
	w.changeClient(appKey, func(c *store.Client) {
		c.Keys, c.SignatureMethods = jwks(t, rsaKey()), append(c.SignatureMethods, "RSA-SHA1")
	})
	scheme := w.scheme(func(c *oauth1.Config) { c.Clock, c.MaxNonces = time.Now, 1<<20 })
	signers := []dghubble.Signer{
		&dghubble.HMACSigner{ConsumerSecret: appSecret}, &dghubble.HMAC256Signer{ConsumerSecret: appSecret},
		&dghubble.RSASigner{PrivateKey: rsaKey()},
	}
	for i := range requestCount(3000, 100_000) {
		x := &wire{t: t, scheme: scheme}
		config := dghubble.NewConfig(appKey, appSecret)
		config.Signer, config.Realm = signers[i%len(signers)], g.pick("", "api", "http://example.com/")
		if i%50 != 2 && i%len(signers) == 2 {
			config.Signer = signers[0] // RSA now and then: it takes a while
		}
		ctx := context.WithValue(t.Context(), dghubble.HTTPClient, &http.Client{Transport: x})
		signing := config.Client(ctx, dghubble.NewToken(tokenText, tokenSecret))
		method, url := g.pick("GET", "POST", "PUT", "DELETE"), g.origin()+g.path()
		// The client knows no repeated parameters; what is in query and form at once is one of them.
		pairs := g.pairs(true)
		half := g.IntN(len(pairs) + 1)
		if query := g.form(pairs[:half]); query != "" {
			url += "?" + query
		}
		var body io.Reader
		if method != "GET" {
			body = strings.NewReader(g.form(pairs[half:]))
		}
		r, err := http.NewRequestWithContext(ctx, method, url, body)
		if !assert.NoError(t, err, url) {
			continue
		}
		if body != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		_, err = signing.Do(r)
		require.NoError(t, err)
		require.NoError(t, x.err, "%s %s", method, url)
	}
}
