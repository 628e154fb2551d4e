// Package auth is the one gate in front of a service: it asks the schemes who is calling, judges what must hold besides,
// and hands the identity on in the request's context or answers 400, 401, 403 or 503.
//
//	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{basicScheme}, Scopes: catalogue})
//	mux.Handle("GET /products", gate.Require("products:read")(products))
//
// and in the handler
//
//	id, _ := auth.FromContext(r.Context())
//
// A [Scheme] verifies one kind of credentials (packages basic, digest, oauth1, oauth2, tokens) and never sees a
// ResponseWriter. A [Gate] is configured once for an API; routes differ only in the scopes that they need. What differs
// otherwise is another Gate.
//
// # What is defended
//
// One Authorization field of at most 16 KiB (RFC 9110 §11.6.2); one kind of credentials a request; TLS, a loopback peer or
// a trusted proxy that says HTTPS; no unsafe request from another origin's page with credentials that browsers send by
// themselves; a client key of the caller's own where [ClientKeys] asks for one; the account's state; the scopes. A 401
// cannot be written without a challenge. What fails in between, a panic included, is a 5xx and never lets anyone in.
//
// # What is left to the host
//
// TLS itself, the handlers' own authorisation beyond scopes, CORS, and limits on requests that carry no credentials.
package auth
