package memory_test

import (
	"testing"

	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Backend {
		s := memory.New()
		return storetest.Backend{
			Users: s, Passwords: s, UserWriter: s, UserHashes: s, Clients: s, Grants: s, Tokens: s, TokenUses: s,
			Handles: s, Once: s, Counters: s, Events: s, Sweeper: s,
		}
	})
}
