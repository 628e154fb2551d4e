package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Module is the path of the root module. A nested module's path is this one and its folder.
const Module = "github.com/seed-f67351ce/sesame"

// A Tree is the repository's Go files.
type Tree struct {
	Root   string   // the folder of the root module
	Nested []string // the folders of the other modules, relative to the root, such as "examples"
	Files  []File
	Fset   *token.FileSet
}

// A File is a Go file. Paths and folders are relative to the root, with slashes; the root's own folder is ".".
type File struct {
	Path, Dir string
	Test      bool
	Syntax    *ast.File
}

// Read parses the repository that the working directory is in. Folders that start with a dot and testdata are not part
// of it.
func Read() (*Tree, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	t := &Tree{Root: root, Fset: token.NewFileSet()}
	return t, fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules"):
			return fs.SkipDir
		case base == "go.mod" && name != base:
			t.Nested = append(t.Nested, path.Dir(name))
		case !d.IsDir() && strings.HasSuffix(base, ".go"):
			return t.parse(name)
		}
		return nil
	})
}

// findRoot goes up to the folder whose go.mod is that of the root module.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		text, readErr := os.ReadFile(filepath.Join(dir, "go.mod"))
		if readErr == nil && strings.HasPrefix(string(text), "module "+Module+"\n") {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fs.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

func (t *Tree) parse(name string) error {
	text, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	return t.Add(name, string(text))
}

// Add parses a file as if it stood at this path.
func (t *Tree) Add(name, text string) error {
	syntax, err := parser.ParseFile(t.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, File{Path: name, Dir: path.Dir(name), Test: strings.HasSuffix(name, "_test.go"), Syntax: syntax})
	return nil
}

// ModuleOf is the folder of the module that a folder belongs to, "." for the root's.
func (t *Tree) ModuleOf(dir string) string {
	found := "."
	for _, nested := range t.Nested {
		if (dir == nested || strings.HasPrefix(dir, nested+"/")) && len(nested) > len(found) {
			found = nested
		}
	}
	return found
}

// Imports are the paths that the file imports, each with the name that the file gives it, or an empty one.
func (f File) Imports() map[string]string {
	imports := map[string]string{}
	for _, spec := range f.Syntax.Imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		}
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has seen that it is a string
		imports[p] = name
	}
	return imports
}

// Ours is the folder of an import of this repository, such as "store/memory".
func Ours(importPath string) (dir string, ok bool) {
	if importPath == Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, Module+"/")
}
