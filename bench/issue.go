package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	gostore "github.com/go-oauth2/oauth2/v4/store"
	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	fositestore "github.com/ory/fosite/storage"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

func issueCases() []benchCase {
	return []benchCase{
		{"issuing, client credentials", "sesame", issueFloor, credentialsSesame},
		{"issuing, client credentials", "fosite (secret under SHA-256)", issueFloor, credentialsFosite},
		{"issuing, client credentials", "go-oauth2 (secret in clear)", issueFloor, credentialsGoOAuth2},
		{"issuing, refresh", "sesame", issueFloor, refreshSesame},
		{"issuing, refresh", "fosite (secret under SHA-256)", issueFloor, refreshFosite},
	}
}

// issueFloor hashes and looks up an app's secret, draws a token and keeps its hash.
func issueFloor() pair.Op {
	var mu sync.Mutex
	known, kept := map[string][32]byte{}, map[[32]byte]principal{}
	keys, given := make([]string, apps), make([]string, apps)
	for i := range apps {
		keys[i], given[i] = appKey(i), appSecret(i)
		known[keys[i]] = sha256.Sum256([]byte(given[i]))
	}
	return func(i int) {
		if known[keys[i%apps]] != sumOf(given[i%apps]) {
			panic("wrong secret")
		}
		var secret [32]byte
		_, _ = rand.Read(secret[:])
		sum := sumOf(base64.RawURLEncoding.EncodeToString(secret[:]))
		mu.Lock()
		kept[sum] = principal{client: uint64(i)}
		mu.Unlock()
	}
}

// A post is a form that is posted to a token endpoint by one app after the other, and what is answered.
type post struct {
	*http.Request
	strings.Reader
	header http.Header
	status int
	answer []byte
}

func (p *post) Close() error                { return nil }
func (p *post) Header() http.Header         { return p.header }
func (p *post) WriteHeader(status int)      { p.status = status }
func (p *post) Write(b []byte) (int, error) { p.answer = append(p.answer, b...); return len(b), nil }

func newPost() *post {
	p := &post{Request: newRequest("POST", "/oauth2/token", "x"), header: http.Header{}}
	p.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p
}

// basicFields are the credentials of the apps.
func basicFields() []string {
	all := make([]string, apps)
	for i := range all {
		r := newRequest("POST", root, "")
		r.SetBasicAuth(appKey(i), strings.ReplaceAll(appSecret(i), " ", "+"))
		all[i] = r.Header.Get("Authorization")
	}
	return all
}

// send posts a form for app i. It stops where that is refused.
func (p *post) send(h http.HandlerFunc, field, form string) {
	p.Reader.Reset(form)
	p.Request.Body, p.Request.ContentLength, p.Request.Form, p.Request.PostForm = p, int64(len(form)), nil, nil
	p.Request.Header["Authorization"] = []string{field}
	clear(p.header)
	p.status, p.answer = http.StatusOK, p.answer[:0]
	h(p, p.Request)
	if p.status != http.StatusOK {
		log.Fatalf("bench: status %d: %s", p.status, p.answer)
	}
}

// credentials posts for tokens of the apps themselves.
func credentials(h http.HandlerFunc) pair.System {
	fields := basicFields()
	pool := sync.Pool{New: func() any { return newPost() }}
	return pair.System{Op: func(i int) {
		p := pool.Get().(*post)
		p.send(h, fields[i%apps], "grant_type=client_credentials&scope=read")
		pool.Put(p)
	}}
}

// refreshes posts each app's refresh token, and then the one that it got for it.
func refreshes(h http.HandlerFunc, first func(i int) string) pair.System {
	fields, current := basicFields(), make([]string, apps)
	for i := range current {
		current[i] = first(i)
	}
	p := newPost()
	return pair.System{Op: func(i int) {
		p.send(h, fields[i%apps], "grant_type=refresh_token&refresh_token="+current[i%apps])
		var answer struct {
			Refresh string `json:"refresh_token"`
		}
		check(json.Unmarshal(p.answer, &answer))
		current[i%apps] = answer.Refresh
	}}
}

// An issuer is Sesame's server, its store, the consent page, and the format of its refresh tokens.
type issuer struct {
	*oauth2.Server
	db      *memory.Store
	pages   *interaction.Interactions
	refresh tokens.Format
}

func newIssuer() issuer {
	db := accounts(apps, func(int) store.Password { return store.Password{} })
	for i := range apps {
		check(db.PutClient(context.Background(), store.Client{
			ID: appKey(i), Owner: fmt.Sprint("id", i), Name: appKey(i), Scopes: []string{"read"},
			RedirectURIs: []string{"https://client.example/callback"}, GrantTypes: []string{"authorization_code", "client_credentials", "refresh_token"},
			Secrets: []store.Secret{{Digest: store.DigestOf(appSecret(i))}},
		}))
	}
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}))
	now := time.Now()
	pages := must(interaction.New(interaction.Config{
		Handles: db, Clients: db, Scopes: scopes,
		Subject: func(r *http.Request) (interaction.Subject, bool, error) {
			user, err := db.UserByID(r.Context(), r.Header.Get("X-User"))
			return interaction.Subject{User: user, Session: "s", AuthTime: now}, err == nil, nil
		},
		SignIn: func(string) string { return "/signin" }, Consent: func(id string) string { return "/consent?id=" + id },
	}))
	refresh := must(tokens.NewFormat("bench_refresh_"))
	server := must(oauth2.New(oauth2.Config{
		Issuer: "https://api.example", Clients: db, Users: db, Grants: db, Tokens: db, Handles: db, Once: db, Scopes: scopes,
		Interactions: pages, Access: patFormat(), Refresh: refresh,
	}))
	return issuer{server, db, pages, refresh}
}

