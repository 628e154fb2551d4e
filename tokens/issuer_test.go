package tokens_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

func TestSecretsAtRest(t *testing.T) {
	t.Run("TOK-STORE-01 a store gets the SHA-256 and a hint, and minting alone returns the secret", func(t *testing.T) {
		w := newWorld(t, func(cfg *tokens.Config) { cfg.Notify = true })
		first := w.mint(key)
		second, err := w.issuer.Rotate(ctx, "1", first.Token.ID, time.Hour, "192.0.2.7")
		require.NoError(t, err)
		list, err := w.issuer.List(ctx, "1", store.APIKey, "", 10)
		require.NoError(t, err)
		require.Len(t, list, 2)
		events, err := w.db.Events(ctx, store.EventFilter{}, 10)
		require.NoError(t, err)
		require.Len(t, events, 2)
		dump := fmt.Sprintf("%+v %q", w.db.written, w.db.written) + fmt.Sprintf("%+v %+v", list, events)
		for _, minted := range []tokens.Minted{first, second} {
			require.Contains(t, dump, minted.Token.ID)
			secret := strings.TrimPrefix(minted.Secret, "test_key_")
			for i := 0; i+8 <= len(secret); i++ {
				require.NotContains(t, dump, secret[i:i+8], "not even a part of it")
			}
			assert.Equal(t, minted.Secret[len(minted.Secret)-4:], minted.Token.Hint)
			assert.Equal(t, store.DigestOf(minted.Secret), minted.Token.Digest)
		}
	})
}

