package tokens_test

import (
	"errors"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// forge is token with other symbols from the nth random one on, and a checksum that is right.
func forge(token string, n int) string {
	body := []byte(token[:len(token)-6])
	for i := len(developer.Prefix()) + n; i < len(body); i++ {
		if body[i] == 'x' {
			body[i] = 'y' // or the guess would be right once in a while
		} else {
			body[i] = 'x'
		}
	}
	sum := crc32.ChecksumIEEE(body)
	for range 6 {
		body = append(body, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[sum%62])
		sum /= 62
	}
	return string(body)
}

func TestLookUp(t *testing.T) {
	t.Run("TOK-STORE-02 by the digest of all of it, however much of the beginning is right", func(t *testing.T) {
		w := newWorld(t)
		token := w.mint().Secret
		for n := range 43 {
			guess := forge(token, n)
			assert.Equal(t, 401, w.get(guess))
			require.Len(t, w.db.lookUps, n+1, "one look-up each")
			assert.Equal(t, store.DigestOf(guess), w.db.lookUps[n])
		}
	})
	t.Run("a store that does not answer is 503, never 401", func(t *testing.T) {
		w := newWorld(t)
		token := w.mint().Secret
		w.db.broken = errors.New("the disk is gone")
		answer := w.bearer(token)
		assert.Equal(t, 503, answer.Code)
		assert.NotContains(t, answer.Body.String(), "disk")
	})
}

func TestExpiry(t *testing.T) {
	t.Run("TOK-EXP-01 90 days by default, to the second", func(t *testing.T) {
		w := newWorld(t)
		minted := w.mint()
		assert.Equal(t, w.now.Add(90*24*time.Hour), minted.Token.Expires)
		w.now = minted.Token.Expires.Add(-time.Second)
		assert.Equal(t, 200, w.get(minted.Secret))
		w.now = minted.Token.Expires
		assert.Equal(t, 401, w.get(minted.Secret))
	})
	t.Run("TOK-EXP-01 not beyond the host's maximum, and never only where it allows that", func(t *testing.T) {
		for _, row := range []struct {
			name  string
			life  time.Duration
			never bool
			ok    bool
		}{
			{"the maximum", 10 * time.Hour, false, true},
			{"more than the maximum", 10*time.Hour + 1, false, false},
			{"never", tokens.NoExpiry, false, false},
			{"never, where it is allowed", tokens.NoExpiry, true, true},
			{"a negative life", -time.Hour, true, false},
		} {
			w := newWorld(t, func(cfg *tokens.Config) {
				cfg.Life, cfg.MaxLife, cfg.AllowNoExpiry = time.Hour, 10*time.Hour, row.never
			})
			minted, err := w.issuer.Mint(ctx, request(func(req *tokens.Request) { req.Life = row.life }))
			if !row.ok {
				assert.ErrorIs(t, err, autherr.BadRequest, row.name)
				continue
			}
			require.NoError(t, err, row.name)
			assert.Equal(t, row.life == tokens.NoExpiry, minted.Token.Expires.IsZero(), row.name)
			assert.Equal(t, 200, w.get(minted.Secret), row.name)
		}
	})
	t.Run("TOK-EXP-02 revoked is 401 at the next request on every node", func(t *testing.T) {
		w := newWorld(t)
		minted := w.mint()
		for _, node := range w.node {
			require.Equal(t, 200, w.call(node, "GET", "/", "Authorization", "Bearer "+minted.Secret).Code)
		}
		require.NoError(t, w.issuer.Revoke(ctx, "1", minted.Token.ID, "192.0.2.7"))
		for _, node := range w.node {
			assert.Equal(t, 401, w.call(node, "GET", "/", "Authorization", "Bearer "+minted.Secret).Code)
		}
	})
	t.Run("TOK-EXP-03 everything dies with its owner's account", func(t *testing.T) {
		w := newWorld(t)
		kept, revoked := w.mint(), w.mint(key)
		require.NoError(t, w.issuer.Revoke(ctx, "1", revoked.Token.ID, ""))
		for state, says := range map[store.State]string{store.Locked: "No API Access", store.Disabled: "API Access is disabled", "abroad": "may not use"} {
			w.setUser("1", func(u *store.User) { u.State = state })
			answer := w.bearer(kept.Secret)
			assert.Equal(t, 403, answer.Code)
			assert.Contains(t, answer.Body.String(), says)
			assert.Equal(t, 401, w.get(revoked.Secret))
		}
		w.setUser("1", func(u *store.User) { u.State = store.Active })
		assert.Equal(t, 200, w.get(kept.Secret))
		assert.Equal(t, 401, w.get(revoked.Secret))
		require.NoError(t, w.db.DeleteUser(ctx, "1"))
		assert.Equal(t, 401, w.get(kept.Secret))
	})
}

func TestScopes(t *testing.T) {
	t.Run("TOK-SCOPE-01 what its owner may do now, not at minting", func(t *testing.T) {
		w := newWorld(t)
		token := w.mint(with("read", "admin")).Secret
		admin := func() int { return w.call(w.node[0], "GET", "/admin", "Authorization", "Bearer "+token).Code }
		assert.Equal(t, 200, admin())
		w.setUser("1", func(u *store.User) { u.Scopes = []string{"read", "write"} })
		assert.Equal(t, 403, admin())
		assert.Equal(t, 200, w.get(token))
		assert.Equal(t, "Aladdin read", w.bearer(token).Body.String(), "and no scope that only the owner has")
	})
	t.Run("TOK-SCOPE-03 no scope is no access", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.issuer.Mint(ctx, request(with()))
		assert.ErrorIs(t, err, autherr.BadRequest)
		bare := developer.New() // one that came into the store some other way
		require.NoError(t, w.db.PutTokens(ctx, []store.Token{{Digest: store.DigestOf(bare), ID: "bare", Kind: store.DeveloperToken, User: "1"}}, 0))
		assert.Equal(t, 403, w.get(bare))
	})
	t.Run("a token with all scopes follows its owner", func(t *testing.T) {
		w := newWorld(t)
		all := w.mint(func(req *tokens.Request) { req.Scopes, req.AllScopes = nil, true }).Secret
		assert.Equal(t, "Aladdin read write admin", w.bearer(all).Body.String())
		w.setUser("1", func(u *store.User) { u.Scopes = []string{"read"} })
		assert.Equal(t, "Aladdin read", w.bearer(all).Body.String())
	})
	t.Run("TOK-SCOPE-04 only from its networks, with its methods", func(t *testing.T) {
		w := newWorld(t)
		inside := w.mint(with("read", "write"), func(req *tokens.Request) { req.Networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
		elsewhere := w.mint(func(req *tokens.Request) { req.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
		reading := w.mint(with("read", "write"), func(req *tokens.Request) { req.Methods = []string{"GET", "HEAD"} })
		assert.Equal(t, 200, w.get(inside.Secret))
		assert.Equal(t, 403, w.get(elsewhere.Secret))
		assert.Equal(t, 200, w.get(reading.Secret))
		assert.Equal(t, 403, w.call(w.node[0], "POST", "/", "Authorization", "Bearer "+reading.Secret).Code)
		assert.Equal(t, 200, w.call(w.node[0], "POST", "/", "Authorization", "Bearer "+inside.Secret).Code)
	})
}

func TestRefusalsLookAlike(t *testing.T) {
	t.Run("TOK-USE-02 unknown, expired, revoked and foreign", func(t *testing.T) {
		w, foreign := newWorld(t), newWorld(t)
		revoked, expired, replaced := w.mint(), w.mint(func(req *tokens.Request) { req.Life = time.Hour }), w.mint()
		require.NoError(t, w.issuer.Revoke(ctx, "1", revoked.Token.ID, ""))
		_, err := w.issuer.Rotate(ctx, "1", replaced.Token.ID, 0, "")
		require.NoError(t, err)
		w.now = w.now.Add(time.Hour)
		first := w.bearer(developer.New())
		require.Equal(t, 401, first.Code)
		for name, text := range map[string]string{
			"malformed": "test_pat_0", "expired": expired.Secret, "revoked": revoked.Secret, "replaced": replaced.Secret, "foreign": foreign.mint().Secret,
		} {
			answer := w.bearer(text)
			assert.Equal(t, 401, answer.Code, name)
			assert.Equal(t, first.Body.String(), answer.Body.String(), name)
			assert.Equal(t, first.Header(), answer.Header(), name)
		}
		assert.Len(t, w.db.lookUps, 5, "one look-up for each that has a token's shape: the same work")
	})
	t.Run("their reasons differ for the log", func(t *testing.T) {
		w := newWorld(t)
		verifier := newVerifier(t, w.db, w.clock)
		revoked, expired, bound := w.mint(), w.mint(func(req *tokens.Request) { req.Life = time.Hour }), developer.New()
		require.NoError(t, w.issuer.Revoke(ctx, "1", revoked.Token.ID, ""))
		require.NoError(t, w.db.PutTokens(ctx, []store.Token{
			{Digest: store.DigestOf(bound), ID: "bound", Kind: store.DeveloperToken, User: "1", AllScopes: true, Confirmation: "thumbprint"},
		}, 0))
		w.now = w.now.Add(time.Hour)
		for reason, text := range map[string]string{
			"token_malformed": "x", "token_unknown": developer.New(), "token_revoked": revoked.Secret, "token_expired": expired.Secret, "token_bound": bound,
		} {
			_, err := verifier.Verify(ctx, nil, "Bearer", text)
			assert.Equal(t, reason, autherr.From(err).Reason)
			assert.NotContains(t, err.Error(), text)
		}
	})
	t.Run("a token of another kind with this format is unknown", func(t *testing.T) {
		w := newWorld(t)
		for _, kind := range []store.TokenKind{store.Session, store.RefreshToken, store.APIKey} {
			text := developer.New()
			require.NoError(t, w.db.PutTokens(ctx, []store.Token{{Digest: store.DigestOf(text), ID: text[9:20], Kind: kind, User: "1", AllScopes: true}}, 0))
			assert.Equal(t, 401, w.get(text))
		}
	})
}

func TestUsersElsewhere(t *testing.T) {
	w := newWorld(t)
	elsewhere := memory.New(memory.UsersElsewhere())
	issuer, err := tokens.New(tokens.Config{Tokens: elsewhere, Users: w.db, Scopes: catalogue(t), Developer: developer, Clock: w.clock})
	require.NoError(t, err)
	minted, err := issuer.Mint(ctx, request())
	require.NoError(t, err)
	kinds := []tokens.Kind{{Kind: store.DeveloperToken, Format: developer}}

	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: elsewhere, Users: w.db, Kinds: kinds, Clock: w.clock})
	require.NoError(t, err)
	verdict, err := verifier.Verify(ctx, nil, "Bearer", minted.Secret)
	require.NoError(t, err)
	assert.Equal(t, "Aladdin", verdict.Identity.Username)

	blind, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: elsewhere, Kinds: kinds, Clock: w.clock})
	require.NoError(t, err)
	_, err = blind.Verify(ctx, nil, "Bearer", minted.Secret)
	assert.Equal(t, "token_owner_gone", autherr.From(err).Reason, "a verifier that was not told where accounts are lets nobody in")
}

