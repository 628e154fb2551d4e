// Package apitest starts the example API server as a process of its own, for tests that talk to it as clients do.
//
//	func TestMain(m *testing.M) { apitest.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		server := apitest.Start(t)
//		…server.BaseURL, server.Credentials.Users["aladdin"]…
//	}
//
// The server is built once for each package's tests. It listens on a free port of the loopback address, keeps its
// records in memory unless the test says otherwise, and must stop cleanly when the test ends; nothing that it logged
// may hold a secret of the credentials.
package apitest
