package house_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

// secretName is what variables are called that hold something which a caller must not be able to find out by time.
var secretName = regexp.MustCompile(`(?i)(secret|password|passwd|\bmac|signature|response|rspauth|\bha1|verifier|formtoken|proof)$`)

// comparesSecrets are comparisons of such names that tell nothing: each with the reason.
var comparesSecrets = map[string]string{
	"oauth1/parameters.go signature":   "it is which parameter this is, not its value",
	"oauth1/rsa.go signature":          "it is a length",
	"store/seal/format.go secret":      "it is the host's own file that is read",
	"examples/api/demo_mint.go secret": "both come from the host's own files",
}

func TestSecretsAreComparedInConstantTime(t *testing.T) {
	t.Run("SEC-CMP-01 no == and no bytes.Equal on what is secret", func(t *testing.T) {
		tr := tree(t)
		for _, f := range tr.Files {
			if f.Test || tr.ModuleOf(f.Dir) == "bench" { // where peers are measured as they are
				continue
			}
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					if n.Op != token.EQL && n.Op != token.NEQ || isFixed(n.X) || isFixed(n.Y) {
						return true
					}
					for _, side := range []ast.Expr{n.X, n.Y} {
						name := nameOf(side)
						_, known := comparesSecrets[f.Path+" "+name]
						assert.False(t, secretName.MatchString(name) && !known, "%s compares %s with ==", f.Path, name)
					}
				case *ast.CallExpr:
					called := nameOf(n.Fun)
					if called != "Equal" && called != "EqualFold" && called != "Compare" || len(n.Args) < 2 {
						return true
					}
					if from, ok := n.Fun.(*ast.SelectorExpr); ok && nameOf(from.X) != "bytes" && nameOf(from.X) != "strings" && nameOf(from.X) != "slices" {
						return true
					}
					for _, arg := range n.Args {
						assert.NotRegexp(t, secretName, nameOf(arg), "%s compares it with %s", f.Path, called)
					}
				}
				return true
			})
		}
	})
}

// isFixed reports whether an expression is a constant or nil: whether a secret is there at all is none.
func isFixed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Name == "nil"
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.ParenExpr:
		return isFixed(e.X)
	case *ast.CallExpr:
		return nameOf(e.Fun) == "len"
	}
	return false
}

// nameOf is the last name of an expression.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		if len(e.Args) == 1 {
			return nameOf(e.Args[0])
		}
	case *ast.SliceExpr:
		return nameOf(e.X)
	case *ast.ParenExpr:
		return nameOf(e.X)
	}
	return ""
}
