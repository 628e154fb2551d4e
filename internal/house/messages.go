package house

import (
	"go/ast"
	"go/token"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// Hole stands in a message for what is only known when it is sent.
const Hole = "…"

// A Message is a text that callers can get, with the statuses that it is sent with as far as the place that makes it
// says.
type Message struct {
	At       token.Position
	Text     string
	Statuses []int
}

// Messages finds what callers can be told: the field Message of every composite literal, and what is assigned to one,
// outside of tests, in packages that know our errors. A value is followed through concatenation, Sprintf, constants,
// variables of the function, parameters to their calls, and functions of the package; the rest is a [Hole]. An Error
// without a message says what its status says.
func (t *Tree) Messages() []Message {
	s := newScan(t)
	var found []Message
	for _, f := range s.files {
		eachNode(f.Syntax, func(in *ast.FuncDecl, n ast.Node) {
			texts, statuses := s.told(n, place{f, in})
			for _, text := range texts {
				found = append(found, Message{At: t.Fset.Position(n.Pos()), Text: text, Statuses: statuses})
			}
		})
	}
	return found
}

// told are the messages that a node sets.
func (s *scan) told(n ast.Node, at place) (texts []string, statuses []int) {
	switch n := n.(type) {
	case *ast.CompositeLit:
		kind, message := member(n, "Kind"), member(n, "Message")
		if message == nil && !isError(at.file, n) {
			return nil, nil
		}
		statuses = s.statuses(kind, at, isError(at.file, n))
		return s.said(message, at, statuses), statuses
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if field, ok := left.(*ast.SelectorExpr); ok && field.Sel.Name == "Message" && len(n.Lhs) == len(n.Rhs) {
				texts = append(texts, s.texts(n.Rhs[i], at, maxHops)...)
			}
		}
	}
	return texts, nil
}

// said are the texts of a message; without one they are those of the statuses, as the writers have it.
func (s *scan) said(message ast.Expr, at place, statuses []int) []string {
	if message != nil {
		return s.texts(message, at, maxHops)
	}
	var texts []string
	for _, status := range statuses {
		texts = append(texts, http.StatusText(status))
	}
	return texts
}

// statuses are those of the kinds that an expression can be; nothing is the zero kind.
func (s *scan) statuses(kind ast.Expr, at place, isError bool) []int {
	found := map[int]bool{}
	if kind == nil && isError {
		found[autherr.Internal.Status()] = true
	}
	if kind != nil {
		for _, name := range s.texts(kind, at, maxHops) {
			if k, ok := s.kinds[name]; ok {
				found[k.Status()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// eachNode calls do for every node of a file with the function that it stands in, nil for none.
func eachNode(f *ast.File, do func(in *ast.FuncDecl, n ast.Node)) {
	for _, decl := range f.Decls {
		in, _ := decl.(*ast.FuncDecl)
		ast.Inspect(decl, func(n ast.Node) bool {
			do(in, n)
			return true
		})
	}
}

// member is the value of a literal's field, nil where it has none.
func member(lit *ast.CompositeLit, name string) ast.Expr {
	for _, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
				return pair.Value
			}
		}
	}
	return nil
}

// isError says whether a literal is one of our Error.
func isError(f File, lit *ast.CompositeLit) bool {
	switch typ := lit.Type.(type) {
	case *ast.SelectorExpr:
		x, ok := typ.X.(*ast.Ident)
		return ok && x.Name == "autherr" && typ.Sel.Name == "Error"
	case *ast.Ident:
		return f.Dir == "errors" && typ.Name == "Error"
	}
	return false
}

// texts are what an expression can be. A selector of a field called Message passes on what another literal said, and
// an index, a call or a variable that cannot be followed is a hole.
func (s *scan) texts(e ast.Expr, at place, hops int) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil {
			text = e.Value
		}
		return []string{text}
	case *ast.ParenExpr:
		return s.texts(e.X, at, hops)
	case *ast.BinaryExpr:
		return joined(s.texts(e.X, at, hops), s.texts(e.Y, at, hops))
	case *ast.SelectorExpr:
		return s.selected(e, at, hops)
	case *ast.CallExpr:
		return s.called(e, at, hops)
	case *ast.Ident:
		return s.named(e.Name, at, hops)
	}
	return []string{Hole}
}

// joined is every a before every b, with holes side by side as one. Where one can be empty and can be more, the empty
// one is left out: the code around it sees to that, and what is left of the text would be a stump.
func joined(as, bs []string) []string {
	var all []string
	for _, a := range withoutEmpty(as) {
		for _, b := range withoutEmpty(bs) {
			all = append(all, strings.ReplaceAll(a+b, Hole+Hole, Hole))
		}
	}
	return all
}

func withoutEmpty(texts []string) []string {
	if len(texts) < 2 {
		return texts
	}
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "" })
}

func (s *scan) selected(e *ast.SelectorExpr, at place, hops int) []string {
	if e.Sel.Name == "Message" {
		return nil
	}
	x, ok := e.X.(*ast.Ident)
	if !ok {
		return []string{Hole}
	}
	if x.Name == "autherr" && s.isKind(e.Sel.Name) {
		return []string{e.Sel.Name}
	}
	if dir, ok := at.file.imported(x.Name); ok {
		if value, ok := s.constants[dir+"."+e.Sel.Name]; ok && hops > 0 {
			return s.texts(value.expr, value.place, hops-1)
		}
	}
	return []string{Hole}
}
