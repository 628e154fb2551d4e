// Package redistest starts throw-away Redis servers for tests, and a Redis Cluster of six: on loopback ports, in temporary
// folders, without persistence unless a setting asks for it, and gone when they are stopped.
//
// A test calls [New] or [NewCluster], which skip it where Redis is not installed and fail it there with CI=true. Whatever is
// no test calls [Start] and [StartCluster]. Servers can be broken on purpose: [Server.Kill], [Server.Pause],
// [Cluster.Failover].
package redistest
