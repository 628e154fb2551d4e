// Package faulty breaks a store on purpose: it wraps whole backends, so that a test can make any one call of theirs fail,
// lose its answer or take its time, and see what the program around them does then.
//
// Two things go wrong with a store that is somewhere else. A call may never get there, and then nothing was done; or it
// gets there, is done, and its answer is lost. The caller sees an error either way. A program is right if neither makes it
// promise what is not kept, and if whoever tries again gets what they wanted or learns why not.
//
// A test that tries all of it runs a step once, to see how many calls it makes, and then once for each of them:
//
//	var calls faulty.Calls
//	handler := mine.New(faulty.Wrap(storetest.Backend{Clients: db, Grants: db, Tokens: db, Handles: db}, &calls))
//
//	calls.Follow(nil)
//	step()
//	for n := range len(calls.Made()) {
//		calls.Follow(faulty.Nth(n+1, faulty.Fault{Lost: faulty.ErrBroken}))
//		step() // must fail, or have no need of that call
//		calls.Follow(nil)
//		step() // must succeed, or be refused for a reason
//	}
//
// What is wrapped keeps the law of package storetest while no plan says otherwise, and offers what the store underneath
// offers: optional interfaces that it lacks stay absent.
package faulty
