package oauth1_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
	"github.com/seed-f67351ce/sesame/store"
)

// A provider is a world with the three endpoints and a gate, and with people at browsers: the header X-Browser says who.
type provider struct {
	*world
	server       *oauth1.Server
	interactions *interaction.Interactions
	mux          *http.ServeMux
	observed     []auth.Observation
}

// Observe implements auth.Observer.
func (p *provider) Observe(_ context.Context, o auth.Observation) { p.observed = append(p.observed, o) }

// WriteError and ShowVerifier are pages.
func (p *provider) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	autherr.Write(w, r, err)
}

func (p *provider) ShowVerifier(w http.ResponseWriter, _ *http.Request, app, verifier string) {
	_, _ = w.Write([]byte("type " + verifier + " into " + app))
}

const providerURL = "https://api.example.com"

func newProvider(t testing.TB, change ...func(*oauth1.ServerConfig)) *provider {
	t.Helper()
	return newProviderOver(newWorld(t), func(c *oauth1.Config) { c.AllowFormBody, c.AllowQuery = true, true }, change...)
}

func newProviderOver(w *world, scheme func(*oauth1.Config), change ...func(*oauth1.ServerConfig)) *provider {
	w.t.Helper()
	p := &provider{world: w, mux: http.NewServeMux()}
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "products:read", Words: "read"}, auth.ScopeInfo{Name: "products:write", Words: "write"},
		auth.ScopeInfo{Name: "users:read", Words: "read users"})
	require.NoError(w.t, err)
	p.interactions, err = interaction.New(interaction.Config{
		Handles: w.store, Clients: w.store, Scopes: catalogue, Clock: w.clock.Now,
		Subject: func(r *http.Request) (interaction.Subject, bool, error) {
			id := r.Header.Get("X-Browser")
			if id == "" {
				return interaction.Subject{}, false, nil
			}
			user, err := w.store.UserByID(r.Context(), id)
			return interaction.Subject{User: user, Session: "session of " + id, AuthTime: w.clock.Now(), ACR: "pwd"}, err == nil, err
		},
		SignIn:  func(next string) string { return "/login?next=" + url.QueryEscape(next) },
		Consent: func(id string) string { return "/consent?id=" + id },
	})
	require.NoError(w.t, err)
	cfg := oauth1.ServerConfig{
		Scheme: w.scheme(scheme), Grants: w.store, Handles: w.store, Scopes: catalogue, Interactions: p.interactions, Pages: p,
		Events: w.store, Observer: p,
	}
	for _, one := range change {
		one(&cfg)
	}
	p.server, err = oauth1.NewServer(cfg)
	require.NoError(w.t, err)
	for _, route := range p.server.Routes() {
		p.mux.Handle(route.Pattern, route.Handler)
	}
	return p
}

// consumer is the app without any token.
func (p *provider) consumer() client.Client {
	return client.Client{Key: appKey, Secret: appSecret, Now: p.clock.Now}
}

func (p *provider) do(r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	p.mux.ServeHTTP(recorder, r)
	return recorder
}

// beginCall asks for temporary credentials.
func beginCall(callback string, more ...[2]string) client.Call {
	return client.Call{
		Method: "POST", URL: providerURL + "/oauth/request_token", Extra: append(client.Pairs{{"oauth_callback", callback}}, more...),
	}
}

// exchangeCall asks for token credentials.
func exchangeCall(verifier string) client.Call {
	return client.Call{
		Method: "POST", URL: providerURL + "/oauth/access_token", Extra: client.Pairs{{"oauth_verifier", verifier}},
	}
}

const callbackURL = "https://client.example/cb"

// credentials reads an answer of the endpoints.
func credentials(t testing.TB, answer *httptest.ResponseRecorder) (token, secret string) {
	t.Helper()
	require.Equal(t, 200, answer.Code, answer.Body)
	values, err := url.ParseQuery(answer.Body.String())
	require.NoError(t, err)
	return values.Get("oauth_token"), values.Get("oauth_token_secret")
}

// begin gets temporary credentials for callback and returns the app with them.
func (p *provider) begin(callback string, more ...[2]string) client.Client {
	p.t.Helper()
	app := p.consumer()
	app.Token, app.TokenSecret = credentials(p.t, p.do(app.Request(beginCall(callback, more...))))
	return app
}

// visit is the visit of the authorization endpoint by a browser.
func (p *provider) visit(browser, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", providerURL+"/oauth/authorize?oauth_token="+url.QueryEscape(token), nil)
	r.RequestURI = strings.TrimPrefix(r.RequestURI, providerURL)
	r.Header.Set("X-Browser", browser)
	return p.do(r)
}

// decide visits the endpoint and decides on the page that it leads to.
func (p *provider) decide(browser, token string, d interaction.Decision) *httptest.ResponseRecorder {
	p.t.Helper()
	answer := p.visit(browser, token)
	require.Equal(p.t, 303, answer.Code, answer.Body)
	location, err := url.Parse(answer.Header().Get("Location"))
	require.NoError(p.t, err)
	require.Equal(p.t, "/consent", location.Path)
	return p.answer(browser, location.Query().Get("id"), d)
}

// answer decides about a pending request.
func (p *provider) answer(browser, id string, d interaction.Decision) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/consent", nil)
	r.Header.Set("X-Browser", browser)
	recorder := httptest.NewRecorder()
	if err := p.interactions.Decide(recorder, r, id, d); err != nil {
		autherr.Write(recorder, r, err)
	}
	return recorder
}

// approve approves and returns the verifier that the app is told.
func (p *provider) approve(browser, token string, scopes ...string) (verifier string) {
	p.t.Helper()
	answer := p.decide(browser, token, interaction.Decision{Allow: true, Scopes: scopes})
	require.Equal(p.t, 303, answer.Code, answer.Body)
	location, err := url.Parse(answer.Header().Get("Location"))
	require.NoError(p.t, err)
	require.Equal(p.t, token, location.Query().Get("oauth_token"))
	return location.Query().Get("oauth_verifier")
}

// issuedTokens are the app's live tokens besides those that the world begins with.
func (p *provider) issuedTokens() []store.Token {
	p.t.Helper()
	all, err := p.store.ListTokens(context.Background(), store.TokenFilter{Client: appKey, Live: true}, "", 1000)
	require.NoError(p.t, err)
	var made []store.Token
	for _, t := range all {
		if t.ID != "t1" {
			made = append(made, t)
		}
	}
	return made
}
