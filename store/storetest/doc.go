// Package storetest holds every store to the law: what the comments of package store promise, as checks that run.
//
// A team that writes a backend of its own writes one test:
//
//	func TestLaw(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Backend {
//			s := mystore.New(emptyDatabase(t))
//			return storetest.Backend{Clients: s, Grants: s, Tokens: s, Handles: s}
//		})
//	}
//
// # What goes into a Backend
//
// One Backend is what one store keeps together. A host that mixes stores runs the law once for each of them, because
// what crosses two stores (the tokens of a deleted account, say) is the host's to see to. Capabilities that a store
// does not have stay nil: the checks that need them are skipped and say so, and the records that they would keep count
// as kept elsewhere.
//
// A store that has Users and no UserWriter, because the accounts are the host's, brings a Seed by which checks add some;
// without it the law fails, since next to nothing could be checked.
//
// # What the checks take for granted
//
//   - A fresh backend for each check, empty. Truncating tables between them does; so does a tenant of its own.
//   - A store without a Sweeper forgets by itself what has expired. What is put lives for an hour or more then; checks
//     about what has expired already need a Sweeper.
//   - Everything happens within minutes of the machine's time: a database that looks at its own clock is no excuse.
//   - A race is run a few times. SESAME_LONG=1 runs each a few hundred times, which is worth doing before a release, and
//     so is the race detector.
//
// # Checks as data
//
// [Checks] gives the law as a list. A [Check] reports through the small interface [T], so that a check can be tried on a
// store that is broken on purpose. The tests of this package do that: each check has stores that break its rule, and
// fails them all.
package storetest
