//go:build unix

package redisstore_test

import (
	"context"
	"errors"
	"fmt"
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

func TestAStoreWithSessionsInRedisKeepsTheLaw(t *testing.T) {
	t.Parallel()
	var tenants atomic.Int64
	law := func(client redis.UniversalClient) func(t *testing.T) {
		return func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Backend {
				m := memory.New()
				s, err := redisstore.NewSessions(newStore(t, client, redisstore.Tenant(fmt.Sprint("law ", tenants.Add(1)))), m, m)
				require.NoError(t, err)
				return storetest.Backend{
					Users: m, Passwords: m, UserWriter: m, Clients: m, Grants: m, Tokens: s, TokenUses: s, Handles: m, Events: m,
				}
			})
		}
	}
	t.Run("Redis", law(open(t, redistest.New(t).Addr())))
	t.Run("Redis Cluster", law(open(t, redistest.NewCluster(t).Addrs()...)))
}

// everythingIsASession makes sessions of the tokens that a check adds for accounts alone.
type everythingIsASession struct{ *redisstore.Sessions }

func (e everythingIsASession) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	return e.Sessions.PutTokens(ctx, sessionsOf(tokens), limit, events...)
}

func sessionsOf(tokens []store.Token) []store.Token {
	all := make([]store.Token, len(tokens))
	for i, t := range tokens {
		if all[i] = t; t.User != "" && t.Client == "" && t.Grant == "" {
			all[i].Kind = store.Session
		}
	}
	return all
}

func TestSessionsKeepTheLawOfTokens(t *testing.T) {
	client, tenants := open(t, redistest.New(t).Addr()), 0
	sound := map[string]bool{}
	for _, name := range []string{
		"PutTokens stops at the limit", "PutTokens counts a batch against the limit", "PutTokens without a limit has none",
		"PutTokens never passes the limit", "PutTokens refuses an account that is not there", "RevokeTokens counts each token once",
		"ListTokens lists the newest first, at most limit", "ListTokens turns pages", "ListTokens turns pages among tokens of one moment",
		"ListTokens turns pages while tokens come and end", "LookUpToken shows what an account may do now",
		"LookUpToken never sees half an update", "PutTokens and DeleteUser at once leave no token", "PutTokens does not count what has ended",
		"DeleteUser removes the account's tokens", "PutTokens takes tokens of the locked and the switched off",
	} {
		sound[name] = true
	}
	for _, c := range storetest.Checks() {
		if !sound[c.Name] {
			continue
		}
		delete(sound, c.Name)
		t.Run(c.Name, func(t *testing.T) {
			m := memory.New()
			tenants++
			s, err := redisstore.NewSessions(newStore(t, client, redisstore.Tenant(fmt.Sprint("law ", tenants))), m, m)
			require.NoError(t, err)
			c.Test(t, storetest.Backend{Users: m, UserWriter: m, Clients: m, Grants: m, Tokens: everythingIsASession{s}, TokenUses: s})
		})
	}
	assert.Empty(t, sound, "checks that are not there")
}

// newSessions has the account anna.
func newSessions(t *testing.T, client redis.UniversalClient) (*redisstore.Sessions, *memory.Store) {
	t.Helper()
	m := memory.New()
	require.NoError(t, m.CreateUsers(context.Background(), store.User{ID: "anna", Name: "Anna", Password: store.Password{Hash: "x"}}))
	s, err := redisstore.NewSessions(newStore(t, client), m, m)
	require.NoError(t, err)
	return s, m
}

func session(id string) store.Token {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return store.Token{
		Digest: store.DigestOf(id), ID: id, Kind: store.Session, User: "anna", AllScopes: true, Note: "a browser", ACR: "otp",
		AuthTime: now, Created: now, LastUsed: now, Expires: now.Add(time.Hour),
	}
}

