package oauth1_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

func TestExchange(t *testing.T) {
	t.Run("RFC5849-2.3-01 without a verifier 400, with a wrong one 401, and no token", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		verifier := p.approve("u1", app.Token)
		for _, call := range []client.Call{{Method: "POST", URL: providerURL + "/oauth/access_token"}, exchangeCall("")} {
			assert.Equal(t, 400, p.do(app.Request(call)).Code)
		}
		for _, wrong := range []string{"wrong", verifier + "x", verifier[1:], strings.ToUpper(verifier), " " + verifier} {
			answer := p.do(app.Request(exchangeCall(wrong)))
			assert.Equal(t, 401, answer.Code, wrong)
			assert.Equal(t, document{Status: 401, Message: "Could not authenticate:"}, readDocument(t, answer))
		}
		unsigned := app
		unsigned.TokenSecret = "guessed"
		assert.Equal(t, 401, p.do(unsigned.Request(exchangeCall(verifier))).Code)
		tokenless := exchangeCall(verifier)
		assert.Equal(t, 400, p.do(p.consumer().Request(tokenless)).Code)
		assert.Empty(t, p.issuedTokens())
	})
	t.Run("RFC5849-2.3-02 temporary credentials work once and expire", func(t *testing.T) {
		p := newProvider(t)
		app, late := p.begin(callbackURL), p.begin(callbackURL)
		verifier, lateVerifier := p.approve("u1", app.Token), p.approve("u1", late.Token)
		credentials(t, p.do(app.Request(exchangeCall(verifier))))
		assert.Equal(t, 401, p.do(app.Request(exchangeCall(verifier))).Code)
		p.clock.Advance(10 * time.Minute)
		assert.Equal(t, 401, p.do(late.Request(exchangeCall(lateVerifier))).Code)
		assert.Len(t, p.issuedTokens(), 1)
	})
	t.Run("RFC5849-2.3-03 before the user approved", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		for _, guess := range []string{"guess", strings.Repeat("0", 64)} {
			assert.Equal(t, 401, p.do(app.Request(exchangeCall(guess))).Code)
		}
		credentials(t, p.do(app.Request(exchangeCall(p.approve("u1", app.Token)))))
	})
	t.Run("RFC5849-2.3-04 bound to the consumer that got them", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		verifier := p.approve("u1", app.Token)
		thief := app
		thief.Key, thief.Secret = otherKey, otherSecret
		assert.Equal(t, 401, p.do(thief.Request(exchangeCall(verifier))).Code)
		credentials(t, p.do(app.Request(exchangeCall(verifier))))
	})
	t.Run("RFC5849-2.3-05 the answer is a form that nobody keeps, and the token works", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		answer := p.do(app.Request(exchangeCall(p.approve("u1", app.Token))))
		assert.Equal(t, "application/x-www-form-urlencoded", answer.Header().Get("Content-Type"))
		assert.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
		app.Token, app.TokenSecret = credentials(t, answer)
		service := p.service(p.scheme())
		require.Equal(t, 200, service.status(app.Request(client.Call{URL: home})))
		id := service.seen.identity
		assert.Equal(t, "Aladdin", id.Username)
		assert.Equal(t, "pwd", id.ACR)
		assert.Equal(t, p.clock.Now().UTC(), id.AuthTime)
		assert.NotEmpty(t, id.GrantID)
		assert.True(t, id.Expires.IsZero())
		temporary := p.begin(callbackURL)
		assert.Equal(t, 401, service.status(temporary.Request(client.Call{URL: home})), "temporary credentials are none for the API")
	})
	t.Run("RFC5849-2.3-06 scope and duration are those that the user approved", func(t *testing.T) {
		p := newProvider(t, func(c *oauth1.ServerConfig) { c.TokenLife = time.Hour })
		service := p.service(p.scheme())
		write := client.Call{Method: "POST", URL: "https://api.example.com/write"}
		for name, get := range map[string]func() client.Client{
			"the app asked for less": func() client.Client {
				app := p.consumer()
				call := beginCall(callbackURL)
				call.URL += "?scope=products%3Aread"
				app.Token, app.TokenSecret = credentials(t, p.do(app.Request(call)))
				app.Token, app.TokenSecret = credentials(t, p.do(app.Request(exchangeCall(p.approve("u1", app.Token)))))
				return app
			},
			"the user allowed less": func() client.Client {
				app := p.begin(callbackURL)
				app.Token, app.TokenSecret = credentials(t, p.do(app.Request(exchangeCall(p.approve("u1", app.Token, "products:read")))))
				return app
			},
			"the user holds less": func() client.Client {
				app := p.begin(callbackURL)
				app.Token, app.TokenSecret = credentials(t, p.do(app.Request(exchangeCall(p.approve("u2", app.Token)))))
				return app
			},
		} {
			app := get()
			assert.Equal(t, 200, service.status(app.Request(client.Call{URL: home})), name)
			assert.Equal(t, 403, service.status(app.Request(write)), name)
		}
		app := p.begin(callbackURL)
		app.Token, app.TokenSecret = credentials(t, p.do(app.Request(exchangeCall(p.approve("u1", app.Token)))))
		assert.Equal(t, 200, service.status(app.Request(write)))
		p.clock.Advance(time.Hour)
		assert.Equal(t, 401, service.status(app.Request(client.Call{URL: home})))
	})
	t.Run("RFC5849-2.3-08 ten wrong verifiers end the credentials", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin("oob")
		verifier := strings.Fields(p.decide("u1", app.Token, interaction.Decision{Allow: true}).Body.String())[1]
		forger := app
		forger.TokenSecret = "guessed"
		for range 20 {
			assert.Equal(t, 401, p.do(forger.Request(exchangeCall("BBBBBBBB"))).Code, "who cannot sign cannot end them")
		}
		for range 10 {
			assert.Equal(t, 401, p.do(app.Request(exchangeCall("BBBBBBBB"))).Code)
		}
		assert.Equal(t, 401, p.do(app.Request(exchangeCall(verifier))).Code)
		assert.Empty(t, p.issuedTokens())
		again := p.begin("oob")
		verifier = strings.Fields(p.decide("u1", again.Token, interaction.Decision{Allow: true}).Body.String())[1]
		for range 9 {
			assert.Equal(t, 401, p.do(again.Request(exchangeCall("BBBBBBBB"))).Code)
		}
		credentials(t, p.do(again.Request(exchangeCall(verifier))))
	})
	t.Run("a grant that is revoked before the exchange", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		verifier := p.approve("u1", app.Token)
		_, err := p.store.RevokeGrants(t.Context(), store.GrantFilter{User: "u1", Client: appKey}, p.clock.Now())
		require.NoError(t, err)
		assert.Equal(t, 401, p.do(app.Request(exchangeCall(verifier))).Code)
		assert.Empty(t, p.issuedTokens())
	})
}

