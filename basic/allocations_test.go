//go:build !race

package basic_test

// The race detector makes pools forget at random, and so allocate.

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// account signs everybody in.
type account struct{}

func (a account) Check(context.Context, *http.Request, string, string) (store.User, error) {
	return store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}, nil
}

func TestTheMiddlewareAllocatesForTheCredentialsAndTheContext(t *testing.T) {
	handler := newGate(t, basic.Config{Passwords: account{}}).Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	assert.LessOrEqual(t, allocations(t, handler), 4.0)
}

func TestARememberedPasswordWithAClientKeyAllocatesNoMore(t *testing.T) {
	hasher, err := password.NewHasher(password.HasherConfig{Memory: 64, Time: 1, InsecureCosts: true})
	require.NoError(t, err)
	hash, err := hasher.Hash("open sesame")
	require.NoError(t, err)
	db := memory.New()
	user := store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}, Password: store.Password{Hash: hash}}
	require.NoError(t, db.CreateUsers(t.Context(), user))
	require.NoError(t, db.PutClient(t.Context(), store.Client{ID: "key", Owner: "1", Scopes: []string{"read"}}))
	limits, err := throttle.New(throttle.Config{Counters: db})
	require.NoError(t, err)
	checker, err := password.New(password.Config{Users: db, Hasher: hasher, Throttle: limits})
	require.NoError(t, err)
	scheme, err := basic.New(basic.Config{Realm: "x", Passwords: checker})
	require.NoError(t, err)
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(t, err)
	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: scopes, ClientKeys: &auth.ClientKeys{Clients: db}})
	require.NoError(t, err)
	assert.LessOrEqual(t, allocations(t, gate.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))), 4.0)
}

// allocations is how many a good request costs.
func allocations(t *testing.T, handler http.Handler) float64 {
	t.Helper()
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Authorization", encode("Aladdin:open sesame"))
	r.Header.Set("X-Client-Key", "key")
	n := testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) })
	require.Equal(t, http.StatusOK, w.Code)
	return n
}
