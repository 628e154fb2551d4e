package digest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

const (
	realm = "api"
	home  = "127.0.0.1:40000"
)

var allAlgorithms = []digest.Algorithm{
	digest.SHA512_256, digest.SHA256, digest.SHA512_256Sess, digest.SHA256Sess, digest.MD5, digest.MD5Sess,
}

// backend is a store that counts its calls, and breaks when it is told.
type backend struct {
	*memory.Store
	lookUps, hashLookUps, claims, counts, replaced atomic.Int64
	broken                                         atomic.Pointer[error]
	uncounted                                      atomic.Bool // the counters are down
}

func (b *backend) fails() error {
	if err := b.broken.Load(); err != nil {
		return *err
	}
	return nil
}

func (b *backend) UserByName(ctx context.Context, name string) (store.User, error) {
	b.lookUps.Add(1)
	if err := b.fails(); err != nil {
		return store.User{}, err
	}
	return b.Store.UserByName(ctx, name)
}

func (b *backend) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	b.hashLookUps.Add(1)
	return b.Store.UserByHash(ctx, algorithm, realm, hash)
}

func (b *backend) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	b.claims.Add(1)
	if err := b.fails(); err != nil {
		return err
	}
	return b.Store.ClaimCount(ctx, key, n, until)
}

func (b *backend) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	b.claims.Add(1)
	return b.Store.Claim(ctx, key, until)
}

func (b *backend) Add(ctx context.Context, counts []store.Count) error {
	b.counts.Add(1)
	if b.uncounted.Load() {
		return errors.New("down")
	}
	return b.Store.Add(ctx, counts)
}

func (b *backend) ReplacePassword(ctx context.Context, userID, oldHash string, next store.Password) error {
	b.replaced.Add(1)
	return b.Store.ReplacePassword(ctx, userID, oldHash, next)
}

// A lab is one node: a gate with Digest, its store and its time.
type lab struct {
	t      testing.TB
	store  *backend
	ring   *seal.Ring
	ha1s   *digest.HA1s
	scheme *digest.Scheme
	gate   *auth.Gate

	mu      sync.Mutex
	now     time.Time
	called  atomic.Int64 // of the handler
	body    string       // that it read last
	refused []auth.Observation
	reports []error
}

var passwords = map[string]string{
	"Mufasa": "Circle of Life", `a"b`: " pass  word ", "Jäsøn": "пароль-🔑", "Jäsøn Doe": "Secret, or not?",
}

// newLab makes a node with the accounts in passwords. change may change the config; the algorithms are SHA-256 alone
// where there are none.
func newLab(t testing.TB, change func(*digest.Config), algorithms ...digest.Algorithm) *lab {
	t.Helper()
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	l := &lab{
		t: t, store: &backend{Store: memory.New()}, ring: ring,
		now: time.Date(2026, 5, 1, 12, 0, 10, 0, time.UTC),
	}
	l.build(change, algorithms...)
	for name, password := range passwords {
		l.addUser(name, password)
	}
	return l
}

// node makes another node with the same store, ring and time.
func (l *lab) node(change func(*digest.Config), algorithms ...digest.Algorithm) *lab {
	l.t.Helper()
	other := &lab{t: l.t, store: l.store, ring: l.ring, now: l.now}
	other.build(change, algorithms...)
	return other
}

func (l *lab) build(change func(*digest.Config), algorithms ...digest.Algorithm) {
	l.t.Helper()
	limits, err := throttle.New(throttle.Config{Counters: l.store, Clock: l.clock})
	require.NoError(l.t, err)
	l.ha1s, err = digest.NewHA1s(digest.HA1Config{Realm: realm, Algorithms: algorithms, Keys: l.ring})
	require.NoError(l.t, err)
	cfg := digest.Config{
		HA1s: l.ha1s, Users: l.store, Once: l.store, NonceKeys: l.ring, Throttle: limits, Clock: l.clock,
		Report: func(_ context.Context, _ string, err error) { l.reports = append(l.reports, err) },
	}
	if change != nil {
		change(&cfg)
	}
	l.scheme, err = digest.New(cfg)
	require.NoError(l.t, err)
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(l.t, err)
	l.gate, err = auth.New(auth.Config{Schemes: []auth.Scheme{l.scheme}, Scopes: catalogue, Observer: l, Clock: l.clock})
	require.NoError(l.t, err)
}

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *lab) pass(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

// Observe implements [auth.Observer].
func (l *lab) Observe(_ context.Context, o auth.Observation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.Status != http.StatusOK {
		l.refused = append(l.refused, o)
	}
}

// reason is that of the last refusal.
func (l *lab) reason() string {
	if len(l.refused) == 0 {
		return ""
	}
	return l.refused[len(l.refused)-1].Reason
}

func (l *lab) addUser(name, password string) store.User {
	l.t.Helper()
	user := store.User{ID: "id of " + name, Name: name, Scopes: []string{"read"}, Password: store.Password{Hash: "$argon2id$of " + name}}
	var err error
	user.Password.HA1s, err = l.ha1s.Derive(user, password)
	require.NoError(l.t, err)
	require.NoError(l.t, l.store.CreateUsers(context.Background(), user))
	return user
}

// do sends a request with this Authorization field, or none, through the gate.
func (l *lab) do(method, target, body, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = home
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return l.serve(r)
}

func (l *lab) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	l.gate.Require("read")(l).ServeHTTP(w, r)
	return w
}

// get is a GET of /a.
func (l *lab) get(p params) *httptest.ResponseRecorder { return l.do("GET", "/a", "", p.String()) }

// ServeHTTP is the handler behind the gate.
func (l *lab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.called.Add(1)
	body, _ := io.ReadAll(r.Body)
	id, _ := auth.FromContext(r.Context())
	l.mu.Lock()
	l.body = string(body)
	l.mu.Unlock()
	_, _ = io.WriteString(w, id.Username)
}

// challenges are those of an answer, by the algorithm that they name.
func challenges(t testing.TB, w *httptest.ResponseRecorder) []map[string]string {
	t.Helper()
	var list []map[string]string
	for _, line := range w.Header()["Www-Authenticate"] {
		list = append(list, readParams(t, strings.TrimPrefix(line, "Digest ")))
	}
	return list
}

func readParams(t testing.TB, text string) map[string]string {
	t.Helper()
	parsed, err := auth.ParseParams(nil, text)
	require.NoError(t, err)
	values := map[string]string{}
	for _, p := range parsed {
		values[p.Name] = p.Value
	}
	return values
}

// isStale reports whether an answer is a 401 that asks for another try with its new nonce.
func isStale(t testing.TB, w *httptest.ResponseRecorder) bool {
	t.Helper()
	list := challenges(t, w)
	return w.Code == http.StatusUnauthorized && len(list) > 0 && list[0]["stale"] == "true" && list[0]["nonce"] != ""
}

// client is one that knows the account's password and has just been challenged.
func (l *lab) client(name string) client {
	l.t.Helper()
	list := challenges(l.t, l.do("GET", "/a", "", ""))
	require.NotEmpty(l.t, list)
	return client{
		name: name, realm: list[0]["realm"], password: passwords[name],
		algorithm: list[0]["algorithm"], nonce: list[0]["nonce"], opaque: list[0]["opaque"],
		qop: "auth", cnonce: "cnonce", nc: 1,
	}
}
