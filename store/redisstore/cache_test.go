//go:build unix

package redisstore_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

func TestACachedStoreKeepsTheLaw(t *testing.T) {
	t.Parallel()
	var tenants atomic.Int64
	law := func(client redis.UniversalClient) func(t *testing.T) {
		return func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Backend {
				m := memory.New()
				c, err := redisstore.NewCache(client, m, redisstore.Tenant(fmt.Sprint("law ", tenants.Add(1))), redisstore.Local(int(tenants.Load()%2)*100))
				require.NoError(t, err)
				return storetest.Backend{
					Users: m, Passwords: m, UserWriter: c.UserWriter(m), UserHashes: m, Clients: c.Clients(m), Grants: c.Grants(m),
					Tokens: c, TokenUses: c, Handles: m, Once: m, Counters: m, Events: m, Sweeper: c.Sweeper(m),
				}
			})
		}
	}
	t.Run("Redis", law(open(t, redistest.New(t).Addr())))
	t.Run("Redis Cluster", law(open(t, redistest.NewCluster(t).Addrs()...)))
}

// A database counts its look-ups, and can be made slow.
type database struct {
	*memory.Store
	lookUps atomic.Int64
	answers func() // runs between a look-up and its answer
}

func (d *database) LookUpToken(ctx context.Context, digest store.Digest) (store.FoundToken, error) {
	d.lookUps.Add(1)
	found, err := d.Store.LookUpToken(ctx, digest)
	if d.answers != nil {
		d.answers()
	}
	return found, err
}

// newDatabase has one token, of everything.
func newDatabase(t testing.TB) (*database, store.Digest) {
	t.Helper()
	ctx, d := context.Background(), &database{Store: memory.New()}
	require.NoError(t, d.CreateUsers(ctx, store.User{ID: "anna", Name: "Anna"}, store.User{ID: "olga", Name: "Olga"}))
	require.NoError(t, d.PutClient(ctx, store.Client{ID: "app", Owner: "olga"}))
	require.NoError(t, d.PutGrant(ctx, store.Grant{ID: "grant", User: "anna", Client: "app"}))
	token := store.Token{
		Digest: store.DigestOf("token"), ID: "1", Kind: store.AccessToken, User: "anna", Client: "app", Grant: "grant",
		Scopes: []string{"read"}, Created: time.Now().UTC(), Expires: time.Now().Add(time.Hour).UTC(),
	}
	require.NoError(t, d.PutTokens(ctx, []store.Token{token}, 0))
	return d, token.Digest
}

func newCache(t testing.TB, addr string, d *database, options ...redisstore.Option) *redisstore.Cache {
	t.Helper()
	c, err := redisstore.NewCache(open(t, addr), d, options...)
	require.NoError(t, err)
	return c
}

// live says whether the token is found and may count.
func live(t testing.TB, c *redisstore.Cache, digest store.Digest) bool {
	t.Helper()
	found, err := c.LookUpToken(context.Background(), digest)
	if err != nil {
		require.ErrorIs(t, err, store.ErrNotFound)
		return false
	}
	return found.Token.Revoked.IsZero() && !found.GrantRevoked && found.Client.Revoked.IsZero() &&
		found.User.State == store.Active && found.Owner == store.Active
}

func TestATokenIsLookedUpOnceForAllNodes(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	one, two := newCache(t, server.Addr(), d), newCache(t, server.Addr(), d)
	want, err := d.Store.LookUpToken(context.Background(), digest)
	require.NoError(t, err)
	onAQuietMachine(t, func() bool {
		before := d.lookUps.Load()
		for range 10 {
			for _, c := range []*redisstore.Cache{one, two} {
				found, err := c.LookUpToken(context.Background(), digest)
				require.NoError(t, err)
				assert.Equal(t, want, found)
			}
		}
		return d.lookUps.Load() <= before+1
	})
	client := open(t, server.Addr())
	for _, key := range client.Keys(context.Background(), "*").Val() {
		assert.Less(t, client.PTTL(context.Background(), key).Val(), time.Second)
	}
}

