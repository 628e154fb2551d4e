package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	gostore "github.com/go-oauth2/oauth2/v4/store"
	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"
	mcp "github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	fositestore "github.com/ory/fosite/storage"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

func bearerCases() []benchCase {
	return []benchCase{
		{"Bearer", "sesame", tokenFloor, bearerSesame},
		{"Bearer", "sesame, Check alone", tokenFloor, bearerCheck},
		{"Bearer", "a map behind a context (floor-http)", tokenFloor, bearerFloorHTTP},
		{"Bearer", "MCP Go SDK (with the floor's map)", tokenFloor, bearerMCP},
		{"Bearer", "fosite", tokenFloor, bearerFosite},
		{"Bearer", "go-oauth2", tokenFloor, bearerGoOAuth2},
	}
}

func apiKeyCases() []benchCase {
	return []benchCase{
		{"API key", "sesame", tokenFloor, apiKeySesame},
		{"API key", "echo KeyAuth (with the floor's map)", tokenFloor, apiKeyEcho},
	}
}

// patFormat is that of the tokens of these cases.
func patFormat() tokens.Format { return must(tokens.NewFormat("bench_pat_")) }

// secrets are as many tokens as there are entries.
func secrets(format tokens.Format) []string { return fields(func(int) string { return format.New() }) }

// A principal is what the floor's table has for a token.
type principal struct {
	user, client uint64
	expires      int64
}

func floorTable(all []string) map[[32]byte]principal {
	table := make(map[[32]byte]principal, len(all))
	for i, text := range all {
		table[sha256.Sum256([]byte(text))] = principal{user: uint64(i)}
	}
	return table
}

func sumOf(text string) [32]byte {
	var buffer [128]byte
	return sha256.Sum256(buffer[:copy(buffer[:], text)])
}

// tokenFloor is SHA-256 of a token and a look-up.
func tokenFloor() pair.Op {
	all := secrets(patFormat())
	table := floorTable(all)
	return func(i int) {
		if _, ok := table[sumOf(all[i%entries])]; !ok {
			panic("not found")
		}
	}
}

func bearerOf(i int, all []string) string { return "Bearer " + all[i] }

func bearers(all []string) []string {
	return fields(func(i int) string { return bearerOf(i, all) })
}

// tokenStore has a token for each account.
func tokenStore(kind store.TokenKind, all []string) *memory.Store {
	db := accounts(entries, func(int) store.Password { return store.Password{} })
	now := time.Now()
	var batch []store.Token
	for i, text := range all {
		batch = append(batch, store.Token{
			Digest: store.DigestOf(text), ID: "t" + strconv.Itoa(i), Kind: kind, User: "id" + strconv.Itoa(i), Scopes: []string{"read"},
			Description: "bench", Hint: text[len(text)-4:], Created: now, Expires: now.Add(24 * time.Hour),
		})
		if len(batch) == 1000 {
			check(db.PutTokens(context.Background(), batch, 0))
			batch = batch[:0]
		}
	}
	return db
}

func verifier(kind store.TokenKind, db *memory.Store) *tokens.Verifier {
	return must(tokens.NewVerifier(tokens.VerifierConfig{Tokens: db, Kinds: []tokens.Kind{{Kind: kind, Format: patFormat()}}}))
}

func bearerScheme(all []string) auth.Scheme {
	v := verifier(store.DeveloperToken, tokenStore(store.DeveloperToken, all))
	return must(oauth2.NewBearer(oauth2.BearerConfig{Verifier: v, Realm: "bench"}))
}

func bearerSesame() pair.System {
	all := secrets(patFormat())
	return serve(gate(bearerScheme(all)), "Authorization", bearers(all), http.StatusOK)
}

// bearerCheck asks the gate without the middleware.
func bearerCheck() pair.System {
	all := secrets(patFormat())
	g, values, pool := newGate(bearerScheme(all)), bearers(all), exchanges(root, "Authorization")
	return pair.System{Op: func(i int) {
		x := pool.Get().(*exchange)
		*x.value = values[i%entries]
		must(g.Check(x.Request, "read"))
		pool.Put(x)
	}}
}

