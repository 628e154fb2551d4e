package basic_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A desk mints developer tokens for Aladdin and verifies them, by a clock that tests move.
type desk struct {
	t        testing.TB
	db       *memory.Store
	now      time.Time
	issuer   *tokens.Issuer
	verifier *tokens.Verifier
}

func newDesk(t testing.TB) *desk {
	d := &desk{t: t, db: memory.New(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	require.NoError(t, d.db.CreateUsers(context.Background(),
		store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read", "write"}},
		store.User{ID: "2", Name: "Jäsøn", Scopes: []string{"read"}}))
	format, err := tokens.NewFormat("test_pat_")
	require.NoError(t, err)
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}, auth.ScopeInfo{Name: "write", Words: "Change things"})
	require.NoError(t, err)
	clock := func() time.Time { return d.now }
	d.issuer, err = tokens.New(tokens.Config{Tokens: d.db, Users: d.db, Scopes: scopes, Developer: format, Clock: clock})
	require.NoError(t, err)
	d.verifier, err = tokens.NewVerifier(tokens.VerifierConfig{
		Tokens: d.db, Clock: clock,
		Kinds: []tokens.Kind{{Kind: store.DeveloperToken, Format: format}},
	})
	require.NoError(t, err)
	return d
}

func (d *desk) mint(owner string, scopes ...string) tokens.Minted {
	d.t.Helper()
	minted, err := d.issuer.Mint(context.Background(), tokens.Request{
		Kind: store.DeveloperToken, Owner: owner, Description: "a test", Scopes: scopes, Life: time.Hour,
	})
	require.NoError(d.t, err)
	return minted
}

func TestTokenAsPassword(t *testing.T) {
	t.Run("SEC-BASIC-09 a developer token is no password by default", func(t *testing.T) {
		d := newDesk(t)
		gate := newGate(t, basic.Config{Passwords: newPasswords()})
		assert.Equal(t, 401, get(gate, encode("Aladdin:"+d.mint("1", "read").Secret)).Code)
	})
	t.Run("SEC-BASIC-09 with the option it counts for what it is", func(t *testing.T) {
		d := newDesk(t)
		known := newPasswords()
		gate := newGate(t, basic.Config{Passwords: known, AllowTokens: d.verifier})
		good, narrow, revoked := d.mint("1", "read"), d.mint("1", "write"), d.mint("1", "read")
		require.NoError(t, d.issuer.Revoke(context.Background(), "1", revoked.Token.ID, ""))
		unknown := must(tokens.NewFormat("test_pat_")).New()
		for _, row := range []struct {
			name, pair string
			status     int
		}{
			{"valid", "Aladdin:" + good.Secret, 200},
			{"without the scope of the route, which its owner has", "Aladdin:" + narrow.Secret, 403},
			{"revoked", "Aladdin:" + revoked.Secret, 401},
			{"unknown", "Aladdin:" + unknown, 401},
			{"of another account", "Jäsøn:" + good.Secret, 401},
			{"of another spelling of the account", "aladdin:" + good.Secret, 401},
			{"of nobody", ":" + good.Secret, 401},
		} {
			answer := get(gate, encode(row.pair))
			assert.Equal(t, row.status, answer.Code, row.name)
			if row.status == 401 {
				assert.Contains(t, answer.Header().Get("WWW-Authenticate"), "Basic realm=", row.name)
			}
		}
		assert.Empty(t, known.asked, "no token is tried as a password")
		assert.Equal(t, 200, get(gate, encode("Aladdin:open sesame")).Code, "passwords still work")
		assert.Equal(t, 401, get(gate, encode("Aladdin:"+good.Secret[1:])).Code, "what only looks like a token is a password")

		d.now = d.now.Add(time.Hour)
		assert.Equal(t, 401, get(gate, encode("Aladdin:"+good.Secret)).Code, "expired")
	})
	t.Run("a name counts in NFC, as it does beside a password", func(t *testing.T) {
		d := newDesk(t)
		gate := newGate(t, basic.Config{Passwords: newPasswords(), AllowTokens: d.verifier})
		assert.Equal(t, 200, get(gate, encode("Ja\u0308søn:"+d.mint("2", "read").Secret)).Code)
	})
	t.Run("a token for certain resources or of an app is refused", func(t *testing.T) {
		for name, id := range map[string]auth.Identity{
			"for a resource": {Kind: auth.User, Username: "Aladdin", Scopes: auth.Scopes{"read"}, Audience: []string{"https://api.example/mcp"}},
			"of an app":      {Kind: auth.Client, Subject: "app", Scopes: auth.Scopes{"read"}},
		} {
			gate := newGate(t, basic.Config{Passwords: newPasswords(), AllowTokens: fixed(id)})
			assert.Equal(t, 401, get(gate, encode("Aladdin:x")).Code, name)
		}
	})
}

// fixed takes every password for a token of one identity.
type fixed auth.Identity

func (f fixed) Recognises(string) bool { return true }

func (f fixed) Verify(context.Context, *http.Request, string, string) (auth.Verdict, error) {
	return auth.Verdict{Identity: auth.Identity(f)}, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
