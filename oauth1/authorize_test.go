package oauth1_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

func TestAuthorizationEndpoint(t *testing.T) {
	t.Run("RFC5849-2.2-01 sign-in comes first, and nothing changes before it", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		before, err := p.store.Handle(t.Context(), store.DigestOf(app.Token))
		require.NoError(t, err)
		answer := p.visit("", app.Token)
		assert.Equal(t, 303, answer.Code)
		location, err := url.Parse(answer.Header().Get("Location"))
		require.NoError(t, err)
		assert.Equal(t, "/login", location.Path)
		assert.Equal(t, "/oauth/authorize?oauth_token="+app.Token, location.Query().Get("next"), "after it the visitor comes back")
		after, err := p.store.Handle(t.Context(), store.DigestOf(app.Token))
		require.NoError(t, err)
		assert.Equal(t, before, after)
	})
	t.Run("RFC5849-2.2-02 the page is told the app, where it leads and what it asks", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		location, err := url.Parse(p.visit("u1", app.Token).Header().Get("Location"))
		require.NoError(t, err)
		pending, err := p.interactions.Pending(browser("u1"), location.Query().Get("id"))
		require.NoError(t, err)
		assert.Equal(t, appKey, pending.Client.Name)
		assert.False(t, pending.Client.SelfRegistered)
		assert.Equal(t, callbackURL, pending.Request.Leads)
		assert.Len(t, pending.Scopes, 2)
		assert.NotContains(t, string(pending.Request.Data), app.Token)
	})
	t.Run("RFC5849-2.2-07 a token that is unknown, expired or used is an error page, never a redirect", func(t *testing.T) {
		p := newProvider(t)
		expired := p.begin(callbackURL)
		p.clock.Advance(10 * time.Minute)
		used, denied, approved, orphan := p.begin(callbackURL), p.begin(callbackURL), p.begin(callbackURL), p.begin(callbackURL)
		credentials(t, p.do(used.Request(exchangeCall(p.approve("u1", used.Token)))))
		p.decide("u1", denied.Token, interaction.Decision{})
		p.approve("u1", approved.Token)
		tokens := map[string]string{
			"unknown": "bogus", "empty": "", "expired": expired.Token, "used": used.Token, "denied": denied.Token, "approved": approved.Token,
			"too long": strings.Repeat("x", 256), "token credentials": tokenText,
		}
		for name, token := range tokens {
			for _, who := range []string{"u1", ""} {
				answer := p.visit(who, token)
				assert.Equal(t, 400, answer.Code, name)
				assert.Empty(t, answer.Header().Get("Location"), name)
			}
		}
		p.changeClient(appKey, func(c *store.Client) { c.RedirectURIs = nil })
		assert.Equal(t, 400, p.visit("u1", orphan.Token).Code, "the callback is not registered any more")
	})
	t.Run("OAUTH1-FIX-01 a callback at this step is ignored", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		r := browser("u1")
		r.URL.RawQuery = "oauth_token=" + app.Token + "&oauth_callback=https%3A%2F%2Fevil.example%2F"
		answer := p.do(r)
		location, _ := url.Parse(answer.Header().Get("Location"))
		answer = p.answer("u1", location.Query().Get("id"), interaction.Decision{Allow: true})
		assert.True(t, strings.HasPrefix(answer.Header().Get("Location"), callbackURL+"?"))
	})
	t.Run("two tokens, other methods, and a POST", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		r := browser("u1")
		r.URL.RawQuery = "oauth_token=" + app.Token + "&oauth_token=" + app.Token
		assert.Equal(t, 400, p.do(r).Code)
		put := httptest.NewRequest("PUT", "/oauth/authorize?oauth_token="+app.Token, nil)
		refused := p.do(put)
		assert.Equal(t, 405, refused.Code)
		assert.Equal(t, "GET, HEAD, POST", refused.Header().Get("Allow"))
		post := httptest.NewRequest("POST", "/oauth/authorize", strings.NewReader("oauth_token="+app.Token))
		post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		post.Header.Set("X-Browser", "u1")
		assert.Equal(t, 303, p.do(post).Code)
	})
	t.Run("behind a proxy that takes a prefix away the visitor comes back to the whole path", func(t *testing.T) {
		p := newProviderOver(newWorld(t), func(c *oauth1.Config) { c.BaseURL = "https://api.example.com/outer" })
		call := beginCall(callbackURL)
		call.URL = "https://api.example.com/outer/oauth/request_token"
		r := p.consumer().Request(call)
		r.URL.Path = "/oauth/request_token"
		r.RequestURI = r.URL.Path
		token, _ := credentials(t, p.do(r))
		location, err := url.Parse(p.visit("", token).Header().Get("Location"))
		require.NoError(t, err)
		assert.Equal(t, "/outer/oauth/authorize?oauth_token="+token, location.Query().Get("next"))
	})
}

// browser is a visit of the endpoint by a browser, without a token.
func browser(who string) *http.Request {
	r := httptest.NewRequest("GET", "/oauth/authorize", nil)
	r.Header.Set("X-Browser", who)
	return r
}

