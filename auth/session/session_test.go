package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// A world is a memory store with one account, its sessions, and a clock that tests move.
type world struct {
	*session.Sessions
	store *memory.Store
	now   time.Time
	user  store.User
}

func newWorld(t testing.TB, change ...func(*session.Config)) *world {
	t.Helper()
	w := &world{store: memory.New(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), user: store.User{ID: "1", Name: "Aladdin"}}
	require.NoError(t, w.store.CreateUsers(context.Background(), w.user, store.User{ID: "2", Name: "Jasmine"}))
	cfg := session.Config{
		Tokens: w.store, BaseURL: "https://api.example", Keys: [][]byte{[]byte(strings.Repeat("k", 32))},
		Clock: func() time.Time { return w.now },
	}
	for _, c := range change {
		c(&cfg)
	}
	sessions, err := session.New(cfg)
	require.NoError(t, err)
	w.Sessions = sessions
	return w
}

// A browser keeps cookies.
type browser struct{ cookies map[string]string }

func (b *browser) request(method, target string) *http.Request {
	r := httptest.NewRequest(method, "https://api.example"+target, nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

func (b *browser) keep(w *httptest.ResponseRecorder) {
	if b.cookies == nil {
		b.cookies = make(map[string]string)
	}
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
}

const sessionCookie = "__Host-session"

// signIn starts a session in the browser and returns its cookie's value.
func (w *world) signIn(t testing.TB, b *browser) string {
	t.Helper()
	rec := httptest.NewRecorder()
	require.NoError(t, w.Start(rec, b.request("POST", "/login"), w.user, session.Details{Note: "a test"}))
	b.keep(rec)
	return b.cookies[sessionCookie]
}

func (w *world) signedIn(t testing.TB, b *browser) bool {
	t.Helper()
	_, ok, err := w.Current(b.request("GET", "/"))
	require.NoError(t, err)
	return ok
}

func TestCookies(t *testing.T) {
	t.Run("PORTAL-COOKIE-01 every attribute on HTTPS", func(t *testing.T) {
		w := newWorld(t)
		rec := httptest.NewRecorder()
		require.NoError(t, w.Start(rec, httptest.NewRequest("POST", "https://api.example/login", nil), w.user, session.Details{}))
		field := rec.Header().Values("Set-Cookie")[0]
		assert.Regexp(t, `^__Host-session=[0-9A-Za-z]{43}; Path=/; HttpOnly; Secure; SameSite=Lax$`, field)
	})
	t.Run("RFC9111-AUTH-01 no cache keeps an answer with a cookie", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		begin, end := httptest.NewRecorder(), httptest.NewRecorder()
		require.NoError(t, w.Start(begin, b.request("POST", "/login"), w.user, session.Details{}))
		b.keep(begin)
		require.NoError(t, w.End(end, b.request("POST", "/logout")))
		for _, rec := range []*httptest.ResponseRecorder{begin, end} {
			assert.NotEmpty(t, rec.Header().Values("Set-Cookie"))
			assert.Equal(t, "no-store", rec.Header().Get("Cache-Control"))
		}
	})
	t.Run("PORTAL-COOKIE-01 without Secure and the prefix on loopback", func(t *testing.T) {
		w := newWorld(t, func(c *session.Config) { c.BaseURL = "http://127.0.0.1:8080" })
		rec := httptest.NewRecorder()
		require.NoError(t, w.Start(rec, httptest.NewRequest("POST", "https://api.example/login", nil), w.user, session.Details{}))
		assert.Regexp(t, `^session=[0-9A-Za-z]{43}; Path=/; HttpOnly; SameSite=Lax$`, rec.Header().Values("Set-Cookie")[0])
	})
	t.Run("PORTAL-COOKIE-01 http elsewhere needs an Insecure option", func(t *testing.T) {
		cfg := session.Config{Tokens: memory.New(), BaseURL: "http://api.example", Keys: [][]byte{make([]byte, 32)}}
		_, err := session.New(cfg)
		assert.Error(t, err)
		cfg.InsecureAllowHTTP = true
		_, err = session.New(cfg)
		assert.NoError(t, err)
	})
	t.Run("PORTAL-COOKIE-02 two session cookies are none", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		value := w.signIn(t, b)
		r := httptest.NewRequest("GET", "https://api.example/", nil)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: value})
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: strings.Repeat("x", 43)})
		_, ok, err := w.Current(r)
		require.NoError(t, err)
		assert.False(t, ok)
	})
	t.Run("PORTAL-SESS-02 a value that was flipped or cut is nobody's", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		value := w.signIn(t, b)
		for i := range value {
			flipped := []byte(value)
			if flipped[i]++; flipped[i] == value[i] {
				t.Fatal("not flipped")
			}
			for _, forged := range []string{string(flipped), value[:i], value + value[:i+1], value[i:] + value[:i]} {
				if forged == value {
					continue
				}
				b.cookies[sessionCookie] = forged
				assert.False(t, w.signedIn(t, b), forged)
			}
		}
	})
}

