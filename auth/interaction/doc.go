// Package interaction is where a protocol's endpoint and a host's sign-in and consent pages meet: OAuth 1.0a, OAuth 2
// and device codes ask by it, and package portal or a host's own pages answer.
//
// A protocol calls [Interactions.Begin] with what a client asks for. Where nobody is signed in, the visitor is sent to
// the host's sign-in, which may have any number of steps, and comes back to the same address. Then the request is kept,
// bound to that sign-in, and the visitor is sent to the host's consent page with its ID. The page shows
// [Interactions.Pending] and answers once with [Interactions.Decide], which finishes the protocol in the browser.
//
// Visitors who are not signed in leave nothing in the store. A pending request can be seen and decided only by the
// sign-in that began it, until it expires, once.
package interaction
