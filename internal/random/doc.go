// Package random makes identifiers and secrets from crypto/rand, which does not fail.
package random
