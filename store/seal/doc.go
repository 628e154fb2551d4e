// Package seal encrypts what a protocol must read back, Digest's H(A1) and the secrets of OAuth 1.0a, under keys that
// the host keeps apart from its store.
//
//	ring, err := seal.CreateFile("/var/lib/shop/sesame.keys")
//	sealed := ring.Seal(seal.Binding{"client", client.ID, "secret"}, secret)
//	secret, stale, err := ring.Open(seal.Binding{"client", client.ID, "secret"}, sealed)
//
// A [Ring] has one or more keys. The first seals, all of them open, and each sealed text says which key it needs. What
// is sealed is bound to the place where it is kept: moved to another record or field it does not open. [Ring.Derive]
// makes further keys from the same ring, for what has to be authenticated instead of hidden: Digest's nonces, form tokens.
//
// Sealing is XAES-256-GCM (c2sp.org/XAES-256-GCM, of parts of NIST SP 800-38B, 800-38D and 800-108r1) under a key that
// HKDF-SHA-256 (RFC 5869) makes of the ring's. Its nonces of 192 bits are random, which is safe for any number of texts.
// They keep their first half for up to a million texts, so that the key that it makes need not be derived for each.
//
// # Rotation
//
// [AddKey] puts a new key behind the first, [UseKey] puts it to the front. A service of several processes is restarted
// after each of the two, so that no process seals by a key that another does not know yet; for a single one a restart
// after both will do. Open says that a text is stale where another key than the first sealed it: seal it again. When
// nothing is left under an old key, its line can be deleted from the file.
//
// # What is defended, and what is not
//
// Who reads or changes the store learns no sealed secret and cannot put one in the place of another, but can bring back
// an older secret of the same place, or learn the length. Who has the key ring has everything: keep it out of the store,
// of its backups and of the repository, and do keep a copy, since nothing opens without it.
package seal
