package house_test

import (
	"go/ast"
	"go/doc"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/internal/house"
)

func TestErrorsIsImportedUnderOneName(t *testing.T) {
	for _, f := range tree(t).Files {
		if name, imported := f.Imports()[house.Module+"/errors"]; imported {
			assert.Equal(t, "autherr", name, "%s: our errors package is imported as autherr everywhere", f.Path)
		}
	}
}

func TestRandomnessIsCryptographic(t *testing.T) {
	for _, f := range tree(t).Files {
		if f.Test || f.Dir == testKit {
			continue
		}
		for importPath := range f.Imports() {
			weak := importPath == "math/rand" || importPath == "math/rand/v2"
			assert.False(t, weak, "%s imports %s: whatever is drawn here could be guessed", f.Path, importPath)
		}
	}
}

// vague are words that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}

func TestNamesSayWhatIsInside(t *testing.T) {
	for _, f := range tree(t).Files {
		assert.Empty(t, vagueIn(f.Dir+"/"+strings.TrimSuffix(path.Base(f.Path), ".go")), f.Path)
		assert.Empty(t, vagueIn(f.Syntax.Name.Name), f.Path)
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				assert.Empty(t, vagueIn(spec.Name.Name), f.Path)
			}
			return true
		})
	}
}

// vagueIn returns the first vague word of a path or of a name in mixed caps.
func vagueIn(name string) string {
	var words strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			words.WriteByte(' ')
		}
		words.WriteRune(r)
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(words.String()), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if slices.Contains(vague, word) {
			return word
		}
	}
	return ""
}

func TestVagueIn(t *testing.T) {
	assert.Equal(t, "util", vagueIn("auth/http_util"))
	assert.Equal(t, "manager", vagueIn("TokenManager"))
	assert.Equal(t, "helpers", vagueIn("helpers"))
	assert.Empty(t, vagueIn("utility/commonwealth/Managed"))
}

func TestEveryPackageIsIntroduced(t *testing.T) {
	tr, packages := tree(t), map[string][]house.File{}
	for _, f := range tr.Files {
		packages[f.Dir] = append(packages[f.Dir], f)
	}
	for dir, files := range packages {
		public := slices.ContainsFunc(files, func(f house.File) bool { // more than tests and what they are about
			return !f.Test && f.Syntax.Name.Name != "main" && path.Base(f.Path) != "doc.go"
		})
		inside := strings.HasPrefix(dir, "internal/") || strings.Contains(dir, "/internal/") || tr.ModuleOf(dir) == "bench"
		if !public || inside {
			continue
		}
		t.Run(dir, func(t *testing.T) {
			introduced := slices.ContainsFunc(files, func(f house.File) bool { return path.Base(f.Path) == "doc.go" && f.Syntax.Doc.Text() != "" })
			assert.True(t, introduced, "no doc.go with a package comment")
			assert.True(t, slices.ContainsFunc(files, runsAnExample), "no example_test.go with an example that has an output")
		})
	}
}

// runsAnExample says whether the file is an example_test.go that go test runs something of.
func runsAnExample(f house.File) bool {
	return path.Base(f.Path) == "example_test.go" && slices.ContainsFunc(doc.Examples(f.Syntax), func(e *doc.Example) bool {
		return e.Output != "" || e.EmptyOutput
	})
}