func TestApproval(t *testing.T) {
	t.Run("RFC5849-2.2-03 verifiers are random, and bound to the token and the user", func(t *testing.T) {
		p := newProvider(t)
		seen := map[string]bool{}
		for range requestCount(300, 10_000) {
			verifier := p.approve("u1", p.begin(callbackURL).Token)
			assert.Regexp(t, "^[0-9A-Za-z]{22}$", verifier, "131 bits")
			assert.False(t, seen[verifier])
			seen[verifier] = true
		}
		one, other := p.begin(callbackURL), p.begin(callbackURL)
		ofOne, ofOther := p.approve("u1", one.Token), p.approve("u2", other.Token)
		assert.Equal(t, 401, p.do(one.Request(exchangeCall(ofOther))).Code)
		assert.Equal(t, 401, p.do(other.Request(exchangeCall(ofOne))).Code)
		before := len(p.issuedTokens())
		credentials(t, p.do(other.Request(exchangeCall(ofOther))))
		made := p.issuedTokens()
		require.Len(t, made, before+1)
		assert.Equal(t, "u2", made[0].User)
	})
	t.Run("RFC5849-2.2-04 the callback's own query comes first", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin("https://client.example/ready?x=1")
		answer := p.decide("u1", app.Token, interaction.Decision{Allow: true})
		assert.Equal(t, 303, answer.Code)
		assert.Regexp(t, `^https://client\.example/ready\?x=1&oauth_token=`+app.Token+`&oauth_verifier=[0-9A-Za-z]{22}$`, answer.Header().Get("Location"))
		app = p.begin(callbackURL)
		answer = p.decide("u1", app.Token, interaction.Decision{Allow: true})
		assert.Regexp(t, `^https://client\.example/cb\?oauth_token=`+app.Token+`&oauth_verifier=[0-9A-Za-z]{22}$`, answer.Header().Get("Location"))
	})
	t.Run("RFC5849-2.2-05 without a callback the page shows the verifier", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin("oob")
		answer := p.decide("u1", app.Token, interaction.Decision{Allow: true})
		assert.Equal(t, 200, answer.Code)
		assert.Empty(t, answer.Header().Get("Location"))
		assert.Regexp(t, "^type [B-Z]{8} into "+appKey+"$", answer.Body.String())
		verifier := strings.Fields(answer.Body.String())[1]
		credentials(t, p.do(app.Request(exchangeCall(verifier))))
	})
	t.Run("RFC5849-2.2-06 denial ends the credentials and leads back without a verifier", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin("https://client.example/ready?x=1")
		answer := p.decide("u1", app.Token, interaction.Decision{})
		assert.Equal(t, 303, answer.Code)
		assert.Equal(t, "https://client.example/ready?x=1&oauth_token="+app.Token+"&oauth_problem=user_refused", answer.Header().Get("Location"))
		assert.Equal(t, 401, p.do(app.Request(exchangeCall("x"))).Code)
		assert.Equal(t, 400, p.visit("u1", app.Token).Code)
		typed := p.begin("oob")
		answer = p.decide("u1", typed.Token, interaction.Decision{})
		assert.Equal(t, 403, answer.Code)
		assert.Empty(t, answer.Header().Get("Location"))
		grants, err := p.store.Grants(t.Context(), store.GrantFilter{User: "u1", Client: appKey}, 10)
		require.NoError(t, err)
		assert.Len(t, grants, 1, "the one that was there")
	})
	t.Run("a denial that cannot be noted stays one", func(t *testing.T) {
		var calls faulty.Calls
		p := newProvider(t, func(cfg *oauth1.ServerConfig) {
			cfg.Events = faulty.Wrap(storetest.Backend{Events: cfg.Events}, &calls).Events
		})
		app := p.begin(callbackURL)
		calls.Follow(faulty.Each(faulty.Fault{Failed: faulty.ErrBroken}))
		answer := p.decide("u1", app.Token, interaction.Decision{})
		assert.Contains(t, answer.Header().Get("Location"), "oauth_problem=user_refused")
		assert.Equal(t, 400, p.visit("u1", app.Token).Code)
	})
	t.Run("of two decisions in two browsers one counts", func(t *testing.T) {
		p := newProvider(t)
		app := p.begin(callbackURL)
		ids := map[string]string{}
		for _, who := range []string{"u1", "u2"} {
			location, err := url.Parse(p.visit(who, app.Token).Header().Get("Location"))
			require.NoError(t, err)
			ids[who] = location.Query().Get("id")
		}
		assert.Equal(t, 303, p.answer("u2", ids["u2"], interaction.Decision{Allow: true}).Code)
		late := p.answer("u1", ids["u1"], interaction.Decision{Allow: true})
		assert.Equal(t, 400, late.Code)
		assert.Empty(t, late.Header().Get("Location"))
	})
	t.Run("a user who holds none of the scopes", func(t *testing.T) {
		p := newProvider(t)
		require.NoError(t, p.store.UpdateUser(t.Context(), store.User{ID: "u2", Name: "Jasmine", Scopes: []string{"users:read"}}))
		app := p.begin(callbackURL)
		assert.Equal(t, 403, p.visit("u2", app.Token).Code)
	})
	t.Run("the app is removed, or the credentials expire, while the page is open", func(t *testing.T) {
		for _, change := range []func(p *provider){
			func(p *provider) { p.changeClient(appKey, func(c *store.Client) { c.RedirectURIs = nil }) },
			func(p *provider) { p.clock.Advance(9*time.Minute + 59*time.Second) },
		} {
			p := newProvider(t)
			app := p.begin(callbackURL)
			p.clock.Advance(time.Second) // the interaction lives a second longer than the credentials
			location, err := url.Parse(p.visit("u1", app.Token).Header().Get("Location"))
			require.NoError(t, err)
			change(p)
			answer := p.answer("u1", location.Query().Get("id"), interaction.Decision{Allow: true})
			assert.Equal(t, 400, answer.Code)
			assert.Empty(t, answer.Header().Get("Location"))
		}
	})
}