func TestASessionBeginsAndEnds(t *testing.T) {
	ctx, client := context.Background(), open(t, redistest.New(t).Addr())
	s, m := newSessions(t, client)
	one, two := session("1"), session("2")
	require.NoError(t, s.PutTokens(ctx, []store.Token{one}, 0, store.Event{ID: "e"}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{two}, 0))
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{one}, 0), store.ErrExists)

	found, err := s.LookUpToken(ctx, one.Digest)
	require.NoError(t, err)
	assert.Equal(t, store.FoundToken{Token: one, User: store.User{ID: "anna", Name: "Anna"}}, found)
	_, err = m.LookUpToken(ctx, one.Digest)
	assert.ErrorIs(t, err, store.ErrNotFound, "it is in Redis alone")
	events, err := m.Events(ctx, store.EventFilter{}, 10)
	require.NoError(t, err)
	assert.Len(t, events, 1)

	used := one.LastUsed.Add(time.Minute)
	require.NoError(t, s.RecordUses(ctx, map[store.Digest]time.Time{one.Digest: used, store.DigestOf("none"): used}))
	require.NoError(t, s.RecordUses(ctx, map[store.Digest]time.Time{one.Digest: one.LastUsed}))
	found, err = s.LookUpToken(ctx, one.Digest)
	require.NoError(t, err)
	assert.Equal(t, used, found.Token.LastUsed)

	all := store.TokenFilter{User: "anna", Kinds: []store.TokenKind{store.Session}, Except: two.Digest}
	for _, want := range []int{1, 0} {
		n, err := s.RevokeTokens(ctx, all, time.Now(), store.Event{ID: "ended"})
		require.NoError(t, err)
		assert.Equal(t, want, n)
	}
	found, err = s.LookUpToken(ctx, one.Digest)
	require.NoError(t, err)
	assert.NotZero(t, found.Token.Revoked)
	list, err := s.ListTokens(ctx, store.TokenFilter{User: "anna", Live: true}, "", 10)
	require.NoError(t, err)
	assert.Equal(t, []store.Token{two}, list)

	for _, key := range client.Keys(ctx, "*").Val() {
		assert.Positive(t, client.PTTL(ctx, key).Val(), "%q", key)
	}
	require.NoError(t, m.DeleteUser(ctx, "anna"))
	_, err = s.LookUpToken(ctx, two.Digest)
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func TestASessionWhoseEventIsRefusedIsNone(t *testing.T) {
	ctx := context.Background()
	s, _ := newSessions(t, open(t, redistest.New(t).Addr()))
	require.NoError(t, s.PutTokens(ctx, []store.Token{session("1")}, 0, store.Event{ID: "e"}))
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{session("2")}, 0, store.Event{ID: "e"}), store.ErrExists)
	_, err := s.LookUpToken(ctx, store.DigestOf("2"))
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func TestSessionsEndWhereSomethingWasForgotten(t *testing.T) {
	t.Parallel()
	ctx, server := context.Background(), redistest.New(t, "appendonly yes")
	s, _ := newSessions(t, open(t, server.Addr()))
	require.NoError(t, s.PutTokens(ctx, []store.Token{session("1")}, 0))
	require.NoError(t, server.Kill())
	require.NoError(t, server.Restart())
	found := func(id string) error {
		_, err := s.LookUpToken(ctx, store.DigestOf(id))
		return err
	}
	assert.ErrorIs(t, found("1"), store.ErrNotFound, "though it is in the log: who knows what is not")
	require.NoError(t, s.PutTokens(ctx, []store.Token{session("2")}, 0))
	assert.NoError(t, found("2"))
	require.NoError(t, server.Pause())
	assert.NotErrorIs(t, found("2"), store.ErrNotFound, "breakage is no absence")
	require.NoError(t, server.Resume())
}

func TestAFailoverEndsTheSessionsOfItsAccounts(t *testing.T) {
	ctx, cluster := context.Background(), redistest.NewCluster(t)
	client := open(t, cluster.Addrs()...)
	s, m := newSessions(t, client)
	master := cluster.Servers[0]
	replica, err := cluster.Replica(master)
	require.NoError(t, err)
	var sessions []store.Token
	for i := range 30 {
		user := fmt.Sprint("account ", i)
		require.NoError(t, m.CreateUsers(ctx, store.User{ID: user, Name: user}))
		one := session(user)
		one.User = user
		sessions = append(sessions, one)
		require.NoError(t, s.PutTokens(ctx, []store.Token{one}, 0))
	}
	require.NoError(t, cluster.Await())
	require.NoError(t, replica.Pause()) // it hears nothing of the revocations
	for _, one := range sessions {
		_, err := s.RevokeTokens(ctx, store.TokenFilter{Digest: one.Digest}, time.Now())
		require.NoError(t, err)
	}
	require.NoError(t, master.Kill())
	require.NoError(t, replica.Resume())
	require.NoError(t, cluster.Promoted(replica))
	client.(*redis.ClusterClient).ReloadState(ctx)
	for _, one := range sessions {
		require.Eventually(t, func() bool {
			found, err := s.LookUpToken(ctx, one.Digest)
			assert.False(t, err == nil && found.Token.Revoked.IsZero(), "%s lives again", one.ID)
			return err == nil || errors.Is(err, store.ErrNotFound)
		}, 20*time.Second, 50*time.Millisecond)
	}
}

func TestSessionsAreEndedWhileTheyBegin(t *testing.T) {
	ctx := context.Background()
	s, _ := newSessions(t, open(t, redistest.New(t).Addr()))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { assert.NoError(t, s.PutTokens(ctx, []store.Token{session(fmt.Sprint(i))}, 0)) })
	}
	for range 5 {
		all.Go(func() {
			_, err := s.RevokeTokens(ctx, store.TokenFilter{User: "anna"}, time.Now())
			assert.NoError(t, err)
		})
	}
	all.Wait()
	_, err := s.RevokeTokens(ctx, store.TokenFilter{User: "anna"}, time.Now())
	require.NoError(t, err)
	list, err := s.ListTokens(ctx, store.TokenFilter{User: "anna"}, "", 100)
	require.NoError(t, err)
	assert.Len(t, list, 20)
	for _, one := range list {
		assert.NotZero(t, one.Revoked)
	}
}
