// Package oauth1 is the provider side of OAuth 1.0a (RFC 5849), all three legs.
//
//	scheme, err := oauth1.New(oauth1.Config{Realm: "api", Methods: []oauth1.Method{oauth1.HMACSHA256, oauth1.HMACSHA1}, …})
//	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, …})
//
// A [Scheme] verifies signed requests. What is behind it are functions of values, one file for each section of the RFC:
// collecting parameters (§3.4.1.3), the base string (§3.4.1), the signature (§3.4.2 to §3.4.4), the time window (§3.3).
//
// # What is defended
//
// Nothing that a handler may see is left out of what was signed: method, path, query and form body are parsed once,
// strictly, and what two parsers could read in two ways is refused. Requests are accepted once, within a window of
// time, on any number of nodes; a nonce is claimed only after the signature was verified. Unknown apps, unknown tokens,
// revoked ones and wrong signatures cost the same work and get the same answer. An app is pinned to its signature
// methods, so that a public key is never taken for a shared secret.
//
// # What is left to the host
//
// The public origin where a proxy stands in front (Config.BaseURL), a [store.Once] that outlives a restart, and the
// integrity of bodies that are not forms where clients send no oauth_body_hash.
package oauth1
