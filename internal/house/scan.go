package house

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// maxHops is how many names a value is followed through.
const maxHops = 6

// A place is where a name is looked up.
type place struct {
	file File
	in   *ast.FuncDecl // nil outside of functions
}

// A value is an expression and the place that it stands at.
type value struct {
	place
	expr ast.Expr
}

// A scan knows what the names in the sources stand for. Keys are a folder, a dot and a name.
type scan struct {
	files     []File // those that are looked at for messages
	kinds     map[string]autherr.Kind
	constants map[string]value
	functions map[string]value // by name, the function as the place; methods of any type count as one
	calls     map[string][]value
}

func newScan(t *Tree) *scan {
	s := &scan{
		kinds: map[string]autherr.Kind{}, constants: map[string]value{},
		functions: map[string]value{}, calls: map[string][]value{},
	}
	for _, f := range t.Files {
		if f.Test {
			continue
		}
		if f.Dir == "errors" {
			s.learnKinds(f)
		}
		s.learn(f)
		if _, knows := f.Imports()[Module+"/errors"]; knows || f.Dir == "errors" {
			s.files = append(s.files, f)
		}
	}
	return s
}

// learnKinds gives each name of the constants that begin with "Internal Kind = iota" its kind.
func (s *scan) learnKinds(f File) {
	for _, spec := range valueSpecs(f.Syntax) {
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Kind" || len(s.kinds) > 0 && spec.Type == nil && len(spec.Values) == 0 {
			s.kinds[spec.Names[0].Name] = autherr.Kind(len(s.kinds))
		}
	}
}

func (s *scan) isKind(name string) bool { _, ok := s.kinds[name]; return ok }

// valueSpecs are the constants and variables outside of functions.
func valueSpecs(f *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, decl := range f.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range gen.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					specs = append(specs, v)
				}
			}
		}
	}
	return specs
}

func (s *scan) learn(f File) {
	for _, spec := range valueSpecs(f.Syntax) {
		for i, name := range spec.Names {
			if i < len(spec.Values) {
				s.constants[f.Dir+"."+name.Name] = value{place{f, nil}, spec.Values[i]}
			}
		}
	}
	eachNode(f.Syntax, func(in *ast.FuncDecl, n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			s.functions[f.Dir+"."+n.Name.Name] = value{place: place{f, n}}
		case *ast.CallExpr:
			key := f.callee(n)
			s.calls[key] = append(s.calls[key], value{place{f, in}, n})
		}
	})
}

// callee is the key of what is called, as far as syntax tells: a method is taken for the package's own.
func (f File) callee(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return f.Dir + "." + fun.Name
	case *ast.SelectorExpr:
		if x, ok := fun.X.(*ast.Ident); ok {
			if dir, ok := f.imported(x.Name); ok {
				return dir + "." + fun.Sel.Name
			}
		}
		return f.Dir + "." + fun.Sel.Name
	}
	return ""
}

// imported is the folder of our package, or the path of another, that the file knows by this name.
func (f File) imported(name string) (string, bool) {
	for importPath, alias := range f.Imports() {
		if alias == name || alias == "" && path.Base(importPath) == name {
			if dir, ours := Ours(importPath); ours {
				return dir, true
			}
			return importPath, true
		}
	}
	return "", false
}

// named is what a name can stand for: a parameter, a variable of the function, a constant of the package.
func (s *scan) named(name string, at place, hops int) []string {
	if hops == 0 {
		return []string{Hole}
	}
	if at.file.Dir == "errors" && s.isKind(name) {
		return []string{name}
	}
	if at.in != nil {
		if i := parameter(at.in, name); i >= 0 {
			return s.arguments(at, i, hops-1)
		}
		if values := assigned(at.in, name, false); len(values) > 0 {
			texts := s.all(values, at, hops-1)
			return append(texts, joined(texts, s.all(assigned(at.in, name, true), at, hops-1))...)
		}
	}
	if v, ok := s.constants[at.file.Dir+"."+name]; ok {
		return s.texts(v.expr, v.place, hops-1)
	}
	return []string{Hole}
}

// all are the texts of several expressions at one place.
func (s *scan) all(exprs []ast.Expr, at place, hops int) []string {
	var texts []string
	for _, e := range exprs {
		texts = append(texts, s.texts(e, at, hops)...)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// parameter is the index of a function's parameter, or -1.
func parameter(in *ast.FuncDecl, name string) int {
	i := 0
	for _, field := range in.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// arguments are what the i-th parameter of the place's function is given by its calls.
func (s *scan) arguments(at place, i, hops int) []string {
	var texts []string
	for _, v := range s.calls[at.file.Dir+"."+at.in.Name.Name] {
		if args := v.expr.(*ast.CallExpr).Args; i < len(args) {
			texts = append(texts, s.texts(args[i], v.place, hops)...)
		}
	}
	if len(texts) == 0 {
		return []string{Hole}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// assigned are the values that a function gives a variable of its own, or with added those that += puts behind.
func assigned(in *ast.FuncDecl, name string, added bool) []ast.Expr {
	var values []ast.Expr
	ast.Inspect(in, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != len(assign.Rhs) || added != (assign.Tok == token.ADD_ASSIGN) {
			return true
		}
		for i, left := range assign.Lhs {
			if id, ok := left.(*ast.Ident); ok && id.Name == name {
				values = append(values, assign.Rhs[i])
			}
		}
		return true
	})
	return values
}

// called is what a call returns: Sprintf with holes for its verbs, or the first result of a function of ours. A
// status's own text is said elsewhere.
func (s *scan) called(call *ast.CallExpr, at place, hops int) []string {
	key := at.file.callee(call)
	switch {
	case key == "net/http.StatusText":
		return nil
	case key == "fmt.Sprintf" && len(call.Args) > 0:
		texts := s.texts(call.Args[0], at, hops)
		for i, text := range texts {
			texts[i] = withoutVerbs(text)
		}
		return texts
	}
	f, ok := s.functions[key]
	if !ok || hops == 0 {
		return []string{Hole}
	}
	var results []ast.Expr
	ast.Inspect(f.in, func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			results = append(results, ret.Results[0])
		}
		return true
	})
	return s.all(results, f.place, hops-1)
}

// withoutVerbs puts a hole in the place of each verb of a format.
func withoutVerbs(format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		for i < len(format) && strings.IndexByte("+-# 0123456789.[]*", format[i]) >= 0 {
			i++
		}
		if i < len(format) && format[i] == '%' {
			b.WriteByte('%')
		} else {
			b.WriteString(Hole)
		}
	}
	return b.String()
}
