package main

import (
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// buildV1 makes the gates of APIs 2, 3 and 4. They take bearer tokens of every origin, and one of them API keys besides.
func (a *api) buildV1() (err error) {
	if a.uses, err = tokens.NewUses(a.store); err != nil {
		return err
	}
	if a.resource, err = a.describeResource(); err != nil {
		return err
	}
	bearer, err := a.bearerScheme()
	if err != nil {
		return err
	}
	keys, err := a.apiKeyScheme()
	if err != nil {
		return err
	}
	if a.v1, err = a.gate(auth.Config{}, bearer); err != nil {
		return err
	}
	if a.me, err = a.gate(auth.Config{Rules: []auth.Rule{auth.RequireUser}}, bearer); err != nil {
		return err
	}
	a.data, err = a.gate(auth.Config{}, bearer, keys)
	return err
}

// describeResource tells clients where tokens for this API come from.
func (a *api) describeResource() (*oauth2.Resource, error) {
	return oauth2.NewResource(oauth2.ResourceConfig{
		Resource: a.base, AuthorizationServers: []string{a.base}, Scopes: a.scopes.Names(), Name: realm,
		InsecureAllowHTTP: isClear(a.base),
	})
}

func (a *api) bearerScheme() (*oauth2.Bearer, error) {
	verifier, err := a.verifier(tokens.Kind{Kind: store.DeveloperToken, Format: developerFormat()}, tokens.Kind{Kind: store.AccessToken, Format: accessFormat()})
	if err != nil {
		return nil, err
	}
	return oauth2.NewBearer(oauth2.BearerConfig{
		Verifier: verifier, Realm: realm, Resource: a.base, ResourceMetadata: a.resource.URL(),
	})
}

func (a *api) apiKeyScheme() (*tokens.APIKeys, error) {
	verifier, err := a.verifier(tokens.Kind{Kind: store.APIKey, Format: apiKeyFormat()})
	if err != nil {
		return nil, err
	}
	return tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: verifier, Realm: realm, Header: "X-API-Key", AllowQuery: "api_key"})
}

func (a *api) verifier(kinds ...tokens.Kind) (*tokens.Verifier, error) {
	return tokens.NewVerifier(tokens.VerifierConfig{Tokens: a.store, Kinds: kinds, Proxies: a.proxies, Uses: a.uses})
}

// A user is what an account learns about itself.
type user struct {
	caller
	ID    string `json:"id"`
	Email string `json:"email"`
}

// tellMe answers with the account that the gate let in.
func (a *api) tellMe(w http.ResponseWriter, r *http.Request) {
	id, ok := auth.FromContext(r.Context())
	if !ok {
		autherr.Write(w, r, errNoGate())
		return
	}
	account, err := a.store.UserByID(r.Context(), id.Subject)
	if err != nil { // not even ErrNotFound: it was there a moment ago
		autherr.Write(w, r, autherr.NewUnavailable(err))
		return
	}
	writeJSON(w, r, user{callerOf(id), account.ID, account.Email})
}
