// Package memory is the store that lives in the process: every interface of package store in one type, for tests and
// for programs whose users may sign in again after a restart.
//
// [New] gives a store that keeps everything itself. A host that keeps its accounts, apps or grants elsewhere says so
// with [UsersElsewhere], [ClientsElsewhere] or [GrantsElsewhere]; else a token or grant of an account that was never
// created is refused as store.ErrNotFound.
//
// # What to expect
//
//   - Accounts, clients, grants, tokens and handles are read by ID, name or digest without a lock and without an
//     allocation: a reader looks at what is there, and again if somebody wrote meanwhile. What it returns was true at
//     one moment.
//   - Writes of them and of events happen one after the other, each as a whole.
//   - A plain access token costs about 150 bytes, and a million of them next to nothing when the garbage is collected.
//   - Replay marks, counters and events are bounded, whether or not anybody sweeps: see [OnceCapacity],
//     [CounterCapacity], [EventCapacity] and, so that one account's events leave room for the others',
//     [EventsPerAccount]. All else is as much as the host lets people make.
//
// Nothing survives the process, and no other process sees it.
package memory