func TestOwnersElsewhere(t *testing.T) {
	accounts, elsewhere := memory.New(), memory.New(memory.UsersElsewhere())
	owner := store.User{ID: "1", Name: "Aladdin"}
	require.NoError(t, accounts.CreateUsers(ctx, owner))
	access, err := tokens.NewFormat("test_at_")
	require.NoError(t, err)
	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{
		Tokens: elsewhere, Users: accounts, Kinds: []tokens.Kind{{Kind: store.AccessToken, Format: access}},
	})
	require.NoError(t, err)
	text := access.New()
	require.NoError(t, elsewhere.PutClient(ctx, store.Client{ID: "app", Owner: "1", Scopes: []string{"read"}}))
	require.NoError(t, elsewhere.PutTokens(ctx, []store.Token{{ID: "t", Digest: store.DigestOf(text), Kind: store.AccessToken, Client: "app", Scopes: []string{"read"}}}, 0))

	verdict, err := verifier.Verify(ctx, nil, "Bearer", text)
	require.NoError(t, err)
	assert.Equal(t, store.Active, verdict.State)
	owner.State = store.Locked
	require.NoError(t, accounts.UpdateUser(ctx, owner))
	verdict, err = verifier.Verify(ctx, nil, "Bearer", text)
	require.NoError(t, err)
	assert.Equal(t, store.Locked, verdict.State, "an app stands or falls with its owner's account")
	require.NoError(t, accounts.DeleteUser(ctx, "1"))
	_, err = verifier.Verify(ctx, nil, "Bearer", text)
	assert.Equal(t, "token_owner_gone", autherr.From(err).Reason)
}

