package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/tokens"
)

// An InProcess is the server within a test, on a backend that the test has brought. What runs beside it does not run, and
// nothing tries whether the store keeps what it is given, so that each call of the store is one that a request makes.
type InProcess struct {
	http.Handler
	// Patterns are those of its routes, as in http.Request.Pattern.
	Patterns []string
	mint     mint
}

// NewInProcess puts the server together as it is at the origin base, with hashes that cost next to nothing, and with an
// endpoint at /scanning for the secret scanner that has this key.
func NewInProcess(base string, b storetest.Backend, scanner *ecdsa.PublicKey) (*InProcess, error) {
	o, err := parseFlags([]string{"-store", "memory:"}, io.Discard)
	if err != nil {
		return nil, err
	}
	kept := composed{
		Users: b.Users, Passwords: b.Passwords, UserWriter: b.UserWriter, Clients: b.Clients, grants: b.Grants, Tokens: b.Tokens,
		TokenUses: b.TokenUses, Handles: b.Handles, Once: b.Once, Counters: b.Counters, events: b.Events, Sweeper: b.Sweeper,
	}
	a := &api{options: o, base: base, log: slog.New(slog.DiscardHandler), store: newBackend(kept, nil, nil)}
	a.store.sessions = b.Tokens
	if a.ring, err = seal.New(seal.NewKey()); err != nil {
		return nil, err
	}
	a.hasher, err = password.NewHasher(password.HasherConfig{Memory: 8, Time: 1, Threads: 1, InsecureCosts: true})
	if err != nil {
		return nil, err
	}
	if err := a.build(); err != nil {
		return nil, err
	}
	scanning, err := tokens.NewScanning(tokens.ScanningConfig{
		Tokens: a.store, Events: a.store, Kinds: []tokens.Kind{{Kind: store.DeveloperToken, Format: developerFormat()}}, Notify: true,
		Keys: func(context.Context, string) (*ecdsa.PublicKey, error) { return scanner, nil },
	})
	if err != nil {
		return nil, err
	}
	routes := append(a.routes(), at("POST /scanning", scanning))
	p := &InProcess{Handler: a.recovered(newMux(routes)), mint: mint{hasher: a.hasher, ring: a.ring, ha1s: a.ha1s, now: time.Now}}
	for _, route := range routes {
		p.Patterns = append(p.Patterns, route.Pattern)
	}
	return p, nil
}

// Settle puts an account with three apps into the store, and returns what is known of them: Users["me"], and Clients "app",
// "public" and "rsa_app", which has this key.
func (p *InProcess) Settle(ctx context.Context, b storetest.Backend, privateKeyPEM string) (apitest.Credentials, error) {
	known := apitest.Credentials{Users: map[string]apitest.User{}, Clients: map[string]apitest.Client{}}
	all := []string{productsRead, productsWrite, usersRead}
	who := demoUser{name: rand.Text(), password: rand.Text(), scopes: all}
	user := who.record()
	hash, err := p.mint.hasher.Hash(who.password)
	if err != nil {
		return known, err
	}
	if user.Password, err = p.mint.password(user, who.password, hash); err != nil {
		return known, err
	}
	if err := b.UserWriter.CreateUsers(ctx, user); err != nil {
		return known, err
	}
	known.Users["me"] = apitest.User{Username: who.name, Password: who.password}
	for member, kind := range map[string]clientKind{"app": withSecret, "public": public, "rsa_app": withKey} {
		app := demoClient{member: member, kind: kind, redirectURIs: []string{"http://127.0.0.1:9999/callback"}, scopes: all}
		c := clientCredentials{ClientKey: rand.Text(), RedirectURIs: app.redirectURIs, Scopes: all}
		switch kind {
		case withSecret:
			c.ClientSecret = rand.Text()
		case withKey:
			c.PrivateKeyPEM = privateKeyPEM
		}
		client, err := p.mint.client(app, c, user.ID)
		if err != nil {
			return known, err
		}
		if err := b.Clients.PutClient(ctx, client); err != nil {
			return known, err
		}
		known.Clients[member] = apitest.Client{
			ClientKey: c.ClientKey, ClientSecret: c.ClientSecret, PrivateKeyPEM: c.PrivateKeyPEM, RedirectURIs: c.RedirectURIs, Scopes: all,
		}
	}
	return known, nil
}

// Records is what the server keeps.
type Records = records
