// Package tokens is the engine of long-lived secrets: developer tokens, which a person makes for a program of their own,
// and static API keys.
//
// An [Issuer] mints, rotates, revokes and lists them. A secret is shown once, by the shape of the API: [Issuer.Mint] and
// [Issuer.Rotate] return it, and nothing else can. A store gets its SHA-256; lists have a public ID and a hint.
//
// A [Verifier] says what a presented token stands for, with one look-up that brings the account's and the app's present
// state along. A mistyped token is refused without the store. Package oauth2's Bearer scheme stands on it, and so does
// [APIKeys], the scheme for keys in a header or the query.
//
// An [Outbox] tells owners what happened to their tokens, by a [Sender] such as package tokens/mailer's. [Scanning] takes
// reports of leaked tokens from a secret scanner and revokes what was found.
//
// Everything dies with its owner's account: a locked or disabled one gets that account's 403, a deleted one 401.
package tokens
