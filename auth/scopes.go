package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Scopes are names of what may be done (RFC 6749 §3.3), in any order.
type Scopes []string

// Has reports whether s holds scope.
func (s Scopes) Has(scope string) bool { return slices.Contains(s, scope) }

// Missing returns the first of needed that s does not hold, and "" where it holds all.
func (s Scopes) Missing(needed Scopes) string {
	for _, scope := range needed {
		if !s.Has(scope) {
			return scope
		}
	}
	return ""
}

// Intersect returns those of s that other holds too, in the order of s. Where that is all of s it returns s itself.
func (s Scopes) Intersect(other Scopes) Scopes {
	if other.Missing(s) == "" {
		return s
	}
	both := make(Scopes, 0, len(s))
	for _, scope := range s {
		if other.Has(scope) {
			both = append(both, scope)
		}
	}
	return both
}

// String joins the scopes with spaces, as RFC 6749 §3.3 writes them.
func (s Scopes) String() string { return strings.Join(s, " ") }

// A ScopeInfo is a scope with its meaning in words for people.
type ScopeInfo struct {
	Name  string
	Words string
}

// A Catalogue is the list of scopes that exist, in the order in which people see them. The zero Catalogue is empty.
type Catalogue struct {
	infos []ScopeInfo
	index map[string]int
}

// NewCatalogue checks the names (RFC 6749 §3.3: visible ASCII without quote and backslash) and refuses one that is
// there twice or has no words.
func NewCatalogue(infos ...ScopeInfo) (Catalogue, error) {
	c := Catalogue{infos: slices.Clone(infos), index: make(map[string]int, len(infos))}
	for i, info := range infos {
		if !validScope(info.Name) || info.Name == AnyScope {
			return Catalogue{}, fmt.Errorf("auth: %q is no scope name", info.Name)
		}
		if info.Words == "" {
			return Catalogue{}, fmt.Errorf("auth: scope %q has no words for people", info.Name)
		}
		if _, twice := c.index[info.Name]; twice {
			return Catalogue{}, fmt.Errorf("auth: scope %q is there twice", info.Name)
		}
		c.index[info.Name] = i
	}
	return c, nil
}

// All returns every scope with its words, in order.
func (c Catalogue) All() []ScopeInfo { return slices.Clone(c.infos) }

// Names returns every scope, in order.
func (c Catalogue) Names() Scopes {
	names := make(Scopes, len(c.infos))
	for i, info := range c.infos {
		names[i] = info.Name
	}
	return names
}

// Has reports whether the scope exists.
func (c Catalogue) Has(scope string) bool {
	_, ok := c.index[scope]
	return ok
}

// Words returns what scope means, and "" for one that does not exist.
func (c Catalogue) Words(scope string) string {
	if i, ok := c.index[scope]; ok {
		return c.infos[i].Words
	}
	return ""
}

// Sort returns those of scopes that exist, each once, in the catalogue's order.
func (c Catalogue) Sort(scopes Scopes) Scopes {
	sorted := make(Scopes, 0, len(scopes))
	for _, info := range c.infos {
		if scopes.Has(info.Name) {
			sorted = append(sorted, info.Name)
		}
	}
	return sorted
}

// ErrScopeSyntax says that a scope parameter breaks the grammar of RFC 6749 §3.3.
var ErrScopeSyntax = errors.New("auth: malformed scope")

// ParseScopes splits a scope parameter at single spaces (RFC 6749 §3.3). An empty one has no scopes; one that is there
// twice counts once.
func ParseScopes(text string) (Scopes, error) {
	if text == "" {
		return nil, nil
	}
	var scopes Scopes
	for scope := range strings.SplitSeq(text, " ") {
		if !validScope(scope) {
			return nil, ErrScopeSyntax
		}
		if !scopes.Has(scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// validScope reports whether name is a scope-token: 1*( %x21 / %x23-5B / %x5D-7E ).
func validScope(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return name != ""
}
