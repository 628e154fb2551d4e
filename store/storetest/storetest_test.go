package storetest_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// everything is what the memory store can do: all.
type everything interface {
	store.Users
	store.Passwords
	store.UserWriter
	store.UserHashes
	store.Clients
	store.Grants
	store.Tokens
	store.TokenUses
	store.Handles
	store.Once
	store.Counters
	store.Events
	store.Sweeper
}

func backendOf(s everything) storetest.Backend {
	return storetest.Backend{
		Users: s, Passwords: s, UserWriter: s, UserHashes: s, Clients: s, Grants: s, Tokens: s, TokenUses: s,
		Handles: s, Once: s, Counters: s, Events: s, Sweeper: s,
	}
}

func TestMemoryKeepsTheLaw(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Backend { return backendOf(memory.New()) })
}

// particular are the sabotages that are made for one check each.
func particular() map[string][]sabotage {
	all := map[string][]sabotage{}
	for _, some := range []map[string][]sabotage{
		brokenUsers(), brokenClients(), brokenGrants(), brokenTokens(), brokenTokenRaces(), brokenLookUps(), brokenHandles(),
		brokenOnce(), brokenCounters(), brokenEvents(), brokenCascades(), brokenSweeps(),
	} {
		maps.Copy(all, some)
	}
	return all
}

func TestEachCheckSeesBrokenStores(t *testing.T) {
	for _, c := range storetest.Checks() {
		t.Run(c.Name, func(t *testing.T) {
			assert.Empty(t, reports(t, c, backendOf(memory.New())), "of the sound store")
			broken := sabotages(c)
			assert.NotEmpty(t, broken, "no store breaks this rule")
			for i, sabotage := range broken {
				assert.NotEmpty(t, reports(t, c, backendOf(sabotage(memory.New()))), "of broken store %d", i)
			}
		})
	}
}

func TestSabotagesAreOfChecks(t *testing.T) {
	names := map[string]bool{}
	for _, c := range storetest.Checks() {
		assert.False(t, names[c.Name], "two checks are called %q", c.Name)
		names[c.Name] = true
		assert.NotEmpty(t, c.Rule, c.Name)
	}
	for name := range particular() {
		assert.True(t, names[name], "no check is called %q", name)
	}
}

func TestPartOfAStoreKeepsTheLaw(t *testing.T) {
	elsewhere := func() *memory.Store {
		return memory.New(memory.UsersElsewhere(), memory.ClientsElsewhere(), memory.GrantsElsewhere())
	}
	for name, open := range map[string]func() storetest.Backend{
		"a team's own counters": openTallies,
		"what happens once": func() storetest.Backend {
			s := elsewhere()
			return storetest.Backend{Once: s, Counters: s}
		},
		"sessions of accounts that are kept elsewhere": func() storetest.Backend {
			s := elsewhere()
			return storetest.Backend{Tokens: s, TokenUses: s, Handles: s, Sweeper: s}
		},
		"a host's accounts, which it adds by itself": func() storetest.Backend {
			s := memory.New()
			return storetest.Backend{Users: s, Passwords: s, UserHashes: s, Seed: s.CreateUsers}
		},
		"a store that forgets by itself": func() storetest.Backend {
			b := backendOf(forgetsByItself{memory.New()})
			b.Sweeper = nil
			return b
		},
	} {
		t.Run(name, func(t *testing.T) { storetest.Run(t, func(*testing.T) storetest.Backend { return open() }) })
	}
}

// forgetsByItself has forgotten what has expired, as a store does whose records have a time to live.
type forgetsByItself struct{ everything }

func (s forgetsByItself) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	if past(f.Token.Expires) {
		return store.FoundToken{}, store.ErrNotFound
	}
	return f, err
}

func (s forgetsByItself) Handle(ctx context.Context, d store.Digest) (store.Handle, error) {
	return judges(s).Handle(ctx, d)
}

func (s forgetsByItself) Grant(ctx context.Context, id string) (store.Grant, error) {
	return judges(s).Grant(ctx, id)
}

func (s forgetsByItself) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	return judges(s).Events(ctx, f, limit)
}

func TestUsersNeedAWayToAddSome(t *testing.T) {
	s := memory.New()
	for _, c := range storetest.Checks() {
		if c.Name == "All methods work while others are at work" {
			found := reports(t, c, storetest.Backend{Users: s, Tokens: s})
			assert.Contains(t, strings.Join(found, ""), "needs UserWriter or Seed")
		}
	}
}

func TestHas(t *testing.T) {
	s := memory.New()
	assert.Zero(t, storetest.Backend{}.Has())
	assert.Equal(t, "", storetest.Capability(0).String())
	assert.Equal(t, storetest.Users, storetest.Backend{Users: s}.Has(), "accounts that cannot be added")
	assert.Equal(t, storetest.UserWriter, storetest.Backend{UserWriter: s}.Has(), "accounts that cannot be read")
	assert.Equal(t, storetest.Users|storetest.Accounts, storetest.Backend{Users: s, Seed: s.CreateUsers}.Has())
	assert.Equal(t, storetest.Sweeper<<2-1, backendOf(s).Has(), "everything")
	require.Equal(t, "Users, TokenUses, Sweeper", (storetest.Users | storetest.TokenUses | storetest.Sweeper).String())
}
