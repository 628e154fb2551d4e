package house_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/house"
)

// arrows says which packages of ours each package may import, outside of its tests. Besides these, the root's packages
// may import internal/…, which import nothing but each other; nested modules may not. A new arrow is a visible
// decision: it gets a line here and a sentence in the commit message.
var arrows = map[string][]string{
	// The vocabularies.
	"errors":         {},
	"store":          {},
	"internal/form":  {"errors"}, // what a form is refused with
	"internal/house": {"errors"}, // whose messages it looks for
	// What schemes share.
	"auth":             {"errors", "store"},
	"auth/interaction": {"auth", "errors", "store"},
	"auth/password":    {"auth", "auth/throttle", "errors", "store"},
	"auth/session":     {"auth", "errors", "store"},
	"auth/throttle":    {"errors", "store"},
	"store/memory":     {"store"},
	"store/seal":       {"store"},
	"store/storetest":  {"store"},
	// What breaks a backend wraps one as the law sees it.
	"store/storetest/faulty": {"store", "store/storetest"},
	// The schemes never import one another, but oauth2 may use tokens.
	"basic":  {"auth", "auth/password", "auth/throttle", "errors", "store"},
	"digest": {"auth", "auth/throttle", "errors", "store", "store/seal"},
	"oauth1": {"auth", "auth/interaction", "auth/throttle", "errors", "store", "store/seal"},
	"tokens": {"auth", "errors", "store"},
	"oauth2": {"auth", "auth/interaction", "auth/password", "auth/throttle", "errors", "store", "store/seal", "tokens"},
	// Backends and mail: a driver each.
	"store/redisstore": {"store"},
	"store/sqlstore":   {"store"},
	"tokens/mailer":    {"store", "tokens"},
	// The pages.
	"portal": {"auth", "auth/interaction", "auth/password", "auth/session", "auth/throttle", "errors", "oauth2", "store", "tokens"},
}

// mayImport judges an import of ours by a file outside of tests; why is empty where it is allowed.
func mayImport(module, from, to string) (why string) {
	owner, _, _ := strings.Cut(from, "/internal/") // what is inside a package has its arrows
	switch {
	case inside(to) && module != ".":
		return "a nested module imports no internal package of the root: hosts cannot either"
	case inside(from) && !inside(to) && !slices.Contains(arrows[from], to):
		return "internal packages stand below the others and import only each other"
	case inside(from), inside(to), strings.Contains(to, "/internal/"): // Go itself sees to the last
		return ""
	case module == "examples", module == "bench", owner == to:
		return ""
	}
	allowed, known := arrows[owner]
	if !known {
		return "the package is new to the house: give it a line in arrows (internal/house) that says whom it may import, and say why in the commit message"
	}
	if !slices.Contains(allowed, to) {
		return "a new arrow between packages is a visible decision: if it is right, add it to arrows (internal/house) and say why in the commit message"
	}
	return ""
}

// inside says whether a package is one of the root's internal ones.
func inside(dir string) bool { return strings.HasPrefix(dir, "internal/") }

func TestArrows(t *testing.T) {
	tr := tree(t)
	for _, f := range tr.Files {
		module := tr.ModuleOf(f.Dir)
		for path := range f.Imports() {
			to, ours := house.Ours(path)
			if !ours || f.Test && !inside(to) {
				continue // tests may look at anything but, from another module, the inside
			}
			assert.Empty(t, mayImport(module, f.Dir, to), "%s imports %s", f.Path, to)
		}
	}
}

func TestMayImport(t *testing.T) {
	const (
		newArrow   = "a new arrow between packages is a visible decision"
		newPackage = "the package is new to the house"
	)
	for _, tc := range []struct {
		name, module, from, to, why string
	}{
		{"auth stands on errors", ".", "auth", "errors", ""},
		{"errors stands on nothing", ".", "errors", "store", newArrow},
		{"schemes never import one another", ".", "basic", "digest", newArrow},
		{"not even the other way", ".", "tokens", "oauth2", newArrow},
		{"but oauth2 uses tokens", ".", "oauth2", "tokens", ""},
		{"what is internal serves all of the root", ".", "basic", "internal/random", ""},
		{"what is internal stands on nothing", ".", "internal/random", "auth", "internal packages stand below"},
		{"but on what is internal", ".", "internal/random", "internal/header", ""},
		{"what is inside auth may do what auth may", ".", "auth/internal/recent", "store", ""},
		{"and no more", ".", "auth/internal/recent", "basic", newArrow},
		{"a backend knows the store", "store/sqlstore", "store/sqlstore", "store", ""},
		{"a backend knows no more", "store/sqlstore", "store/sqlstore", "auth", newArrow},
		{"a backend has its own inside", "store/sqlstore", "store/sqlstore", "store/sqlstore/internal/x", ""},
		{"a nested module has no way inside", "examples", "examples/api", "internal/random", "a nested module imports no internal"},
		{"an example imports anything else", "examples", "examples/api", "store/sqlstore", ""},
		{"a new package needs a line", ".", "passkeys", "auth", newPackage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			why, _, _ := strings.Cut(mayImport(tc.module, tc.from, tc.to), ":")
			if tc.why == "" {
				assert.Empty(t, why)
			}
			assert.Contains(t, why, tc.why)
		})
	}
}

// testKit is what hosts run in the tests of their own stores, and nowhere else.
const testKit = "store/storetest"

// thirdParty are the modules, beside the standard library, that hosts get with the root module.
var thirdParty = []string{"golang.org/x/crypto", "golang.org/x/text", "github.com/go-jose/go-jose/v4"}

func TestHostsInheritFewModules(t *testing.T) {
	tr := tree(t)
	for _, f := range tr.Files {
		if f.Test || tr.ModuleOf(f.Dir) != "." || f.Dir == testKit {
			continue
		}
		for path := range f.Imports() {
			host, _, _ := strings.Cut(path, "/")
			if _, ours := house.Ours(path); ours || !strings.Contains(host, ".") {
				continue
			}
			known := slices.ContainsFunc(thirdParty, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
			assert.True(t, known, "%s imports %s: every host of the library would get its module", f.Path, path)
		}
	}
}

// sources are read once for all tests.
var sources = sync.OnceValues(house.Read)

// tree is the sources; a test may add files to its own.
func tree(t *testing.T) *house.Tree {
	t.Helper()
	tr, err := sources()
	require.NoError(t, err)
	own := *tr
	own.Files = slices.Clone(tr.Files)
	return &own
}
