// Package oauth2 is OAuth 2 for services that offer an API: the Bearer scheme (RFC 6750) with protected-resource metadata
// (RFC 9728) for the resource server's side, and a [Server] for the authorization server's, strict by RFC 9700 and OAuth
// 2.1: authorization code with PKCE S256, client credentials, refresh with rotation, revocation (RFC 7009), introspection
// (RFC 7662), metadata (RFC 8414), resource indicators (RFC 8707) and the iss parameter (RFC 9207).
//
// There is no implicit and no password grant. [PasswordLogin], which takes a user name and a password for a bearer token,
// is a handler of its own for APIs that documented one.
//
// People are asked through package auth/interaction, by the host's pages or package portal's. Everything is kept through
// package store's interfaces; of any number of concurrent redemptions of a code or a refresh token, on any number of
// nodes, one wins, and a reuse ends what came of them.
package oauth2
