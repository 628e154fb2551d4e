package apitest

import (
	"strings"
	"testing"
)

// At is a server that somebody else started at this origin, and of which these credentials are known.
func At(t testing.TB, base string, c Credentials) *Server {
	return &Server{BaseURL: base, Address: base[strings.Index(base, "//")+2:], Credentials: c, t: t}
}