func TestSessionsAreUnguessableAndHashed(t *testing.T) {
	t.Run("ASVS-7.2.3 each cookie differs, and the store has its hash", func(t *testing.T) {
		w := newWorld(t, func(cfg *session.Config) { cfg.MaxPerAccount = 1000 })
		seen := make(map[string]bool)
		for range 1000 {
			value := w.signIn(t, &browser{})
			require.Len(t, value, 43, "256 bits in base62")
			seen[value] = true
			found, err := w.store.LookUpToken(context.Background(), store.DigestOf(value))
			require.NoError(t, err)
			assert.NotContains(t, found.Token.ID+found.Token.Hint+found.Token.Note+found.Token.Description, value[:20])
		}
		assert.Len(t, seen, 1000)
	})
}

func TestSignInRenewsTheSession(t *testing.T) {
	t.Run("ASVS-7.2.4 the value from before the sign-in is dead", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		before := w.signIn(t, b)
		after := w.signIn(t, b)
		assert.NotEqual(t, before, after)
		assert.True(t, w.signedIn(t, b))
		b.cookies[sessionCookie] = before
		assert.False(t, w.signedIn(t, b))
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Run("ASVS-7.3.1 after the idle time", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		w.signIn(t, b)
		w.now = w.now.Add(29 * time.Minute)
		assert.True(t, w.signedIn(t, b))
		w.now = w.now.Add(29 * time.Minute)
		assert.True(t, w.signedIn(t, b), "a use moves the end")
		w.now = w.now.Add(30 * time.Minute)
		assert.False(t, w.signedIn(t, b))
	})
	t.Run("ASVS-7.3.2 at an absolute age, however busy", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		w.signIn(t, b)
		begin := w.now
		for w.now = begin; w.now.Before(begin.Add(12 * time.Hour)); w.now = w.now.Add(10 * time.Minute) {
			require.True(t, w.signedIn(t, b))
		}
		assert.False(t, w.signedIn(t, b))
	})
	t.Run("ASVS-7.4.1 at sign-out, at the server", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		value := w.signIn(t, b)
		rec := httptest.NewRecorder()
		require.NoError(t, w.End(rec, b.request("POST", "/logout")))
		b.keep(rec)
		assert.Empty(t, b.cookies[sessionCookie])
		b.cookies[sessionCookie] = value
		assert.False(t, w.signedIn(t, b), "the old cookie, replayed")
	})
	t.Run("with the account", func(t *testing.T) {
		w, b := newWorld(t), &browser{}
		w.signIn(t, b)
		require.NoError(t, w.store.DeleteUser(context.Background(), "1"))
		assert.False(t, w.signedIn(t, b))
	})
}

func TestNoSessionHidesBehindOthers(t *testing.T) {
	w, thief := newWorld(t, func(cfg *session.Config) { cfg.MaxPerAccount = 250 }), &browser{}
	w.signIn(t, thief)
	for range 220 { // more than a store gives at a time
		w.signIn(t, &browser{})
	}
	for range 4 {
		w.now = w.now.Add(15 * time.Minute)
		require.True(t, w.signedIn(t, thief))
	}
	list, err := w.List(context.Background(), "1", 10)
	require.NoError(t, err)
	assert.Len(t, list, 1, "the others were not used for too long")
}

func TestOneSessionTooManyEndsTheOldest(t *testing.T) {
	w := newWorld(t, func(cfg *session.Config) { cfg.MaxPerAccount = 3 })
	browsers := make([]browser, 5)
	for i := range browsers {
		w.now = w.now.Add(time.Second)
		w.signIn(t, &browsers[i])
	}
	for i := range browsers {
		assert.Equal(t, i >= 2, w.signedIn(t, &browsers[i]), "session %d", i)
	}
	w.now = w.now.Add(20 * time.Minute)
	require.True(t, w.signedIn(t, &browsers[2]))
	w.now = w.now.Add(20 * time.Minute)
	w.signIn(t, &browsers[0])
	assert.True(t, w.signedIn(t, &browsers[2]), "those that nobody used for too long make room first")
	list, err := w.List(context.Background(), "1", 0)
	require.NoError(t, err)
	assert.Len(t, list, 2)

	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			assert.NoError(t, w.Start(httptest.NewRecorder(), (&browser{}).request("POST", "/login"), w.user, session.Details{}))
		})
	}
	wait.Wait()
	list, err = w.List(context.Background(), "1", 0)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(list), 3, "however many come at once")
}