func TestARequestWithAnIDMakesOneToken(t *testing.T) {
	w := newWorld(t)
	named := func(r *tokens.Request) { r.ID = "form1" }
	assert.Equal(t, "form1", w.mint(named).Token.ID)
	_, err := w.issuer.Mint(ctx, request(named))
	require.ErrorIs(t, err, autherr.Conflict)
	assert.Equal(t, "token_exists", autherr.From(err).Reason)
	list, err := w.issuer.List(ctx, "1", store.DeveloperToken, "", 10)
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

func TestMintRefuses(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*tokens.Request)
		kind   autherr.Kind
		reason string
	}{
		{"a kind that is not made here", func(r *tokens.Request) { r.Kind = store.Session }, autherr.BadRequest, "token_kind"},
		{"no description", func(r *tokens.Request) { r.Description = "" }, autherr.BadRequest, "description_missing"},
		{"a long description", func(r *tokens.Request) { r.Description = strings.Repeat("x", 201) }, autherr.BadRequest, "description_malformed"},
		{"a line break in the description", func(r *tokens.Request) { r.Description = "a\r\nBcc: b" }, autherr.BadRequest, "description_malformed"},
		{"a description that is not UTF-8", func(r *tokens.Request) { r.Description = "\xff" }, autherr.BadRequest, "description_malformed"},
		{"no scope", with(), autherr.BadRequest, "scope_missing"},
		{"a scope that does not exist", with("fly"), autherr.BadRequest, "scope_unknown"},
		{"a scope that its owner lacks", func(r *tokens.Request) { r.Owner, r.Scopes = "2", auth.Scopes{"write"} }, autherr.BadRequest, "scope_not_held"},
		{"all scopes and some", func(r *tokens.Request) { r.AllScopes = true }, autherr.BadRequest, "scopes_conflict"},
		{"a life beyond the maximum", func(r *tokens.Request) { r.Life = 366 * 24 * time.Hour }, autherr.BadRequest, "life_too_long"},
		{"no end", func(r *tokens.Request) { r.Life = tokens.NoExpiry }, autherr.BadRequest, "life_unbounded"},
		{"a network that is none", func(r *tokens.Request) { r.Networks = []netip.Prefix{{}} }, autherr.BadRequest, "networks_malformed"},
		{"a network that nobody is in", func(r *tokens.Request) { r.Networks = []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")} }, autherr.BadRequest, "networks_malformed"},
		{"an ID with a slash", func(r *tokens.Request) { r.ID = "a/b" }, autherr.BadRequest, "token_id_malformed"},
		{"an ID that is too long", func(r *tokens.Request) { r.ID = strings.Repeat("a", 65) }, autherr.BadRequest, "token_id_malformed"},
		{"a method that is none", func(r *tokens.Request) { r.Methods = []string{"get"} }, autherr.BadRequest, "methods_malformed"},
		{"an owner who does not exist", of("9"), autherr.NotFound, "no_such_account"},
		{"an owner who is locked", of("3"), autherr.Forbidden, "account_locked"},
	} {
		w := newWorld(t)
		_, err := w.issuer.Mint(ctx, request(row.change))
		assert.ErrorIs(t, err, row.kind, row.name)
		assert.Equal(t, row.reason, autherr.From(err).Reason, row.name)
		assert.Empty(t, w.db.written, row.name)
	}
}

func TestLimit(t *testing.T) {
	t.Run("TOK-CREATE-02 the 101st is refused, and concurrent callers do not pass the limit", func(t *testing.T) {
		w := newWorld(t)
		var wait sync.WaitGroup
		made := make(chan error, 150)
		for range cap(made) {
			wait.Go(func() {
				_, err := w.issuer.Mint(ctx, request())
				made <- err
			})
		}
		wait.Wait()
		close(made)
		good := 0
		for err := range made {
			if err == nil {
				good++
				continue
			}
			assert.ErrorIs(t, err, autherr.Conflict)
		}
		assert.Equal(t, 100, good)
		w.mint(of("2"))
		w.mint(key) // other owners and other kinds have limits of their own
		list, err := w.issuer.List(ctx, "1", store.DeveloperToken, "", 1)
		require.NoError(t, err)
		require.NoError(t, w.issuer.Revoke(ctx, "1", list[0].ID, ""))
		w.mint()
	})
}

func TestRotation(t *testing.T) {
	t.Run("TOK-ROT-01 both work during the overlap, then the new one alone", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint(key)
		next, err := w.issuer.Rotate(ctx, "1", old.Token.ID, time.Hour, "192.0.2.7")
		require.NoError(t, err)
		w.now = w.now.Add(time.Hour - time.Second)
		assert.Equal(t, 200, w.get(old.Secret))
		assert.Equal(t, 200, w.get(next.Secret))
		w.now = w.now.Add(time.Second)
		assert.Equal(t, 401, w.get(old.Secret))
		assert.Equal(t, 200, w.get(next.Secret))
	})
	t.Run("TOK-ROT-01 without an overlap the old one ends at once", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint(key)
		next, err := w.issuer.Rotate(ctx, "1", old.Token.ID, 0, "")
		require.NoError(t, err)
		assert.Equal(t, 401, w.get(old.Secret))
		assert.Equal(t, 200, w.get(next.Secret))
	})
	t.Run("TOK-ROT-01 the overlap is bounded, by the host and by the old one's own end", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint(key, func(r *tokens.Request) { r.Life = time.Hour })
		for _, overlap := range []time.Duration{-1, 30*24*time.Hour + 1} {
			_, err := w.issuer.Rotate(ctx, "1", old.Token.ID, overlap, "")
			assert.ErrorIs(t, err, autherr.BadRequest)
		}
		next, err := w.issuer.Rotate(ctx, "1", old.Token.ID, 24*time.Hour, "")
		require.NoError(t, err)
		assert.Equal(t, w.now.Add(time.Hour), next.Token.Expires, "the same length of life")
		w.now = w.now.Add(time.Hour)
		assert.Equal(t, 401, w.get(old.Secret))
	})
	t.Run("the successor is like the old one", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint(with("read", "write"), func(r *tokens.Request) {
			r.Methods, r.Networks = []string{"GET"}, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		})
		next, err := w.issuer.Rotate(ctx, "1", old.Token.ID, 0, "")
		require.NoError(t, err)
		want := old.Token
		want.ID, want.Digest, want.Hint = next.Token.ID, next.Token.Digest, next.Token.Hint
		assert.Equal(t, want, next.Token)
	})
	t.Run("it lives no longer than the issuer allows by now", func(t *testing.T) {
		w := newWorld(t, func(cfg *tokens.Config) { cfg.AllowNoExpiry = true })
		long := w.mint(func(r *tokens.Request) { r.Life = 300 * 24 * time.Hour })
		never := w.mint(func(r *tokens.Request) { r.Life = tokens.NoExpiry })
		strict, err := tokens.New(tokens.Config{Tokens: w.db, Users: w.db, Scopes: catalogue(t), Developer: developer, Life: time.Hour, MaxLife: 24 * time.Hour, Clock: w.clock})
		require.NoError(t, err)
		for _, old := range []tokens.Minted{long, never} {
			next, err := strict.Rotate(ctx, "1", old.Token.ID, 0, "")
			require.NoError(t, err)
			assert.Equal(t, w.now.Add(24*time.Hour), next.Token.Expires)
		}
	})
	t.Run("what is dead has no successor, and one has one", func(t *testing.T) {
		w := newWorld(t)
		revoked, expired, rotated := w.mint(), w.mint(func(r *tokens.Request) { r.Life = time.Hour }), w.mint()
		require.NoError(t, w.issuer.Revoke(ctx, "1", revoked.Token.ID, ""))
		_, err := w.issuer.Rotate(ctx, "1", rotated.Token.ID, 2*time.Hour, "")
		require.NoError(t, err)
		w.now = w.now.Add(time.Hour)
		for _, dead := range []tokens.Minted{revoked, expired, rotated} {
			_, err := w.issuer.Rotate(ctx, "1", dead.Token.ID, 0, "")
			assert.ErrorIs(t, err, autherr.Conflict)
		}
	})
	t.Run("of concurrent rotations one wins", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint()
		var wait sync.WaitGroup
		won := make(chan tokens.Minted, 16)
		for range cap(won) {
			wait.Go(func() {
				next, err := w.issuer.Rotate(ctx, "1", old.Token.ID, 0, "")
				if err == nil {
					won <- next
					return
				}
				assert.ErrorIs(t, err, autherr.Conflict)
			})
		}
		wait.Wait()
		assert.Len(t, won, 1)
	})
	t.Run("an owner who is locked gets none", func(t *testing.T) {
		w := newWorld(t)
		old := w.mint()
		w.setUser("1", func(u *store.User) { u.State = store.Locked })
		_, err := w.issuer.Rotate(ctx, "1", old.Token.ID, 0, "")
		assert.ErrorIs(t, err, autherr.Forbidden)
	})
}

