// Package postgrestest starts throw-away PostgreSQL servers for tests: on a loopback port, in a temporary folder, and gone
// when they are stopped. Whoever reaches the port is let in as the superuser "postgres".
//
// [Start] finds PostgreSQL's programs where Debian and the PATH have them, and runs them as the account "postgres" where the
// test runs as root, which they refuse. A server can be broken on purpose: [Server.Kill],
// [Server.Crash], [Server.Pause].
//
// [StartPooler] starts a pgbouncer in front of a server, in transaction mode.
package postgrestest
