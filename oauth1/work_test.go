package oauth1_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// countingStore counts what is asked.
type countingStore struct {
	*memory.Store
	reads, claims int
}

func (c *countingStore) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	c.reads++
	return c.Store.LookUpToken(ctx, d)
}

func (c *countingStore) Client(ctx context.Context, id string) (store.Client, error) {
	c.reads++
	return c.Store.Client(ctx, id)
}

func (c *countingStore) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	c.claims++
	return c.Store.Claim(ctx, key, until)
}

// refused are requests that are refused for reasons that nobody may tell apart.
func refused(w *world) map[string]*http.Request {
	w.putClient("rsa_only", "u1", "s")
	w.changeClient("rsa_only", func(c *store.Client) { c.SignatureMethods = []string{"RSA-SHA1"} })
	w.putToken("rsa", "rsa_token", "s", "rsa_only", "u1")
	w.putClient("no_secret", "u1")
	w.putToken("none", "no_secret_token", "s", "no_secret", "u1")
	w.putToken("gone", "gone", "s", appKey, "u1")
	_, err := w.store.RevokeTokens(context.Background(), store.TokenFilter{ID: "gone"}, w.clock.Now())
	require.NoError(w.t, err)
	signer := func(change func(c *client.Client)) *http.Request {
		app := w.app()
		change(&app)
		return app.Request(client.Call{URL: home})
	}
	return map[string]*http.Request{
		"a wrong signature":                signer(func(c *client.Client) { c.Secret = "wrong" }),
		"an unknown consumer":              signer(func(c *client.Client) { c.Key = "nobody" }),
		"an unknown token":                 signer(func(c *client.Client) { c.Token = "nothing" }),
		"an unknown consumer and token":    signer(func(c *client.Client) { c.Key, c.Token = "nobody", "nothing" }),
		"a revoked token":                  signer(func(c *client.Client) { c.Token, c.TokenSecret = "gone", "s" }),
		"another consumer's token":         signer(func(c *client.Client) { c.Token, c.TokenSecret = otherToken, otherSecond }),
		"a method that it may not use":     signer(func(c *client.Client) { c.Key, c.Token = "rsa_only", "rsa_token" }),
		"a method that has no secret here": signer(func(c *client.Client) { c.Key, c.Token = "no_secret", "no_secret_token" }),
	}
}

func TestRefusalsAreAlike(t *testing.T) {
	w := newWorld(t)
	counting := &countingStore{Store: w.store}
	scheme := w.scheme(func(c *oauth1.Config) { c.Tokens, c.Clients, c.Once = counting, counting, counting })
	requests := refused(w)
	for name, r := range requests {
		t.Run("RFC5849-4.10-01 the same answer after one look-up: "+name, func(t *testing.T) {
			counting.reads = 0
			_, err := scheme.Verify(t.Context(), r)
			assert.Equal(t, "Could not authenticate:", autherr.From(err).Message)
			assert.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Equal(t, 1, counting.reads)
		})
	}
	assert.Zero(t, counting.claims, "none of them took a nonce")
	t.Run("RFC5849-4.10-01 format and time are checked before anything is read", func(t *testing.T) {
		counting.reads = 0
		for _, extra := range [][2]string{
			{"oauth_timestamp", "x"}, {"oauth_timestamp", "1"}, {"oauth_nonce", ""}, {"oauth_version", "3"}, {"oauth_signature_method", "x"},
		} {
			_, err := scheme.Verify(t.Context(), w.app().Request(client.Call{URL: home, Extra: client.Pairs{extra}}))
			assert.Error(t, err, extra)
		}
		assert.Zero(t, counting.reads)
	})
	if os.Getenv("SESAME_LONG") != "" {
		t.Run("RFC5849-4.10-01 within 20 % of the time of a wrong signature", func(t *testing.T) {
			assertAlike(t, w.scheme(), requests)
		})
	}
}

// assertAlike compares times by taking turns.
func assertAlike(t *testing.T, scheme *oauth1.Scheme, requests map[string]*http.Request) {
	times := map[string][]time.Duration{}
	for range 400 {
		for name, r := range requests {
			begin := time.Now()
			for range 100 {
				_, _ = scheme.Verify(t.Context(), r)
			}
			times[name] = append(times[name], time.Since(begin))
		}
	}
	median := func(name string) float64 {
		slices.Sort(times[name])
		return float64(times[name][len(times[name])/2])
	}
	for name := range requests {
		assert.InEpsilon(t, median("a wrong signature"), median(name), 0.2, name)
	}
}