func bearerFloorHTTP() pair.System {
	all := secrets(patFormat())
	table := floorTable(all)
	type key struct{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := table[sumOf(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))]
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		nothing.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, &p)))
	})
	return serve(h, "Authorization", bearers(all), http.StatusOK)
}

func bearerMCP() pair.System {
	all := secrets(patFormat())
	table := floorTable(all)
	expires := time.Now().Add(24 * time.Hour)
	verify := func(_ context.Context, text string, _ *http.Request) (*mcp.TokenInfo, error) {
		if _, ok := table[sumOf(text)]; !ok {
			return nil, mcp.ErrInvalidToken
		}
		return &mcp.TokenInfo{Expiration: expires}, nil
	}
	return serve(mcp.RequireBearerToken(verify, nil)(nothing), "Authorization", bearers(all), http.StatusOK)
}

// bearerFosite introspects access tokens that its own strategy made, over its memory store.
func bearerFosite() pair.System {
	secret := make([]byte, 32)
	must(rand.Read(secret))
	config := &fosite.Config{GlobalSecret: secret, AccessTokenLifespan: 24 * time.Hour}
	db := fositestore.NewMemoryStore()
	strategy := compose.NewOAuth2HMACStrategy(config)
	provider := compose.Compose(config, db, &compose.CommonStrategy{CoreStrategy: strategy}, compose.OAuth2TokenIntrospectionFactory)
	ctx := context.Background()
	client := &fosite.DefaultClient{ID: "bench"}
	all := fields(func(i int) string {
		request := fosite.NewRequest()
		request.Client, request.Session = client, &fosite.DefaultSession{Subject: userName(i), ExpiresAt: map[fosite.TokenType]time.Time{fosite.AccessToken: time.Now().Add(24 * time.Hour)}}
		request.GrantScope("read")
		token, signature, err := strategy.GenerateAccessToken(ctx, request)
		check(err)
		check(db.CreateAccessTokenSession(ctx, signature, request))
		return token
	})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, requester, err := provider.IntrospectToken(r.Context(), fosite.AccessTokenFromRequest(r), fosite.AccessToken, &fosite.DefaultSession{}, "read")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		nothing.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, requester)))
	})
	return serve(h, "Authorization", bearers(all), http.StatusOK)
}

func bearerGoOAuth2() pair.System {
	db := must(gostore.NewMemoryTokenStore())
	manager := manage.NewDefaultManager()
	manager.MapTokenStorage(db)
	all := fields(func(i int) string {
		text := patFormat().New()
		check(db.Create(context.Background(), &models.Token{
			ClientID: "bench", UserID: userName(i), Scope: "read", Access: text, AccessCreateAt: time.Now(), AccessExpiresIn: 24 * time.Hour,
		}))
		return text
	})
	s := server.NewDefaultServer(manager)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, err := s.ValidationBearerToken(r)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		nothing.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, info)))
	})
	return serve(h, "Authorization", bearers(all), http.StatusOK)
}

func apiKeySesame() pair.System {
	all := secrets(patFormat())
	v := verifier(store.APIKey, tokenStore(store.APIKey, all))
	scheme := must(tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: v, Realm: "bench", Header: "X-Api-Key"}))
	return serve(gate(scheme), "X-Api-Key", all, http.StatusOK)
}

func apiKeyEcho() pair.System {
	all := secrets(patFormat())
	table := floorTable(all)
	e := echo.New()
	e.Use(echomw.KeyAuthWithConfig(echomw.KeyAuthConfig{KeyLookup: "header:X-Api-Key", Validator: func(key string, _ echo.Context) (bool, error) {
		_, ok := table[sumOf(key)]
		return ok, nil
	}}))
	e.GET("/", func(echo.Context) error { return nil })
	return serve(e, "X-Api-Key", all, http.StatusOK)
}
