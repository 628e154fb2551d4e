//go:build unix

package main

import "time"

// A network is the conditions that requests, and what servers ask of the database, meet on their way. Cuts are one in so many;
// 0 is never.
type network struct {
	name         string
	latency      time.Duration // of a request, and of its answer, at most
	cuts         int           // of requests, in each of the ways to cut one
	storeLatency time.Duration // of what a server asks of the database, always
	storeCuts    int           // of connections to the database, each time that something is asked
}

// calm is the network on which things are prepared and looked at.
var calm = network{name: "calm"}

// networks are those of bursts, in the order in which they come.
var networks = []network{
	{name: "a slow database", latency: 5 * time.Millisecond, cuts: 20, storeLatency: 100 * time.Millisecond},
	{name: "some requests cut", latency: 5 * time.Millisecond, cuts: 20},
	{name: "many requests cut", latency: time.Millisecond, cuts: 8},
	{name: "database connections cut", latency: time.Millisecond, storeCuts: 30},
	{name: "all of it slow and cut", latency: 20 * time.Millisecond, cuts: 6, storeLatency: 2 * time.Millisecond, storeCuts: 200},
}
