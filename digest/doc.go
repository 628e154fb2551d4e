// Package digest is the Digest scheme of HTTP (RFC 7616).
//
//	ha1s, err := digest.NewHA1s(digest.HA1Config{Realm: "api", Keys: ring})
//	scheme, err := digest.New(digest.Config{HA1s: ha1s, Users: users, Once: once, NonceKeys: ring, Throttle: limits})
//	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, …})
//
// A host that has password hashes alone cannot offer Digest: it needs H(name:realm:password) of each account, and that is as
// good as the password. [HA1s] makes it when a password is set or shown, and seals it under the host's key ring, bound to
// the account, the algorithm and the realm. Give [HA1s.Derive] to package auth/password, and accounts get theirs at their
// next sign-in by another way.
//
// # What is defended
//
// Nonces are authenticated timestamps: a challenge leaves nothing behind, and any node checks any other's. A nonce that is
// forged, over or used is answered with stale=true before anybody is looked up, right password or not. Counts are
// claimed in the store after the response has proved to be right, each once on all nodes. The algorithm and the qop are
// those that were offered; credentials without qop are refused. The uri is compared with the request's as a whole. Unknown
// names cost the work of known ones. Guesses are throttled with those at the same password elsewhere.
//
// # What is not
//
// Digest hides the password from who listens, and nothing else: use it over TLS only, which the gate sees to. Whoever
// listens or plays the server can try passwords offline. Only auth-int protects bodies, which few clients know, and
// nothing protects other fields. MD5 is off by default. Offered beside Basic it is as weak as Basic, for whoever stands in
// between chooses; see Config.RefuseBasic.
package digest
