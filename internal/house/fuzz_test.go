package house_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// parsers are the packages that read what the network sends.
var parsers = []string{"auth", "basic", "digest", "oauth1", "oauth2", "tokens", "internal/form", "internal/rawquery", "store/seal", "auth/password"}

func TestEveryParserIsFuzzed(t *testing.T) {
	t.Run("LIM-PANIC-01 every package that reads from the network has a fuzz target with a corpus", func(t *testing.T) {
		seeds := make(map[string]int)
		for _, f := range tree(t).Files {
			if !f.Test {
				continue
			}
			for _, decl := range f.Syntax.Decls {
				if function, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(function.Name.Name, "Fuzz") {
					seeds[f.Dir] += countSeeds(function)
				}
			}
		}
		for _, dir := range parsers {
			assert.Positive(t, seeds[dir], "%s has no fuzz target with seeds", dir)
		}
	})
}

// countSeeds is how many calls of Add a fuzz target has.
func countSeeds(f *ast.FuncDecl) (n int) {
	ast.Inspect(f, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && nameOf(call.Fun) == "Add" {
			n++
		}
		return true
	})
	return n
}
