package oauth1

import (
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// requestedScopes are those that an app asks for, separated by spaces or commas, and all of its own where it names none.
func (s *Server) requestedScopes(client *store.Client, m *message) (auth.Scopes, error) {
	asked := strings.FieldsFunc(m.values[scope], func(r rune) bool { return r == ' ' || r == ',' })
	switch {
	case m.twice:
		return nil, auth.Malformed("scope_twice", "scope is there more than once")
	case len(asked) == 0:
		return s.cfg.Scopes.Sort(client.Scopes), nil
	}
	for _, one := range asked {
		if !s.cfg.Scopes.Has(one) || !slices.Contains(client.Scopes, one) {
			return nil, auth.Malformed("scope", "there is no such scope, or this app may not have it")
		}
	}
	return s.cfg.Scopes.Sort(asked), nil
}
