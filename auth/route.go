package auth

import "net/http"

// A Route is a pattern of [http.ServeMux] and what serves it: how packages hand out what a host mounts. Patterns without
// a method have a handler that answers for the wrong methods itself.
type Route struct {
	Pattern string
	Handler http.Handler
}