// ends are the ways in which a token ends to count.
func ends(m *database, c *redisstore.Cache) map[string]func(context.Context) error {
	return map[string]func(ctx context.Context) error{
		"the token is revoked by its ID": func(ctx context.Context) error {
			_, err := c.RevokeTokens(ctx, store.TokenFilter{ID: "1"}, time.Now())
			return err
		},
		"the account's tokens are revoked": func(ctx context.Context) error {
			_, err := c.RevokeTokens(ctx, store.TokenFilter{User: "anna", Kinds: []store.TokenKind{store.AccessToken}}, time.Now())
			return err
		},
		"the grant is revoked": func(ctx context.Context) error {
			_, err := c.Grants(m).RevokeGrants(ctx, store.GrantFilter{User: "anna", Client: "app"}, time.Now())
			return err
		},
		"the account is locked": func(ctx context.Context) error {
			return c.UserWriter(m).UpdateUser(ctx, store.User{ID: "anna", Name: "Anna", State: store.Locked})
		},
		"the app's owner is disabled": func(ctx context.Context) error {
			return c.UserWriter(m).UpdateUser(ctx, store.User{ID: "olga", Name: "Olga", State: store.Disabled})
		},
		"the app is switched off": func(ctx context.Context) error {
			return c.Clients(m).PutClient(ctx, store.Client{ID: "app", Owner: "olga", Version: 1, Revoked: time.Now()})
		},
		"the app is deleted": func(ctx context.Context) error { return c.Clients(m).DeleteClient(ctx, "app") },
		"the account is deleted": func(ctx context.Context) error {
			return c.UserWriter(m).DeleteUser(ctx, "anna")
		},
		"the host changes its own table": func(ctx context.Context) error {
			defer c.AccountChanged("anna")
			return m.UpdateUser(ctx, store.User{ID: "anna", Name: "Anna", State: store.Locked})
		},
	}
}

func TestAnEndHoldsHereAtOnceAndElsewhereWithinASecond(t *testing.T) {
	server := redistest.New(t)
	for name := range ends(nil, nil) {
		for _, local := range []redisstore.Local{0, 10} {
			t.Run(fmt.Sprintf("%s, with %d tokens in the process", name, local), func(t *testing.T) {
				t.Parallel()
				endsHereAndThere(t, server, name, local)
			})
		}
	}
}

func endsHereAndThere(t *testing.T, server *redistest.Server, name string, local redisstore.Local) {
	d, digest := newDatabase(t)
	tenant := redisstore.Tenant(fmt.Sprint(name, local))
	here, there := newCache(t, server.Addr(), d, tenant, local), newCache(t, server.Addr(), d, tenant, local)
	require.True(t, live(t, there, digest))
	require.True(t, live(t, here, digest))
	require.NoError(t, ends(d, here)[name](context.Background()))
	end := time.Now()
	assert.False(t, live(t, here, digest), "at once")
	for time.Since(end) < time.Second {
		live(t, there, digest) // which must not lengthen anything
		assert.False(t, live(t, here, digest), "whatever another node still knows")
	}
	assert.False(t, live(t, there, digest), "a second later")
}

func TestATokenInTheProcessCostsNoRoundTrip(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	c, client, ctx := newCache(t, server.Addr(), d, redisstore.Local(1)), open(t, server.Addr()), context.Background()
	asked := func() (n int) {
		_, rest, _ := strings.Cut(client.Info(ctx, "stats").Val(), "total_commands_processed:")
		_, err := fmt.Sscan(rest, &n)
		require.NoError(t, err)
		return n
	}
	onAQuietMachine(t, func() bool {
		require.True(t, live(t, c, digest))
		questions, lookUps := asked(), d.lookUps.Load()
		for range 100 {
			require.True(t, live(t, c, digest))
		}
		return d.lookUps.Load() == lookUps && asked() <= questions+1 // our own
	})
}

// onAQuietMachine waits for something that holds wherever Redis answers in time: one that is late is left alone for a while,
// and nothing is remembered for more than a second.
func onAQuietMachine(t *testing.T, holds func() bool) {
	t.Helper()
	for range 20 {
		if holds() {
			return
		}
		time.Sleep(1100 * time.Millisecond)
	}
	t.Error("it never held")
}

func TestALookUpThatIsOvertakenByAnEndRevivesNothing(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	here, slow := newCache(t, server.Addr(), d), newCache(t, server.Addr(), d)
	read, revoked := make(chan struct{}), make(chan struct{})
	var once sync.Once
	d.answers = func() {
		once.Do(func() { // the first to look up is held between the database and Redis
			close(read)
			<-revoked
		})
	}
	var late sync.WaitGroup
	late.Go(func() { live(t, slow, digest) })
	<-read
	_, err := here.RevokeTokens(context.Background(), store.TokenFilter{Digest: digest}, time.Now())
	require.NoError(t, err)
	end := time.Now()
	close(revoked)
	late.Wait()
	for time.Since(end) < 1200*time.Millisecond {
		assert.False(t, live(t, here, digest))
	}
	assert.False(t, live(t, slow, digest))
}

