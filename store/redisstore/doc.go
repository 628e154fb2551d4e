// Package redisstore keeps what is short-lived and hot in Redis 7 or later, alone or as a Redis Cluster: claims and counters
// ([Store]), sign-in sessions ([Sessions]), and for a second what was found of a token ([Cache]). Everything else stays in
// another store, and hosts compose the two by field.
//
//	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: addrs, ContextTimeoutEnabled: true})
//	s, err := redisstore.New(ctx, client)
//	scheme, err := digest.New(digest.Config{Once: s.Within(7*time.Minute), Users: database, …})
//	limits, err := throttle.New(throttle.Config{Counters: s})
//
//	signedIn, err := redisstore.NewSessions(s, database, database)
//	sessions, err := session.New(session.Config{Tokens: signedIn, …})
//
//	cache, err := redisstore.NewCache(client, database)
//	verifier, err := tokens.NewVerifier(tokens.VerifierConfig{Tokens: cache, …})
//
// Each call is one script, which is atomic, or one pipeline of scripts that need not agree. Keys have hash tags, so that a
// cluster spreads them and keeps together what a script needs; every key expires.
//
// # What holds when
//
// Redis acknowledges a write before a replica, and unless it is told otherwise before a disk, has heard of it. What was
// acknowledged can therefore be lost, and this package is made for that: it does not prevent the loss, it notices it.
//
//   - A claim is given once as long as a server runs, through any number of nodes, retries and cut connections.
//   - A server that starts, empty or from a file, a replica that takes its master's place, and keys that somebody flushed are
//     noticed by the very script that would claim: it compares the server's replication ID, which changes with each of the
//     first two, with a note that the keys' shard keeps, and which the third removes. From then on, every key whose until is
//     within a [Window] is store.ErrUsed, claimed before or not: nothing that ends later can have been claimed before. Nobody
//     needs to watch the servers, and none of this rests on what a client remembers.
//   - So a Digest count of before is answered with stale=true, and the fresh nonce is taken as soon as its end is a window
//     away: at once where the window is its lifetime, later by as much as the window is longer. A nonce of OAuth 1.0a and a
//     client assertion are refused until they end a window after the loss: for half a window and more. [Store.Within] gives
//     each scheme a window of its own, which should be the longest that it claims for, and the difference of clocks.
//   - The same happens where a master forgot its replicas, an hour after the last of them left, and where the slots of a
//     cluster move to another server: that is caution without a loss.
//   - A master that is cut off from the others, and that some nodes still reach while its replica was promoted, can give what
//     the new one gives as well, for as long as it takes writes: in a cluster that is its cluster-node-timeout. Where that
//     matters, use [Wait] for more than half of the replicas, or min-replicas-to-write: a claim that was not acknowledged is
//     an error, and nobody has it. WAIT alone does not keep an acknowledged claim through a failover; the refusals above do.
//   - A server that evicts would forget unnoticed: [New] and [Store.Ping] refuse a maxmemory-policy other than noeviction.
//     A server without memory refuses to write, which is breakage.
//   - Whoever removes single keys by hand, restores a dump into a running server, or writes notes himself is not noticed.
//   - Counters survive nothing: after a loss they begin at nothing, so that a guesser has the attempts of one window again. An
//     addition whose answer was lost may be sent again by the client, and count twice, unless the client's MaxRetries is -1.
//   - A session that was put before the server may have forgotten something is none any more, since its revocation may be what
//     was forgotten: its account signs in again. Until a master that is cut off stops to answer, it may still show a session that
//     was revoked at the one that took its place.
//   - A Redis that is down, stopped or slow is an error within the [Timeout], never store.ErrUsed, and nobody is let in.
//
// # How old a cached token can be
//
// An entry is what one look-up of the database found, and lives for nine tenths of the [Staleness] from before that look-up
// began, by the clock of the server that keeps it; an order to keep it that comes late does nothing. An answer of Redis that
// takes more than the other tenth is not waited for: the database is asked, and Redis is left alone for as long as the staleness.
// So what the cache says was true within the staleness, a second at most, whoever changed it, by whichever way, and whatever is
// lost or cut off: a revocation has to reach nobody. Beyond that:
//
//   - What [Local] has the process remember lives no longer than it does in Redis.
//   - A change that came through the cache holds on its own node from its return on: each entry that it concerns is passed over
//     there until all of before have expired, also those that slower look-ups, here or elsewhere, write afterwards.
//   - What is not found, revoked or replaced is never cached, nor a token with a sealed secret, nor passwords, secrets and keys.
//   - A failover to a server whose clock is behind lets entries live longer by the difference: keep their clocks together.
//   - A look-up within a host's own transaction must ask the database itself: the cache would show others what may be undone.
//   - Whoever can write to Redis can make tokens count for a second.
//
// # What is not kept here
//
// What a replay would turn into a second token: codes, temporary credentials, pending interactions, refresh tokens. Nor a
// portal's forms that make secrets: each of their claims ends later than the one before, so no window says which are new. The
// package does not implement store.Handles. A claim for ever is refused, since every key expires.
//
// # What is left to the caller
//
// Make and close the client, with ContextTimeoutEnabled, and with timeouts that are no longer than the store's; let only the
// service write to the servers (ACL, TLS); call [Store.Ping] at least once a day, from a health check or by a schedule, because
// a note that nobody needed for weeks expires and counts as a loss then; call [Store.Vouch] when the service is set up, and
// never after. The account needs the commands of scripts, PING, INFO and WAIT. Window counts on clocks of nodes and servers that
// differ by no more than the window allows for.
package redisstore