func credentialsSesame() pair.System {
	return credentials(newIssuer().Token)
}

func refreshSesame() pair.System {
	s := newIssuer()
	ctx, now := context.Background(), time.Now()
	return refreshes(s.Token, func(i int) string {
		secret, user, id := s.refresh.New(), fmt.Sprint("id", i), fmt.Sprint("r", i)
		check(s.db.PutGrant(ctx, store.Grant{ID: "g" + id, User: user, Client: appKey(i), Scopes: []string{"read"}, Protocol: "oauth2", Created: now, Expires: now.Add(1000 * time.Hour)}))
		check(s.db.PutTokens(ctx, []store.Token{{
			Digest: store.DigestOf(secret), ID: id, Kind: store.RefreshToken, User: user, Client: appKey(i), Grant: "g" + id,
			Scopes: []string{"read"}, Created: now, Expires: now.Add(24 * time.Hour),
		}}, 0))
		return secret
	})
}

// sha256Hasher keeps secrets as fosite lets a host keep them: a generated one needs no slow hash.
type sha256Hasher struct{}

func (sha256Hasher) Hash(_ context.Context, data []byte) ([]byte, error) {
	sum := sha256.Sum256(data)
	return sum[:], nil
}

func (sha256Hasher) Compare(_ context.Context, hash, data []byte) error {
	if sum := sha256.Sum256(data); string(sum[:]) != string(hash) {
		return fosite.ErrRequestUnauthorized
	}
	return nil
}

// A fositeIssuer is fosite over its memory store, with the grants that a case needs: each more makes it slower.
type fositeIssuer struct {
	provider fosite.OAuth2Provider
	config   *fosite.Config
	db       *fositestore.MemoryStore
}

func newFositeIssuer(grants ...compose.Factory) *fositeIssuer {
	secret := make([]byte, 32)
	must(rand.Read(secret))
	config := &fosite.Config{
		GlobalSecret: secret, AccessTokenLifespan: time.Hour, RefreshTokenLifespan: 24 * time.Hour, ClientSecretsHasher: sha256Hasher{}, RefreshTokenScopes: []string{},
	}
	db := fositestore.NewMemoryStore()
	for i := range apps {
		db.Clients[appKey(i)] = &fosite.DefaultClient{
			ID: appKey(i), Secret: must(sha256Hasher{}.Hash(context.Background(), []byte(appSecret(i)))), Scopes: []string{"read"},
			GrantTypes: []string{"authorization_code", "client_credentials", "refresh_token"}, ResponseTypes: []string{"code"}, RedirectURIs: []string{callback},
		}
	}
	strategy := &compose.CommonStrategy{CoreStrategy: compose.NewOAuth2HMACStrategy(config)}
	provider := compose.Compose(config, db, strategy, grants...)
	return &fositeIssuer{provider, config, db}
}

func (f *fositeIssuer) token(w http.ResponseWriter, r *http.Request) {
	request, err := f.provider.NewAccessRequest(r.Context(), r, &fosite.DefaultSession{})
	if err != nil {
		f.provider.WriteAccessError(r.Context(), w, request, err)
		return
	}
	if request.GetGrantTypes().ExactOne("client_credentials") {
		request.GrantScope("read")
	}
	answer, err := f.provider.NewAccessResponse(r.Context(), request)
	if err != nil {
		f.provider.WriteAccessError(r.Context(), w, request, err)
		return
	}
	f.provider.WriteAccessResponse(r.Context(), w, request, answer)
}

func credentialsFosite() pair.System {
	return credentials(newFositeIssuer(compose.OAuth2ClientCredentialsGrantFactory).token)
}

func refreshFosite() pair.System {
	f := newFositeIssuer(compose.OAuth2RefreshTokenGrantFactory)
	ctx, strategy := context.Background(), compose.NewOAuth2HMACStrategy(f.config)
	return refreshes(f.token, func(i int) string {
		request := fosite.NewRequest()
		request.Client, request.Session = f.db.Clients[appKey(i)], &fosite.DefaultSession{Subject: userName(i)}
		request.GrantScope("read")
		token, signature, err := strategy.GenerateRefreshToken(ctx, request)
		check(err)
		check(f.db.CreateRefreshTokenSession(ctx, signature, "", request))
		return token
	})
}

func credentialsGoOAuth2() pair.System {
	clients := gostore.NewClientStore()
	for i := range apps {
		check(clients.Set(appKey(i), &models.Client{ID: appKey(i), Secret: strings.ReplaceAll(appSecret(i), " ", "+")}))
	}
	manager := manage.NewDefaultManager()
	manager.MapTokenStorage(must(gostore.NewMemoryTokenStore()))
	manager.MapClientStorage(clients)
	s := server.NewDefaultServer(manager)
	return credentials(func(w http.ResponseWriter, r *http.Request) { check(s.HandleTokenRequest(w, r)) })
}
