//go:build unix

package main

import "time"

// A weather is what requests and what they ask of the database meet on their way. Cuts are one in so many; 0 is never.
type weather struct {
	name         string
	latency      time.Duration // of a request, and of its answer, at most
	cuts         int           // of requests, in each of the ways to cut one
	storeLatency time.Duration // of what a server asks of the database, always
	storeCuts    int           // of connections to the database, each time that something is asked
}

// calm is the weather in which things are prepared and looked at.
var calm = weather{name: "calm"}

// weathers are those of bursts, in the order in which they come.
var weathers = []weather{
	{name: "slow", latency: 5 * time.Millisecond, cuts: 20, storeLatency: 100 * time.Millisecond},
	{name: "rain", latency: 5 * time.Millisecond, cuts: 20},
	{name: "gusts", latency: time.Millisecond, cuts: 8},
	{name: "broken wires", latency: time.Millisecond, storeCuts: 30},
	{name: "storm", latency: 20 * time.Millisecond, cuts: 6, storeLatency: 2 * time.Millisecond, storeCuts: 200},
}