// together calls do n times at once and counts the answers by their status.
func together(n int, do func(i int) *httptest.ResponseRecorder) map[int]int {
	var wait sync.WaitGroup
	var mu sync.Mutex
	answers, start := map[int]int{}, make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-start
			code := do(i).Code
			mu.Lock()
			defer mu.Unlock()
			answers[code]++
		})
	}
	close(start)
	wait.Wait()
	return answers
}

func TestConcurrentExchanges(t *testing.T) {
	t.Run("RFC5849-2.3-07 of 1,000 at once over three nodes one gets a token", func(t *testing.T) {
		w := newWorld(t)
		var nodes [3]*provider
		for i := range nodes {
			nodes[i] = newProviderOver(w, func(*oauth1.Config) {}, func(c *oauth1.ServerConfig) { c.Observer = nil })
		}
		app := nodes[0].begin(callbackURL)
		verifier := nodes[0].approve("u1", app.Token)
		answers := together(1000, func(i int) *httptest.ResponseRecorder {
			return nodes[i%3].do(app.Request(exchangeCall(verifier)))
		})
		assert.Equal(t, map[int]int{200: 1, 401: 999}, answers)
		assert.Len(t, nodes[0].issuedTokens(), 1)
	})
	t.Run("RFC5849-2.3-08 a burst of guesses is counted, each of them", func(t *testing.T) {
		p := newProvider(t, func(c *oauth1.ServerConfig) { c.Observer = nil })
		app := p.begin("oob")
		p.decide("u1", app.Token, interaction.Decision{Allow: true})
		answers := together(100, func(i int) *httptest.ResponseRecorder {
			return p.do(app.Request(exchangeCall(fmt.Sprintf("BBBB%04d", i))))
		})
		assert.Equal(t, map[int]int{401: 100}, answers)
		handle, err := p.store.Handle(t.Context(), store.DigestOf(app.Token))
		require.NoError(t, err)
		assert.True(t, handle.Used)
		assert.Contains(t, string(handle.Data), `"Attempts":10`, "the rest was refused without being looked at")
	})
}

