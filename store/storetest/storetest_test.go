package storetest_test

import (
	"testing"

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
