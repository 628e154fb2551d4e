package house_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/house"
)

// A block that is a whole file is built. Any other must be a piece of a Go file of ours, so that go test compiles it.
func TestGoOnPagesCompiles(t *testing.T) {
	tr := tree(t)
	for _, page := range pages(t, tr.Root) {
		text, err := os.ReadFile(filepath.Join(tr.Root, page))
		require.NoError(t, err)
		for _, block := range house.Blocks(string(text)) {
			t.Run(fmt.Sprintf("%s:%d", page, block.Line), func(t *testing.T) {
				if block.Whole() {
					build(t, tr, block.Code)
				} else {
					assert.True(t, isPiece(t, tr, block), "neither a whole program nor a piece of an example:\n%s", block.Code)
				}
			})
		}
	}
}

// pages are those at the root and all below docs, as paths relative to the root.
func pages(t *testing.T, root string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "*.md"))
	require.NoError(t, err)
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		more, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		found = append(found, more...)
	}
	for i, page := range found {
		found[i], err = filepath.Rel(root, page)
		require.NoError(t, err)
	}
	return found
}

// build compiles a file as if it stood in a folder of its own in the right module; nothing is written into the tree.
func build(t *testing.T, tr *house.Tree, code string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(code), 0o600))
	dir := filepath.Join(tr.Root, moduleFor(t, tr, code))
	seen := filepath.Join(dir, "pageblock", "main.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{seen: file}})
	require.NoError(t, err)
	overlayFile := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(overlayFile, overlay, 0o600))

	cmd := exec.Command("go", "build", "-overlay", overlayFile, "-o", os.DevNull, "./pageblock")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

// moduleFor is the root, or examples for code that imports what only nested modules have.
func moduleFor(t *testing.T, tr *house.Tree, code string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", code, parser.ImportsOnly)
	require.NoError(t, err)
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		host, _, _ := strings.Cut(path, "/")
		if dir, ours := house.Ours(path); ours && tr.ModuleOf(dir) != "." || !ours && strings.Contains(host, ".") {
			return "examples"
		}
	}
	return "."
}

func isPiece(t *testing.T, tr *house.Tree, block house.Block) bool {
	t.Helper()
	for _, f := range tr.Files {
		source, err := os.ReadFile(filepath.Join(tr.Root, f.Path))
		require.NoError(t, err)
		if block.PartOf(string(source)) {
			return true
		}
	}
	return false
}

func TestBlocks(t *testing.T) {
	blocks := house.Blocks("# Page\n\n```go\npackage main\n```\n\n```sh\ngo test\n```\n\n- item\n\n  ```go\n  if x {\n  \ty()\n  }\n  ```\n")
	require.Len(t, blocks, 2)
	assert.Equal(t, house.Block{Line: 4, Code: "package main\n"}, blocks[0])
	assert.Equal(t, house.Block{Line: 14, Code: "if x {\n\ty()\n}\n"}, blocks[1])

	assert.True(t, blocks[0].Whole())
	assert.True(t, house.Block{Code: "// Command x.\npackage main\n"}.Whole())
	assert.False(t, blocks[1].Whole())

	assert.True(t, blocks[1].PartOf("func f() {\n\tif x {\n\t\ty()\n\t}\n}\n"))
	assert.False(t, blocks[1].PartOf("func f() {\n\tif x {\n\t\tz()\n\t}\n}\n"))
	assert.False(t, house.Block{Code: "x()\n"}.PartOf("return x()\n"))
}