func TestOwnersAreSeparate(t *testing.T) {
	t.Run("TOK-ORG-01 the ID of another's token is one that does not exist", func(t *testing.T) {
		w := newWorld(t)
		theirs := w.mint()
		none := w.issuer.Revoke(ctx, "2", "no such ID", "")
		for name, err := range map[string]error{
			"revoke": w.issuer.Revoke(ctx, "2", theirs.Token.ID, ""),
			"rotate": func() error { _, err := w.issuer.Rotate(ctx, "2", theirs.Token.ID, 0, ""); return err }(),
			"nobody": w.issuer.Revoke(ctx, "", theirs.Token.ID, ""),
		} {
			assert.ErrorIs(t, err, autherr.NotFound, name)
			assert.Equal(t, none, err, name)
		}
		list, err := w.issuer.List(ctx, "2", store.DeveloperToken, "", 10)
		require.NoError(t, err)
		assert.Empty(t, list)
		list, err = w.issuer.List(ctx, "2", store.DeveloperToken, theirs.Token.ID, 10)
		require.NoError(t, err)
		assert.Empty(t, list)
		assert.Equal(t, 200, w.get(theirs.Secret))
	})
	t.Run("TOK-ORG-01 a token of one tenant is unknown to the other", func(t *testing.T) {
		a, b := newWorld(t), newWorld(t)
		minted := a.mint()
		assert.Equal(t, 200, a.get(minted.Secret))
		assert.Equal(t, 401, b.get(minted.Secret))
		assert.ErrorIs(t, b.issuer.Revoke(ctx, "1", minted.Token.ID, ""), autherr.NotFound)
		assert.Equal(t, 200, a.get(minted.Secret))
	})
	t.Run("tokens that were not made here are neither listed nor ended here", func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, w.db.PutTokens(ctx, []store.Token{{Digest: store.DigestOf("x"), ID: "s", Kind: store.Session, User: "1"}}, 0))
		assert.ErrorIs(t, w.issuer.Revoke(ctx, "1", "s", ""), autherr.NotFound)
		_, err := w.issuer.List(ctx, "1", store.Session, "", 10)
		assert.ErrorIs(t, err, autherr.BadRequest)
	})
}

func TestEvents(t *testing.T) {
	w := newWorld(t, func(cfg *tokens.Config) { cfg.Notify = true })
	minted := w.mint(key, with("read", "write"))
	w.now = w.now.Add(time.Second)
	next, err := w.issuer.Rotate(ctx, "1", minted.Token.ID, time.Hour, "192.0.2.8")
	require.NoError(t, err)
	w.now = w.now.Add(time.Second)
	require.NoError(t, w.issuer.Revoke(ctx, "1", next.Token.ID, "192.0.2.9"))
	require.NoError(t, w.issuer.Revoke(ctx, "1", next.Token.ID, "192.0.2.9"), "twice is no error")
	events, err := w.db.Events(ctx, store.EventFilter{User: "1"}, 10)
	require.NoError(t, err)
	require.Len(t, events, 3, "and no event")
	for i, want := range []struct{ kind, token, address string }{
		{tokens.EventRevoked, next.Token.ID, "192.0.2.9"}, {tokens.EventRotated, next.Token.ID, "192.0.2.8"}, {tokens.EventCreated, minted.Token.ID, "192.0.2.7"},
	} {
		e := events[i]
		assert.Equal(t, want.kind, e.Type)
		assert.Equal(t, want.token, e.Token)
		assert.Equal(t, want.address, e.Address)
		assert.Equal(t, "1", e.User)
		assert.Equal(t, "1", e.Actor)
		assert.Equal(t, store.DeliveryPending, e.Delivery.State)
		assert.Equal(t, "API key", e.Details[tokens.DetailKind])
		assert.Equal(t, "nightly import", e.Details[tokens.DetailDescription])
		assert.Equal(t, "read write", e.Details[tokens.DetailScopes])
	}
	assert.Equal(t, minted.Token.ID, events[1].Details[tokens.DetailReplaces])
	assert.Equal(t, "2026-01-02T04:04:06Z", events[1].Details[tokens.DetailReplacedExpires])
}

func TestNewRefuses(t *testing.T) {
	w := newWorld(t)
	for name, cfg := range map[string]tokens.Config{
		"no store":       {Users: w.db, Developer: developer},
		"no users":       {Tokens: w.db, Developer: developer},
		"no format":      {Tokens: w.db, Users: w.db},
		"a short cap":    {Tokens: w.db, Users: w.db, Developer: developer, MaxLife: time.Hour},
		"negative limit": {Tokens: w.db, Users: w.db, Developer: developer, MaxPerOwner: -1},
	} {
		_, err := tokens.New(cfg)
		assert.Error(t, err, name)
	}
}
