package oauth2

import (
	"net/http"
	"slices"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
)

// Parameters hold what a client sent, each at most once (RFC 6749 §3.1, §3.2); resource alone may repeat (RFC 8707 §2). An
// empty value counts as none.
type parameters struct {
	form.Pairs
}

// get returns the one value of a parameter, and "" where there is none.
func (p parameters) get(name string) string { return p.Get(name) }

// all returns the values of resource that are not empty.
func (p parameters) all(name string) []string {
	var all []string
	for _, pair := range p.Pairs {
		if pair.Name == name && pair.Value != "" {
			all = append(all, pair.Value)
		}
	}
	return all
}

// repeated returns the name of a parameter that is there more than once, among those that may not be.
func (p parameters) repeated(names ...string) bool {
	for _, name := range names {
		if p.Count(name) > 1 {
			return true
		}
	}
	return false
}

// protocolNames are the parameters that this package knows; they may not stand in the query of an endpoint that is
// posted to, where logs and histories keep them.
var protocolNames = []string{
	"grant_type", "code", "redirect_uri", "client_id", "client_secret", "client_assertion", "client_assertion_type",
	"code_verifier", "refresh_token", "scope", "resource", "token", "token_type_hint",
}

// readPost reads the body of an endpoint that takes POST alone, over a connection that nobody can listen to (RFC 6749
// §2.3.1, §3.2). The error is a failure of §5.2.
func (s *Server) readPost(w http.ResponseWriter, r *http.Request) (parameters, error) {
	if !s.cfg.InsecureAllowHTTP && !s.cfg.Proxies.Secure(r) {
		return parameters{}, auth.RefuseHTTP()
	}
	if r.Method != http.MethodPost {
		return parameters{}, errMethod("this endpoint takes POST", http.MethodPost)
	}
	if inQuery(r) {
		return parameters{}, fail(invalidRequest, "parameters belong into the body, not into the query")
	}
	pairs, err := form.ReadPairs(w, r)
	if err != nil {
		return parameters{}, err
	}
	p := parameters{pairs}
	for i := range p.Pairs {
		if name := p.Pairs[i].Name; name != "resource" && name != "audience" && p.repeated(name) {
			return parameters{}, fail(invalidRequest, "a parameter is there more than once")
		}
	}
	return p, nil
}

// inQuery reports whether the query holds one of protocolNames.
func inQuery(r *http.Request) bool {
	if r.URL.RawQuery == "" {
		return false
	}
	return slices.ContainsFunc(protocolNames, r.URL.Query().Has)
}

// breakage is what a store that does not answer is for a client.
func breakage(err error) error { return autherr.NewUnavailable(err) }