func TestAnOrderThatComesLateIsNotFollowed(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	c := newCache(t, server.Addr(), d)
	d.answers = func() { require.NoError(t, server.Pause()) } // the order to remember waits in the server's socket
	require.True(t, live(t, c, digest))
	d.answers = nil
	_, err := d.RevokeTokens(context.Background(), store.TokenFilter{Digest: digest}, time.Now()) // on another node
	require.NoError(t, err)
	time.Sleep(1100 * time.Millisecond)
	require.NoError(t, server.Resume())
	for range 50 {
		assert.False(t, live(t, c, digest))
		assert.False(t, live(t, newCache(t, server.Addr(), d), digest))
	}
}

func TestACacheWithoutRedisIsNone(t *testing.T) {
	for name, stop := range map[string]func(*redistest.Server) error{
		"killed": (*redistest.Server).Kill, "stopped in its tracks": (*redistest.Server).Pause,
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.New(t)
			d, digest := newDatabase(t)
			c := newCache(t, server.Addr(), d)
			require.True(t, live(t, c, digest))
			require.NoError(t, stop(server))
			before := d.lookUps.Load()
			for range 100 {
				require.True(t, live(t, c, digest))
			}
			assert.Equal(t, before+100, d.lookUps.Load(), "each goes to the database")
			_, err := c.RevokeTokens(context.Background(), store.TokenFilter{Digest: digest}, time.Now())
			require.NoError(t, err)
			assert.False(t, live(t, c, digest))
			require.NoError(t, server.Resume())
			if name == "killed" {
				require.NoError(t, server.Restart())
			}
			assert.False(t, live(t, c, digest))
		})
	}
}

func TestWhatMustNotBeInACacheIsNot(t *testing.T) {
	server := redistest.New(t)
	d, _ := newDatabase(t)
	ctx := context.Background()
	revoked := store.Token{Digest: store.DigestOf("r"), ID: "r", Kind: store.AccessToken, User: "anna", Revoked: time.Now()}
	signed := store.Token{Digest: store.DigestOf("s"), ID: "s", Kind: store.OAuth1Token, User: "anna", Sealed: []byte("sealed")}
	require.NoError(t, d.PutTokens(ctx, []store.Token{revoked, signed}, 0))
	c := newCache(t, server.Addr(), d)
	for _, digest := range []store.Digest{revoked.Digest, signed.Digest, store.DigestOf("none")} {
		live(t, c, digest)
		live(t, c, digest)
	}
	assert.Equal(t, int64(6), d.lookUps.Load())
	assert.Zero(t, open(t, server.Addr()).DBSize(ctx).Val())
}

func TestRubbishInRedisIsPassedOver(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	c, client, ctx := newCache(t, server.Addr(), d), open(t, server.Addr()), context.Background()
	require.True(t, live(t, c, digest))
	for _, key := range client.Keys(ctx, "*").Val() {
		require.NoError(t, client.Set(ctx, key, "{", time.Minute).Err())
	}
	assert.True(t, live(t, c, digest))
}

func TestManyChangesAreOneChangeOfEverything(t *testing.T) {
	server := redistest.New(t)
	d, digest := newDatabase(t)
	c := newCache(t, server.Addr(), d)
	require.True(t, live(t, c, digest))
	require.NoError(t, d.UpdateUser(context.Background(), store.User{ID: "anna", Name: "Anna", State: store.Locked}))
	for i := range 20_000 {
		c.AccountChanged(fmt.Sprint(i))
	}
	assert.False(t, live(t, c, digest))
}

// BenchmarkCache is a look-up that Redis answers, or the process itself.
func BenchmarkCache(b *testing.B) {
	server := redistest.New(b)
	for name, local := range map[string]redisstore.Local{"Redis": 0, "process": 10} {
		b.Run(name, func(b *testing.B) {
			d, digest := newDatabase(b)
			c := newCache(b, server.Addr(), d, local, redisstore.Tenant(name))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.LookUpToken(context.Background(), digest); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