func TestNewVerifierRefuses(t *testing.T) {
	db := memory.New()
	for name, cfg := range map[string]tokens.VerifierConfig{
		"no store":           {Kinds: []tokens.Kind{{Kind: store.APIKey, Format: apiKey}}},
		"no kinds":           {Tokens: db},
		"no format":          {Tokens: db, Kinds: []tokens.Kind{{Kind: store.APIKey}}},
		"sessions":           {Tokens: db, Kinds: []tokens.Kind{{Kind: store.Session, Format: apiKey}}},
		"refresh tokens":     {Tokens: db, Kinds: []tokens.Kind{{Kind: store.RefreshToken, Format: apiKey}}},
		"one format for two": {Tokens: db, Kinds: []tokens.Kind{{Kind: store.APIKey, Format: apiKey}, {Kind: store.AccessToken, Format: apiKey}}},
	} {
		_, err := tokens.NewVerifier(cfg)
		assert.Error(t, err, name)
	}
}

func TestAllocations(t *testing.T) {
	w := newWorld(t)
	verifier := newVerifier(t, w.db.Store, w.clock)
	r := httptest.NewRequest("GET", "/", nil)
	verify := func(text string) func() {
		return func() { _, _ = verifier.Verify(ctx, r, "Bearer", text) }
	}
	good := w.mint().Secret
	_, err := verifier.Verify(ctx, r, "Bearer", good)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(100, verify(good)), "a good token")
	assert.Zero(t, testing.AllocsPerRun(100, verify(forge(good, 3))), "an unknown one")

	malformed := newVerifier(t, w.db, w.clock)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = malformed.Verify(ctx, r, "Bearer", good[1:]) }), "a mistyped one")
	assert.Empty(t, w.db.lookUps)

	keys, err := tokens.NewAPIKeys(tokens.APIKeysConfig{Verifier: verifier, Realm: "test", Header: "X-API-Key", AllowQuery: "api_key"})
	require.NoError(t, err)
	r.Header.Set("X-API-Key", good)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = keys.Verify(ctx, r) }), "a key in the header")
	r.Header.Del("X-API-Key")
	r.URL.RawQuery = "page=2&api_key=" + good
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = keys.Verify(ctx, r) }), "a key in the query")

	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{keys}, Scopes: catalogue(t)})
	require.NoError(t, err)
	r.RemoteAddr = "127.0.0.1:40000"
	handler := gate.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	answer := httptest.NewRecorder()
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		clear(answer.Header())
		handler.ServeHTTP(answer, r)
	}), 4.0, "through the gate")
}
