package faulty

import (
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// Wrap returns b with each call going through calls. Backends that were wrapped with the same calls are one sequence. What
// is absent stays absent: a nil member is nil, and Users and Tokens have the methods of [store.UserHashes] and
// [store.TokenUses] where those of b do, since whoever is given them may look. Seed is b's own, and counts nothing.
func Wrap(b storetest.Backend, calls *Calls) storetest.Backend {
	return storetest.Backend{
		Users:      wrapUsers(b.Users, calls),
		Passwords:  wrap(b.Passwords, func(of store.Passwords) store.Passwords { return passwords{of, calls} }),
		UserWriter: wrap(b.UserWriter, func(of store.UserWriter) store.UserWriter { return userWriter{of, calls} }),
		UserHashes: wrap(b.UserHashes, func(of store.UserHashes) store.UserHashes { return userHashes{of, calls} }),
		Clients:    wrap(b.Clients, func(of store.Clients) store.Clients { return clients{of, calls} }),
		Grants:     wrap(b.Grants, func(of store.Grants) store.Grants { return grants{of, calls} }),
		Tokens:     wrapTokens(b.Tokens, calls),
		TokenUses:  wrap(b.TokenUses, func(of store.TokenUses) store.TokenUses { return tokenUses{of, calls} }),
		Handles:    wrap(b.Handles, func(of store.Handles) store.Handles { return handles{of, calls} }),
		Once:       wrap(b.Once, func(of store.Once) store.Once { return once{of, calls} }),
		Counters:   wrap(b.Counters, func(of store.Counters) store.Counters { return counters{of, calls} }),
		Events:     wrap(b.Events, func(of store.Events) store.Events { return events{of, calls} }),
		Sweeper:    wrap(b.Sweeper, func(of store.Sweeper) store.Sweeper { return sweeper{of, calls} }),
		Seed:       b.Seed,
	}
}

// wrap is with of member, and a nil interface of a nil one.
func wrap[I comparable](member I, with func(I) I) I {
	var absent I
	if member == absent {
		return absent
	}
	return with(member)
}

func wrapUsers(of store.Users, calls *Calls) store.Users {
	if hashes, ok := of.(store.UserHashes); ok {
		return struct {
			users
			userHashes
		}{users{of, calls}, userHashes{hashes, calls}}
	}
	return wrap(of, func(of store.Users) store.Users { return users{of, calls} })
}

func wrapTokens(of store.Tokens, calls *Calls) store.Tokens {
	if uses, ok := of.(store.TokenUses); ok {
		return struct {
			tokens
			tokenUses
		}{tokens{of, calls}, tokenUses{uses, calls}}
	}
	return wrap(of, func(of store.Tokens) store.Tokens { return tokens{of, calls} })
}