func TestANoteIsText(t *testing.T) {
	w := newWorld(t)
	for sent, kept := range map[string]string{
		"Fire\xfffox":                          "Firefox",
		strings.Repeat("a", 199) + "é":         strings.Repeat("a", 199),
		strings.Repeat("é", 100) + " and more": strings.Repeat("é", 100),
	} {
		require.NoError(t, w.Start(httptest.NewRecorder(), (&browser{}).request("POST", "/login"), w.user, session.Details{Note: sent}))
		list, err := w.List(context.Background(), "1", 1)
		require.NoError(t, err)
		assert.Equal(t, kept, list[0].Note)
		w.now = w.now.Add(time.Second)
	}
}

func TestSessionsCanBeListedAndEnded(t *testing.T) {
	w, here, there := newWorld(t), &browser{}, &browser{}
	w.signIn(t, here)
	w.now = w.now.Add(time.Second)
	w.signIn(t, there)
	list, err := w.List(context.Background(), "1", 10)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, "a test", list[0].Note)

	require.NoError(t, w.EndOne(context.Background(), "2", list[0].ID))
	assert.True(t, w.signedIn(t, there), "another account's ID ends nothing")
	require.NoError(t, w.EndOne(context.Background(), "1", list[0].ID))
	assert.False(t, w.signedIn(t, there))

	w.signIn(t, there)
	current, _, err := w.Current(here.request("GET", "/"))
	require.NoError(t, err)
	n, err := w.EndAll(context.Background(), "1", &current)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.True(t, w.signedIn(t, here))
	assert.False(t, w.signedIn(t, there))
	_, err = w.EndAll(context.Background(), "", nil)
	assert.Error(t, err, "nobody's sessions are not everybody's")
}

// brokenTokens fails every look-up.
type brokenTokens struct{ store.Tokens }

func (brokenTokens) LookUpToken(context.Context, store.Digest) (store.FoundToken, error) {
	return store.FoundToken{}, errors.New("disk on fire")
}

func TestABrokenStoreSignsNobodyIn(t *testing.T) {
	w, b := newWorld(t), &browser{}
	w.signIn(t, b)
	broken := newWorld(t, func(c *session.Config) { c.Tokens = brokenTokens{w.store} })
	_, ok, err := broken.Current(b.request("GET", "/"))
	assert.ErrorIs(t, err, autherr.Unavailable)
	assert.False(t, ok)
}

func TestASignInThatFailsChangesNothing(t *testing.T) {
	for _, method := range []string{"PutTokens", "RevokeTokens"} {
		t.Run(method, func(t *testing.T) {
			var calls faulty.Calls
			w, b := newWorld(t, func(c *session.Config) {
				c.Tokens = faulty.Wrap(storetest.Backend{Tokens: c.Tokens}, &calls).Tokens
			}), &browser{}
			w.signIn(t, b)
			calls.Follow(func(n int, name string) faulty.Fault {
				if name == method && n <= 2 { // what takes back what was done goes through
					return faulty.Fault{Failed: faulty.ErrBroken}
				}
				return faulty.Fault{}
			})
			rec := httptest.NewRecorder()
			err := w.Start(rec, b.request("POST", "/login"), w.user, session.Details{})
			assert.ErrorIs(t, err, autherr.Unavailable)
			assert.Empty(t, rec.Result().Cookies())
			assert.True(t, w.signedIn(t, b), "the session that the browser had")
			list, err := w.List(context.Background(), w.user.ID, 10)
			require.NoError(t, err)
			assert.Len(t, list, 1, "and no other")
		})
	}
}

