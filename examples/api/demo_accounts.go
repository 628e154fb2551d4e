package main

import (
	"crypto/rand"

	"github.com/seed-f67351ce/sesame/store"
)

// A demoUser is an account of the demo.
type demoUser struct {
	member   string // its name in the credentials
	name     string
	email    string
	password string // known to everybody; empty for one that is drawn
	state    store.State
	scopes   []string
}

// A demoClient is an app of the demo.
type demoClient struct {
	member       string // its name in the credentials, and in the store
	owner        string // the member of the account
	kind         clientKind
	redirectURIs []string
	scopes       []string
	published    bool
}

// A clientKind is how an app proves who it is.
type clientKind int

const (
	withSecret clientKind = iota
	withKey               // RSA
	public                // it cannot
)

// A demoToken is a developer token or an API key of the demo.
type demoToken struct {
	member, owner string
	scopes        []string // none means its owner's, always
}

func demoUsers() []demoUser {
	all, read := []string{productsRead, productsWrite, usersRead}, []string{productsRead}
	return []demoUser{
		{"aladdin", "Aladdin", "aladdin@agrabah.example", "open sesame", store.Active, all},
		{"jasmine", "jasmine@agrabah.example", "jasmine@agrabah.example", "tiger: rajah & co", store.Active, read},
		{"unicode", "Jäsøn", "jason@agrabah.example", "пароль-🔑", store.Active, all},
		{"locked", "cassim", "cassim@agrabah.example", "", store.Locked, read},
		{"disabled", "jafar", "jafar@agrabah.example", "", store.Disabled, read},
	}
}

func demoClients() []demoClient {
	all, read := []string{productsRead, productsWrite, usersRead}, []string{productsRead}
	callback, none := []string{"http://127.0.0.1:9999/callback"}, []string{}
	return []demoClient{
		{member: "aladdin_app", owner: "aladdin", redirectURIs: callback, scopes: all},
		{member: "jasmine_app", owner: "jasmine", redirectURIs: callback, scopes: read},
		{member: "unicode_app", owner: "unicode", redirectURIs: callback, scopes: all},
		{member: "public_app", owner: "aladdin", kind: public, redirectURIs: []string{"http://127.0.0.1/callback"}, scopes: []string{productsRead, usersRead}},
		{member: "rsa_app", owner: "aladdin", kind: withKey, redirectURIs: callback, scopes: read},
		{member: "published_app", owner: "aladdin", redirectURIs: callback, scopes: read, published: true},
		{member: "locked_app", owner: "locked", redirectURIs: none, scopes: read},
		{member: "disabled_app", owner: "disabled", redirectURIs: none, scopes: read},
	}
}

func demoAPIKeys() []demoToken {
	return []demoToken{{"aladdin", "aladdin", nil}, {"locked", "locked", nil}, {"disabled", "disabled", nil}}
}

func demoDeveloperTokens() []demoToken {
	all, read := []string{productsRead, productsWrite, usersRead}, []string{productsRead}
	return []demoToken{{"aladdin", "aladdin", all}, {"read_only", "aladdin", read}, {"locked", "locked", read}, {"disabled", "disabled", read}}
}

// record is the account as a store keeps it, without its password.
func (u demoUser) record() store.User {
	return store.User{ID: rand.Text(), Name: u.name, Email: u.email, State: u.state, Scopes: u.scopes}
}
