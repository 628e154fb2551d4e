// Command load measures bearer tokens over PostgreSQL at 500 connections, with and without the token cache of redisstore,
// beside the same server without authentication.
//
//	GOWORK=off go run ./load
//	GOWORK=off go run ./load -readme ../README.md
//	GOWORK=off go run ./load -sizes 100000
//
// It starts a PostgreSQL with 100,000 tokens, a Redis and a server, each a process of its own on loopback, and sends requests
// itself: all of them share the machine. Systems take turns in slices of a second or so, so that all meet the same noise.
// Each connection sends its next request when the answer to the last is there; what is told are medians over the rounds.
// Besides, it tells how long the processes of each kind were on a processor for a request. With -sizes it tells how many bytes
// records take instead.
package main
