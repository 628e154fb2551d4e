// Package password checks names and passwords, and makes what is stored of passwords.
//
//	checker, err := password.New(password.Config{Users: db, Passwords: db, Throttle: limits})
//	user, err := checker.Check(ctx, r, name, typed)      // Basic, the password login and sign-in pages share it
//	stored, err := checker.NewPassword(ctx, user, typed) // for a new password
//
// New hashes are argon2id (RFC 9106) in PHC strings, at OWASP's costs. Hashes of bcrypt are accepted; what is outdated is
// replaced at the next sign-in. Apache's MD5, {SHA}, DES crypt and plain text are accepted only where
// [HasherConfig.InsecureKinds] names them.
//
// # What is defended
//
//   - Guessing: each check is counted before it is made; see package throttle.
//   - Exhaustion: [Config.Concurrent] hashes run at once, others wait briefly, and the rest is answered 503 with
//     Retry-After. The memory of hashing is at most Concurrent times what one hash may ask for. What a stored hash may
//     ask for is bounded. Passwords over [MaxLength] bytes are not hashed.
//   - Telling accounts apart: an unknown name, an account without a password and a wrong password cost the same look-up,
//     the same count and a hash of the same work, and give the same answer. Where a stored hash is less work than one of
//     today, the rest is done for nothing, which comes near the same time. The work of bcrypt cannot be compared: until they
//     sign in once, accounts with bcrypt hashes can be told by the time that a refusal takes.
//   - What is remembered: a verified password is remembered for five minutes, so that a client that sends it with each
//     request costs one hash. What is kept is an HMAC under a random key of this process over account, stored hash and
//     password, and nothing of failures. The account is looked up each time, so that a changed password, a state or a
//     deletion counts at once. Requests that verify one password at the same moment share one hash.
//
// Names and passwords are compared in NFC, every byte of them. With bcrypt, passwords that it would not see to the end
// (over 72 bytes, or with a NUL) are refused.
//
// # What is left to the host
//
// The rules for new passwords, the account's state (the gate judges it after the password), and the words of a refusal.
package password
