// Package memory is the store that lives in the process: every interface of package store in one type, for tests and
// for programs whose users may sign in again after a restart.
//
// [New] gives a store that keeps everything itself. A host that keeps its accounts, apps or grants elsewhere says so
// with [UsersElsewhere], [ClientsElsewhere] or [GrantsElsewhere]; else a token or grant of an account that was never
// created is refused as store.ErrNotFound.
//
// # Promises
//
//   - Reads take no lock: they look at what is there and look again if somebody wrote meanwhile. What one call returns
//     was true at one moment.
//   - Writes of accounts, clients, grants, tokens, handles and events are one after the other, each as a whole.
//   - A token costs about 150 bytes and the collector nothing: see table.go.
//   - Replay marks, counters and events are bounded, with or without a Sweep: [OnceCapacity], [CounterCapacity],
//     [EventCapacity]. The others are as many as the host lets people make.
//
// Nothing survives the process, and no other process sees it.
package memory
