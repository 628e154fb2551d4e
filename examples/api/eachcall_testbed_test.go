package main_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	program "github.com/seed-f67351ce/sesame/examples/api"
	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// A testbed is the server on a store whose calls can be broken.
type testbed struct {
	picks   func(method string) bool // says which of them are
	base    string
	server  *program.InProcess
	raw     storetest.Backend
	notes   *noted
	calls   faulty.Calls
	address atomic.Value // of the callers of this round
	broken  atomic.Bool  // while a call is
	met     sync.Map     // the patterns of requests meanwhile
	rounds  int
}

// A round is one account's.
type round struct {
	*testbed
	s *apitest.Server
	u store.User
}

// noted notes what handles were put.
type noted struct {
	store.Handles
	digests []store.Digest
}

func (n *noted) PutHandle(ctx context.Context, h store.Handle) error {
	err := n.Handles.PutHandle(ctx, h)
	if err == nil {
		n.digests = append(n.digests, h.Digest)
	}
	return err
}

var (
	rsaKey     = sync.OnceValue(newRSAKey)
	scannerKey = sync.OnceValue(func() *ecdsa.PrivateKey {
		key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // which does not fail
		return key
	})
)

func newRSAKey() string {
	key, _ := rsa.GenerateKey(rand.Reader, 2048) // which does not fail
	der, _ := x509.MarshalPKCS8PrivateKey(key)   // nor does this, of an RSA key
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func newTestbed(t *testing.T, db program.Records, picks func(method string) bool) *testbed {
	t.Helper()
	b := &testbed{picks: picks, notes: &noted{Handles: db}}
	b.raw = storetest.Backend{
		Users: db, Passwords: db, UserWriter: db, Clients: db, Grants: db, Tokens: db, TokenUses: db,
		Handles: b.notes, Once: db, Counters: db, Events: db, Sweeper: db,
	}
	listening := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = b.address.Load().(string)
		b.server.ServeHTTP(w, r)
		if b.broken.Load() {
			b.met.Store(r.Pattern, true)
		}
	}))
	b.base = "http://" + listening.Listener.Addr().String()
	var err error
	b.server, err = program.NewInProcess(b.base, faulty.Wrap(b.raw, &b.calls), &scannerKey().PublicKey)
	require.NoError(t, err)
	listening.Start()
	t.Cleanup(listening.Close)
	return b
}

// round begins with an account that nobody used yet, at an address that nobody called from.
func (b *testbed) round(t *testing.T) *round {
	t.Helper()
	b.calls.Follow(nil)
	b.rounds++
	b.address.Store(fmt.Sprintf("127.1.%d.%d:40000", b.rounds>>8, b.rounds&0xff))
	known, err := b.server.Settle(t.Context(), b.raw, rsaKey())
	require.NoError(t, err)
	u, err := b.raw.Users.UserByName(t.Context(), known.Users["me"].Username)
	require.NoError(t, err)
	b.notes.digests = nil
	return &round{b, apitest.At(t, b.base, known), u}
}

// live are the tokens, grants and handles of the account and its apps that count now.
func (r *round) live(t *testing.T) (live []string) {
	t.Helper()
	now := time.Now()
	current := func(expires time.Time) bool { return expires.IsZero() || now.Before(expires) }
	filters := []store.TokenFilter{{User: r.u.ID}, {Client: r.s.Key("app")}, {Client: r.s.Key("public")}, {Client: r.s.Key("rsa_app")}}
	for _, f := range filters {
		list, err := r.raw.Tokens.ListTokens(t.Context(), f, "", 1000)
		require.NoError(t, err)
		for _, token := range list {
			if token.Revoked.IsZero() && token.Successor == (store.Digest{}) && current(token.Expires) {
				live = append(live, fmt.Sprintf("token %d %s", token.Kind, token.ID))
			}
		}
		grants, err := r.raw.Grants.Grants(t.Context(), store.GrantFilter{User: f.User, Client: f.Client, Live: true}, 1000)
		require.NoError(t, err)
		for _, g := range grants {
			live = append(live, fmt.Sprintf("grant %s remembered=%t", g.ID, g.Remembered))
		}
	}
	for _, d := range r.notes.digests {
		h, err := r.raw.Handles.Handle(t.Context(), d)
		require.NoError(t, err)
		if !h.Used && current(h.Expires) && h.Kind != store.Interaction && r.stands(t, h.Grant) { // an interaction gives nothing
			live = append(live, fmt.Sprintf("handle %d %x", h.Kind, d))
		}
	}
	apps, err := r.raw.Clients.ClientsByOwner(t.Context(), r.u.ID)
	require.NoError(t, err)
	for _, c := range apps {
		live = append(live, "app "+c.ID)
	}
	slices.Sort(live)
	return slices.Compact(live)
}

// stands says whether a handle's grant is there, if it needs one: a code without one is good for nothing.
func (r *round) stands(t *testing.T, id string) bool {
	t.Helper()
	if id == "" {
		return true
	}
	g, err := r.raw.Grants.Grant(t.Context(), id)
	if err != nil {
		require.ErrorIs(t, err, store.ErrNotFound)
	}
	return err == nil && g.Revoked.IsZero()
}

func openSQLite(t *testing.T) program.Records {
	t.Helper()
	db, err := sqlstore.OpenSQLite(filepath.Join(t.TempDir(), "sesame.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	require.NoError(t, sqlstore.Migrate(t.Context(), db))
	s, err := sqlstore.New(db)
	require.NoError(t, err)
	return s
}
