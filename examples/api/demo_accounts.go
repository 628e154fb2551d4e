package main

import (
	"cmp"
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
	member    string // its name in the credentials, and in the store
	owner     string // the member of the account
	callback  bool   // whether it has a redirect URI
	scopes    []string
	published bool
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
	return []demoClient{
		{member: "aladdin_app", owner: "aladdin", callback: true, scopes: all},
		{member: "jasmine_app", owner: "jasmine", callback: true, scopes: read},
		{member: "unicode_app", owner: "unicode", callback: true, scopes: all},
		{member: "published_app", owner: "aladdin", callback: true, scopes: read, published: true},
		{member: "locked_app", owner: "locked", scopes: read},
		{member: "disabled_app", owner: "disabled", scopes: read},
	}
}

// record is the account as a store keeps it, without its password.
func (u demoUser) record() store.User {
	return store.User{ID: rand.Text(), Name: u.name, Email: u.email, State: u.state, Scopes: u.scopes}
}

// redirectURIs are where the demo's apps have people sent back to.
func (c demoClient) redirectURIs() []string {
	if !c.callback {
		return []string{}
	}
	return []string{"http://127.0.0.1:9999/callback"}
}

// completed returns c with whatever it lacks of the demo, drawn at random where it is not known to everybody.
func (c credentials) completed() credentials {
	full := credentials{BaseURL: c.BaseURL, Users: map[string]userCredentials{}, Clients: map[string]clientCredentials{}}
	for _, u := range demoUsers() {
		full.Users[u.member] = userCredentials{
			Username: u.name, Email: u.email, Password: cmp.Or(c.Users[u.member].Password, u.password, rand.Text()),
		}
	}
	for _, app := range demoClients() {
		known := c.Clients[app.member]
		full.Clients[app.member] = clientCredentials{
			ClientKey:    cmp.Or(known.ClientKey, rand.Text()),
			ClientSecret: cmp.Or(known.ClientSecret, rand.Text()+rand.Text()), // 260 bits
			Owner:        full.Users[app.owner].Username, RedirectURIs: app.redirectURIs(), Scopes: app.scopes,
		}
	}
	return full
}
