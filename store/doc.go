// Package store is what Sesame remembers: records, and one small interface for each capability. It has no behaviour.
//
// # The law
//
// Every method of every backend keeps these rules, besides what it says itself. Package storetest checks them.
//
//   - Absence. What does not exist is [ErrNotFound], with a zero record; a list of nothing is empty without an error.
//   - Breakage. Every other failure (a driver's error, a timeout, a full disk) is returned as it is or wrapped, and
//     never as ErrNotFound, ErrUsed, ErrExists, ErrConflict, ErrRevoked or ErrFull. A write that returned nil is durable and visible
//     to every later call on every node; one that returned an error happened as a whole or not at all.
//   - Concurrency. All methods are safe for concurrent use by any number of goroutines, processes and nodes. Where a
//     method says that one caller wins, at most one of any number of concurrent callers does.
//   - Cancellation. A call whose context is done returns an error that wraps the context's soon; a call whose context
//     was done before it began changes nothing.
//   - Aliasing. A store keeps no reference to a slice that it was given. A record that it returned is the caller's to
//     read and never to write: its slices and maps may be shared with other callers and are never changed by the store.
//   - Exactness. Names, IDs and digests are compared byte by byte: no case folding, no trimming, no collation.
//   - Judgement. Stores do not look at a clock and judge nothing. They return what has expired or was revoked like
//     everything else; they keep a record until its expiry, and may forget it after that when they are swept. A zero
//     expiry is never.
//   - Time. Times are kept to the microsecond at least, and returned in UTC.
//
// Secrets that were drawn at random reach a store only as SHA-256 digests; what a protocol must read back is sealed by
// package seal before it comes here.
//
// # What a host implements
//
// A host takes backends as they are, mixes them by field, or writes its own; a complete one has 26 methods:
//
//	Users 2, Passwords 1, Clients 4, Grants 4, Tokens 5, Handles 3, Once 2, Counters 1, Events 3, Sweeper 1
//
// [UserWriter], [UserHashes] and [TokenUses] are optional.
package store
