// Package basic is the Basic scheme of HTTP (RFC 7617).
//
//	scheme, err := basic.New(basic.Config{Realm: "api", Passwords: checker})
//	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, …})
//
// The checker is package auth/password's: it hashes, remembers, bounds and throttles. Credentials are UTF-8, announced
// by charset="UTF-8"; the base64 is read strictly, and whatever does not decode is answered like a wrong password.
//
// A developer token or an API key is no password, so that Basic is no way around its scopes, expiry and revocation, unless
// the host says so by [Config].AllowTokens; then all of these hold.
//
// Basic sends the password with each request. Use it over TLS only, which the gate sees to, and prefer tokens where
// the caller is a program that can keep one.
package basic