func TestSessionFixation(t *testing.T) {
	t.Run("OAUTH1-FIX-01 who began cannot finish without the verifier that the victim's browser got", func(t *testing.T) {
		p := newProvider(t)
		attacker := p.begin(callbackURL)
		p.approve("u1", attacker.Token)
		assert.Equal(t, 400, p.do(attacker.Request(client.Call{Method: "POST", URL: providerURL + "/oauth/access_token"})).Code)
		for _, guess := range []string{"x", attacker.Token, attacker.TokenSecret, "oob"} {
			assert.Equal(t, 401, p.do(attacker.Request(exchangeCall(guess))).Code)
		}
		assert.Empty(t, p.issuedTokens())
	})
	t.Run("OAUTH1-FIX-02 the exchange of OAuth Core 1.0 does not exist", func(t *testing.T) {
		p := newProvider(t)
		old := client.Call{Method: "POST", URL: providerURL + "/oauth/request_token"}
		assert.Equal(t, 400, p.do(p.consumer().Request(old)).Code, "without oauth_callback")
		app := p.begin(callbackURL)
		p.approve("u1", app.Token)
		assert.Equal(t, 400, p.do(app.Request(client.Call{Method: "POST", URL: providerURL + "/oauth/access_token"})).Code, "without oauth_verifier")
		assert.Empty(t, p.issuedTokens())
	})
}

// recordingHandles keeps all that was put.
type recordingHandles struct {
	store.Handles
	mu  sync.Mutex
	put []store.Handle
}

func (h *recordingHandles) PutHandle(ctx context.Context, handle store.Handle) error {
	h.mu.Lock()
	h.put = append(h.put, handle)
	h.mu.Unlock()
	return h.Handles.PutHandle(ctx, handle)
}

func (h *recordingHandles) AdvanceHandle(ctx context.Context, handle store.Handle) error {
	h.mu.Lock()
	h.put = append(h.put, handle)
	h.mu.Unlock()
	return h.Handles.AdvanceHandle(ctx, handle)
}

func TestSecretsAtRest(t *testing.T) {
	t.Run("RFC5849-4.5-01 no secret of 100 tokens is in the store in clear", func(t *testing.T) {
		w := newWorld(t)
		handles := &recordingHandles{Handles: w.store}
		p := newProviderOver(w, func(*oauth1.Config) {}, func(c *oauth1.ServerConfig) { c.Handles = handles })
		var secrets []string
		for range 100 {
			app := p.begin(callbackURL)
			secrets = append(secrets, app.Token, app.TokenSecret)
			verifier := p.approve("u1", app.Token)
			token, secret := credentials(t, p.do(app.Request(exchangeCall(verifier))))
			secrets = append(secrets, verifier, token, secret)
		}
		tokens := p.issuedTokens()
		require.Len(t, tokens, 100)
		app, err := p.store.Client(t.Context(), appKey)
		require.NoError(t, err)
		events, err := p.store.Events(t.Context(), store.EventFilter{}, 1000)
		require.NoError(t, err)
		require.Len(t, events, 200, "a consent and a token each")
		var dump bytes.Buffer // octets as they are
		for _, records := range []any{tokens, app, handles.put, events} {
			require.NoError(t, gob.NewEncoder(&dump).Encode(records))
		}
		for _, handle := range handles.put {
			var kept struct{ Token, Secret []byte } // base64 in the data
			if handle.Kind == store.TemporaryCredential {
				require.NoError(t, json.Unmarshal(handle.Data, &kept))
				dump.Write(append(kept.Token, kept.Secret...))
			}
		}
		assert.Contains(t, dump.String(), appKey)
		for _, secret := range append(secrets, appSecret) {
			assert.NotContains(t, dump.String(), secret)
		}
		for _, observation := range p.observed {
			assert.NotContains(t, fmt.Sprintf("%+v", observation), secrets[0])
		}
	})
}
