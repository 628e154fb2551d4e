// Command bench measures Sesame against other libraries and against the floor: the cryptography and the look-up that
// nobody can avoid. Floor and system take turns in slices of a few milliseconds of one process, so that both meet the
// same noise; what counts is the ratio, the median over rounds.
//
//	GOWORK=off go run . -list
//	GOWORK=off go run . -run bearer
//	GOWORK=off go run . -readme ../README.md
//
// One operation is one ServeHTTP through the system's whole middleware, with a writer that does nothing; the stores hold
// 100,000 entries, and credentials rotate over all of them.
package main
