package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
	"github.com/seed-f67351ce/sesame/tokens"
)

// realm is what challenges name. What tokens begin with tells them apart, for people and for secret scanners.
const realm, developer, access, refresh, apiKey = "Host", "host_pat_", "host_at_", "host_rt_", "host_key_"

// people is the user table.
type people struct{ *sql.DB }

func (p people) UserByName(ctx context.Context, name string) (store.User, error) {
	return p.find(ctx, "name", name)
}
func (p people) UserByID(ctx context.Context, id string) (store.User, error) {
	return p.find(ctx, "id", id)
}

func (p people) find(ctx context.Context, column, value string) (u store.User, err error) {
	var ha1s []byte
	row := p.QueryRowContext(ctx, "SELECT id, name, state, hash, ha1s FROM people WHERE "+column+" = ?", value)
	if err = row.Scan(&u.ID, &u.Name, &u.State, &u.Password.Hash, &ha1s); errors.Is(err, sql.ErrNoRows) {
		return store.User{}, store.ErrNotFound
	}
	u.Scopes = []string{"read"}
	return u, errors.Join(err, json.Unmarshal(ha1s, &u.Password.HA1s))
}

// newHost mounts the four APIs at the origin base. Accounts are in own, everything else is in db.
func newHost(base string, own people, db *memory.Store, ring *seal.Ring) http.Handler {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See your things"}))
	limits := must(throttle.New(throttle.Config{Counters: db}))
	checker := must(password.New(password.Config{Users: own, Throttle: limits}))
	sessions := must(session.New(session.Config{Tokens: db, Users: own, BaseURL: base, Keys: ring.Derive("forms")}))
	pages := must(portal.New(portal.Config{Name: realm, Sessions: sessions, Passwords: checker}))
	asked := must(interaction.New(interaction.Config{Handles: db, Clients: db, Scopes: scopes, Subject: pages.Subject, SignIn: enterURL, Consent: pages.ConsentURL}))
	pages.Attach(asked)
	signed := must(oauth1.New(oauth1.Config{Realm: realm, Methods: []oauth1.Method{oauth1.HMACSHA256}, BaseURL: base,
		Clients: db, Users: own, Tokens: db, Once: db, Ring: ring}))
	provider := must(oauth1.NewServer(oauth1.ServerConfig{Scheme: signed, Grants: db, Handles: db, Scopes: scopes, Interactions: asked, Pages: pages}))
	accessTokens := must(tokens.NewFormat(access))
	server := must(oauth2.New(oauth2.Config{Issuer: base, Scopes: scopes, Interactions: asked, Pages: pages, Throttle: limits,
		Clients: db, Users: own, Grants: db, Tokens: db, Handles: db, Once: db, Access: accessTokens, Refresh: must(tokens.NewFormat(refresh))}))
	login := must(oauth2.NewPasswordLogin(oauth2.PasswordLoginConfig{Passwords: checker, Tokens: db, Access: accessTokens, Realm: realm}))
	basics := must(basic.New(basic.Config{Realm: realm, Passwords: checker}))
	ha1s := must(digest.NewHA1s(digest.HA1Config{Realm: realm, Keys: ring}))
	digests := must(digest.New(digest.Config{HA1s: ha1s, Users: own, Once: db, Throttle: limits}))
	kinds := []tokens.Kind{{Kind: store.AccessToken, Format: accessTokens}, {Kind: store.DeveloperToken, Format: must(tokens.NewFormat(developer))}}
	verifier := must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Users: own, Kinds: kinds}))
	bearer := must(oauth2.NewBearer(oauth2.BearerConfig{Realm: realm, Resource: base, Verifier: verifier}))
	kinds = []tokens.Kind{{Kind: store.APIKey, Format: must(tokens.NewFormat(apiKey))}}
	verifier = must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Users: own, Kinds: kinds}))
	keys := must(tokens.NewAPIKeys(tokens.APIKeysConfig{Realm: realm, Header: "X-API-Key", Verifier: verifier}))

	r := chi.NewRouter()
	serve := func(path string, keys *auth.ClientKeys, schemes ...auth.Scheme) {
		r.With(must(auth.New(auth.Config{Schemes: schemes, Scopes: scopes, ClientKeys: keys})).Require("read")).Get(path, hello)
	}
	serve("/v2", &auth.ClientKeys{Clients: db}, digests, basics, signed) // API 1
	serve("/v1/users/me", nil, bearer)                                   // APIs 2 and 4
	serve("/v1/data", nil, bearer, keys)                                 // API 3
	r.Handle("/authorization", login)                                    // API 4
	r.HandleFunc("/enter", enter(sessions, checker))
	for _, route := range slices.Concat(pages.Routes(), provider.Routes(), server.Routes()) {
		r.Handle(route.Pattern, route.Handler)
	}
	return r
}
