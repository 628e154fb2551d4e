package oauth1_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

func TestSignatureMethods(t *testing.T) {
	w := newWorld(t)
	all := w.service(w.scheme())
	status := func(s *service, method string) int {
		app := w.app()
		app.Method = method
		return s.status(app.Request(client.Call{URL: home}))
	}
	for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"} {
		assert.Equal(t, 200, status(all, method), method)
	}
	t.Run("RFC5849-3.4.2-02 what the server does not take is 400, what the consumer may not use is 401", func(t *testing.T) {
		modern := w.service(w.scheme(func(c *oauth1.Config) { c.Methods = []oauth1.Method{oauth1.HMACSHA256} }))
		assert.Equal(t, 400, status(modern, "HMAC-SHA1"))
		assert.Equal(t, 200, status(modern, "HMAC-SHA256"))
		assert.Equal(t, 400, status(all, "HMAC-MD5"))
		w.changeClient(appKey, func(c *store.Client) { c.SignatureMethods = []string{"HMAC-SHA256"} })
		assert.Equal(t, 401, status(all, "HMAC-SHA1"))
		assert.Equal(t, 200, status(all, "HMAC-SHA256"))
	})
}

func TestRSA(t *testing.T) {
	w := newWorld(t)
	w.changeClient(appKey, func(c *store.Client) {
		c.Keys, c.Secrets = jwks(t, rsaKey()), nil
		c.SignatureMethods = []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"}
	})
	service := w.service(w.scheme())
	status := func(method string, key *rsa.PrivateKey) int {
		app := w.app()
		app.Method, app.RSAKey = method, key
		return service.status(app.Request(client.Call{URL: home}))
	}
	for _, method := range []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"} {
		t.Run("RFC5849-3.4.3-01 "+method+" with the registered key and with another one", func(t *testing.T) {
			assert.Equal(t, 200, status(method, rsaKey()))
			assert.Equal(t, 401, status(method, anotherRSAKey()))
		})
	}
	t.Run("RFC5849-3.4.3-02 a public key and an empty secret are no HMAC keys", func(t *testing.T) {
		der, err := x509.MarshalPKIXPublicKey(&rsaKey().PublicKey)
		assert.NoError(t, err)
		public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		for _, methods := range [][]string{{"RSA-SHA1"}, {"RSA-SHA1", "HMAC-SHA1", "HMAC-SHA256"}} {
			w.changeClient(appKey, func(c *store.Client) { c.SignatureMethods = methods })
			for _, secret := range []string{public, "", string(jwks(t, rsaKey()))} {
				for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256"} {
					app := w.app()
					app.Method, app.Secret = method, secret
					assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})))
					app.Token, app.TokenSecret = "", ""
					assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})))
				}
			}
		}
		w.changeClient(appKey, func(c *store.Client) {
			c.SignatureMethods = []string{"HMAC-SHA1"}
			c.Secrets = []store.Secret{{Sealed: w.ring.Seal(oauth1.ClientSecret(appKey), nil)}}
		})
		app := w.app()
		app.Secret = ""
		assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})), "a secret that is empty")
	})
	t.Run("keys are changed with effect at the next request, and two may be live", func(t *testing.T) {
		w.changeClient(appKey, func(c *store.Client) {
			c.SignatureMethods = []string{"RSA-SHA256"}
			c.Keys = jwks(t, anotherRSAKey())
		})
		assert.Equal(t, 401, status("RSA-SHA256", rsaKey()))
		assert.Equal(t, 200, status("RSA-SHA256", anotherRSAKey()))
		w.changeClient(appKey, func(c *store.Client) { c.Keys = jwks(t, rsaKey(), anotherRSAKey()) })
		assert.Equal(t, 200, status("RSA-SHA256", rsaKey()))
		assert.Equal(t, 200, status("RSA-SHA256", anotherRSAKey()))
		w.changeClient(appKey, func(c *store.Client) { c.Keys = []byte("no keys") })
		assert.Equal(t, 401, status("RSA-SHA256", rsaKey()))
	})
}

func TestPlaintext(t *testing.T) {
	w := newWorld(t)
	app := w.app()
	app.Method = "PLAINTEXT"
	off := w.service(w.scheme())
	on := w.service(w.scheme(func(c *oauth1.Config) { c.AllowPlaintext = true }))
	bare := client.Call{URL: home, Without: []string{"oauth_nonce", "oauth_timestamp"}}
	t.Run("RFC5849-3.4.4-01 off by default", func(t *testing.T) {
		assert.Equal(t, 400, off.status(app.Request(client.Call{URL: home})))
	})
	t.Run("RFC5849-3.4.4-01 the secrets themselves, encoded", func(t *testing.T) {
		assert.Equal(t, 200, on.status(app.Request(client.Call{URL: home})))
		for _, wrong := range []string{"", "wrong", "app", appSecret + " "} {
			guess := app
			guess.Secret = wrong
			assert.Equal(t, 401, on.status(guess.Request(client.Call{URL: home})), wrong)
			guess = app
			guess.TokenSecret = wrong
			assert.Equal(t, 401, on.status(guess.Request(client.Call{URL: home})), wrong)
		}
	})
	t.Run("RFC5849-3.4.4-01 over TLS and loopback alone, unless an Insecure option says otherwise", func(t *testing.T) {
		from := func(url, peer string) *http.Request {
			r := app.Request(client.Call{URL: url})
			r.RemoteAddr = peer
			return r
		}
		verify := func(r *http.Request, change ...func(*oauth1.Config)) error {
			_, err := w.scheme(append(change, func(c *oauth1.Config) { c.AllowPlaintext = true })...).Verify(t.Context(), r)
			return err
		}
		assert.NoError(t, verify(from("https://api.example.com/", "192.0.2.1:1")))
		assert.NoError(t, verify(from("http://api.example.com/", "127.0.0.1:1")))
		assert.Error(t, verify(from("http://api.example.com/", "192.0.2.1:1")))
		assert.Equal(t, 403, on.status(from("http://api.example.com/", "192.0.2.1:1")))
		assert.NoError(t, verify(from("http://api.example.com/", "192.0.2.1:1"), func(c *oauth1.Config) { c.InsecurePlaintextOverHTTP = true }))
	})
	t.Run("RFC5849-3.1-04 neither nonce nor timestamp are needed", func(t *testing.T) {
		assert.Equal(t, 200, on.status(app.Request(bare)))
		assert.Equal(t, 200, on.status(app.Request(bare)), "which makes it good again and again")
		assert.Equal(t, 400, on.status(app.Request(client.Call{URL: home, Without: []string{"oauth_nonce"}})))
		assert.Equal(t, 400, on.status(app.Request(client.Call{URL: home, Without: []string{"oauth_timestamp"}})))
	})
	t.Run("where they are sent they count", func(t *testing.T) {
		r := app.Request(client.Call{URL: home})
		assert.Equal(t, 200, on.status(r))
		assert.Equal(t, 401, on.status(r))
	})
}