func TestConfigurationsWithHoles(t *testing.T) {
	good := session.Config{Tokens: memory.New(), BaseURL: "https://api.example", Keys: [][]byte{make([]byte, 32)}}
	for name, change := range map[string]func(*session.Config){
		"no store":           func(c *session.Config) { c.Tokens = nil },
		"no key":             func(c *session.Config) { c.Keys = nil },
		"a short key":        func(c *session.Config) { c.Keys = [][]byte{make([]byte, 31)} },
		"no base URL":        func(c *session.Config) { c.BaseURL = "" },
		"a path":             func(c *session.Config) { c.BaseURL = "https://api.example/x" },
		"another scheme":     func(c *session.Config) { c.BaseURL = "ftp://api.example" },
		"idle over absolute": func(c *session.Config) { c.Idle = 24 * time.Hour },
	} {
		cfg := good
		change(&cfg)
		_, err := session.New(cfg)
		assert.Error(t, err, name)
	}
}

func TestOtherTokensAreNoSession(t *testing.T) {
	t.Run("OAUTH2-SUBJ-01 an access token signs no browser in", func(t *testing.T) {
		w, b := newWorld(t), &browser{cookies: map[string]string{}}
		value := strings.Repeat("a", 43)
		for i, kind := range []store.TokenKind{store.AccessToken, store.RefreshToken, store.DeveloperToken, store.APIKey} {
			text := value[:42] + string(rune('b'+i))
			require.NoError(t, w.store.PutTokens(context.Background(), []store.Token{{
				Digest: store.DigestOf(text), ID: text, Kind: kind, User: "1", AllScopes: true, Created: w.now, LastUsed: w.now, Expires: w.now.Add(time.Hour),
			}}, 0))
			b.cookies[sessionCookie] = text
			assert.False(t, w.signedIn(t, b))
		}
	})
}

func TestClearHTTPIsRefused(t *testing.T) {
	proxies, err := auth.ParseProxies("192.0.2.0/24")
	require.NoError(t, err)
	for says, row := range map[string]struct {
		change func(*session.Config)
		peer   string
		proto  string
		taken  bool
	}{
		"from beyond this machine":           {peer: "203.0.113.7:1000"},
		"whatever an unknown proxy says":     {peer: "203.0.113.7:1000", proto: "https"},
		"but not from this machine":          {peer: "127.0.0.1:1000", taken: true},
		"nor over HTTPS to a proxy of ours":  {peer: "192.0.2.1:1000", proto: "https", taken: true},
		"but over HTTP to a proxy of ours":   {peer: "192.0.2.1:1000", proto: "http"},
		"nor where a host takes the risk":    {change: func(c *session.Config) { c.InsecureAllowHTTP = true }, peer: "203.0.113.7:1000", taken: true},
		"and without an address that can be": {peer: "@"},
	} {
		t.Run(says, func(t *testing.T) {
			w := newWorld(t, func(c *session.Config) { c.Proxies = proxies }, func(c *session.Config) {
				if row.change != nil {
					row.change(c)
				}
			})
			b := &browser{}
			w.signIn(t, b)
			clear := func(method string) *http.Request {
				r := b.request(method, "/")
				r.TLS, r.RemoteAddr = nil, row.peer
				if row.proto != "" {
					r.Header.Set("X-Forwarded-Proto", row.proto)
					r.Header.Set("X-Forwarded-For", "198.51.100.1")
				}
				return r
			}
			_, ok, err := w.Current(clear("GET"))
			assert.Equal(t, row.taken, ok)
			_, formErr := w.ReadForm(httptest.NewRecorder(), clear("POST"))
			startErr := w.Start(httptest.NewRecorder(), clear("POST"), w.user, session.Details{})
			for _, err := range []error{err, formErr, startErr} {
				if row.taken {
					assert.NotErrorIs(t, err, auth.RefuseHTTP())
				} else {
					assert.Equal(t, auth.RefuseHTTP(), err)
				}
			}
		})
	}
}

func TestEverybodysSessionsEnd(t *testing.T) {
	t.Run("ASVS-7.4.5 of all users, from one time on", func(t *testing.T) {
		var ended time.Time
		w := newWorld(t, func(c *session.Config) { c.NotBefore = func() time.Time { return ended } })
		old, other, later := &browser{}, &browser{}, &browser{}
		w.signIn(t, old)
		w.user.ID = "2"
		w.signIn(t, other)
		w.now = w.now.Add(time.Minute)
		ended = w.now
		w.signIn(t, later)
		assert.False(t, w.signedIn(t, old))
		assert.False(t, w.signedIn(t, other))
		assert.True(t, w.signedIn(t, later))
		list, err := w.List(context.Background(), "2", 10)
		require.NoError(t, err)
		assert.Len(t, list, 1)
	})
}
