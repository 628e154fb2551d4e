// Package oauth1 is the provider side of OAuth 1.0a (RFC 5849), all three legs.
//
//	scheme, err := oauth1.New(oauth1.Config{Realm: "api", Methods: []oauth1.Method{oauth1.HMACSHA256, oauth1.HMACSHA1}, …})
//	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, …})
//	server, err := oauth1.NewServer(oauth1.ServerConfig{Scheme: scheme, Interactions: interactions, Pages: portal, …})
//
// A [Scheme] verifies signed requests behind a gate. A [Server] is the three endpoints where apps get their tokens:
// temporary credentials, the user's authorization, token credentials. What is behind both are functions of values, one file
// for each part of the RFC: collecting parameters (§3.4.1.3), the base string (§3.4.1), signatures (§3.4.2 to §3.4.4), the
// time window (§3.3).
//
// # What is defended
//
// Nothing that a handler may see is left out of what was signed: method, path, query and form body are parsed once,
// strictly, and what two parsers could read in two ways is refused. A request is accepted once, within a window of
// time, on any number of nodes; its nonce is claimed only after its signature was verified. Unknown apps, unknown
// tokens, revoked ones and wrong signatures cost the same work and get the same answer. An app is pinned to its
// signature methods, so that a public key is never taken for a shared secret.
//
// Temporary credentials belong to one app, are approved or denied once, expire, and are spent before the token exists.
// Callbacks are registered, compared exactly, and come with the first step alone. Without the verifier that the user's
// browser was given there is no token, so that nobody can make somebody else approve his own request; wrong verifiers
// are counted.
//
// # What is left to the host
//
// The public origin where a proxy stands in front (Config.BaseURL), a [store.Once] that outlives a restart, and the
// integrity of bodies that are not forms where clients send no oauth_body_hash. Each app needs its signature methods and
// its secrets sealed under [ClientSecret], or its public keys ([ParseKeys] checks them).
package oauth1
