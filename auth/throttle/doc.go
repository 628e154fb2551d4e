// Package throttle limits guessing at passwords, client secrets and codes that people type.
//
//	attempt, err := limits.Reserve(ctx, r, throttle.Account{Kind: throttle.Password, ID: user.ID})
//	if err != nil {
//		return err // 429, or 503 where the store does not answer
//	}
//	if !verify(secret) {
//		return wrong // the attempt stays counted
//	}
//	return attempt.Succeeded(ctx)
//
// An attempt is counted before the check and given back after a success, so that parallel attempts cannot pass a limit
// that sequential ones meet. Three counters bound it, each within a fixed window (a minute): one for an account from one
// address (10), one for an address (100), and a far higher one for an account from everywhere (1000). The last does not
// hold for an address from which the account was signed in to lately, and what was refused is not counted in it, so that
// an owner who comes from where they were is not shut out by others. From anywhere else they can be, for as long as somebody
// spends a hundred addresses a minute on it; of IPv6 each /64 is one. A limit ends with its window; nothing is locked.
//
// While a limit holds, the right secret is refused too: otherwise a throttled guesser would still learn which one it is.
// That is also why what a program remembers as verified may be accepted only where [Throttle.Trusts] says so. A secret that
// is cheap to check can be checked first: see [Throttle.Admit].
//
// # What is kept
//
// The counters are in a [store.Counters], for all nodes, under the SHA-256 of account, address and window. Beside them each
// process notes who has just been refused, to spare the store the next attempts, and who has just proved a secret. Its notes
// have a fixed size and may be forgotten at any time.
package throttle
