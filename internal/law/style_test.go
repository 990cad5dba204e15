package law

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Hard stops. The norm is 300 and 40; see CONTRIBUTING.md.
const (
	maxFile      = 400 // lines
	maxFunc      = 80  // lines
	maxInterface = 4   // methods, and interfaces that it is made of
)

// checkStyle holds the rules of CONTRIBUTING.md that a program can read:
// sizes, comments, no init, no variable at the top of a package that changes.
// Tests and generated files are left out.
func checkStyle(h *house) (bad []string) {
	for _, r := range h.rooms {
		documented := len(r.files) == 0
		for _, f := range r.files {
			documented = documented || f.ast.Doc != nil
			if f.generated {
				continue
			}
			if n := bytes.Count(f.src, []byte("\n")); n > maxFile {
				bad = append(bad, fmt.Sprintf("%s: %d lines; at most %d", f.name, n, maxFile))
			}
			bad = append(bad, checkNotes(h, f)...)
			for _, d := range f.ast.Decls {
				bad = append(bad, checkDecl(h, r, d)...)
			}
		}
		if !documented {
			bad = append(bad, fmt.Sprintf("%s: the package has no comment", r.name()))
		}
		bad = append(bad, checkGlobals(h, r)...)
	}
	return bad
}

// notes are marks of unfinished work.
var notes = []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}

func checkNotes(h *house, f *file) (bad []string) {
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			for _, word := range strings.FieldsFunc(c.Text, func(r rune) bool { return r < 'A' || r > 'Z' }) {
				for _, n := range notes {
					if word == n {
						bad = append(bad, fmt.Sprintf("%s: %s in a comment; finish it, or open an issue", h.at(c), n))
					}
				}
			}
		}
	}
	return bad
}

func checkDecl(h *house, r *room, d ast.Decl) (bad []string) {
	say := func(n ast.Node, format string, args ...any) {
		bad = append(bad, h.at(n)+": "+fmt.Sprintf(format, args...))
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name == "init" {
			say(d, "an init function; say it in a variable or call it from main")
		}
		if n := h.fset.Position(d.End()).Line - h.fset.Position(d.Pos()).Line + 1; n > maxFunc {
			say(d, "%s has %d lines; at most %d", d.Name.Name, n, maxFunc)
		}
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && r.pkg.Name() != "main" {
			say(d, "%s has no comment", d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			name, doc := specDoc(s)
			if name != nil && doc == nil && d.Doc == nil {
				say(s, "%s has no comment", name.Name)
			}
			if t, ok := s.(*ast.TypeSpec); ok {
				if i, ok := t.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > maxInterface {
					say(t, "%s has %d methods; at most %d", t.Name.Name, i.Methods.NumFields(), maxInterface)
				}
			}
		}
	}
	return bad
}

// specDoc is the first exported name of a spec, and the comment it has of its own.
func specDoc(s ast.Spec) (*ast.Ident, *ast.CommentGroup) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			return s.Name, or(s.Doc, s.Comment)
		}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.IsExported() {
				return n, or(s.Doc, s.Comment)
			}
		}
	}
	return nil, nil
}

func or(a, b *ast.CommentGroup) *ast.CommentGroup {
	if a != nil {
		return a
	}
	return b
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// checkGlobals finds variables at the top of a package that can change: of a
// type made to change (locks, atomics, channels), or changed somewhere in the
// module. Tables, errors, regular expressions and embedded files never change.
func checkGlobals(h *house, r *room) (bad []string) {
	for _, n := range r.pkg.Scope().Names() {
		v, ok := r.pkg.Scope().Lookup(n).(*types.Var)
		if ok && n != "_" && madeToChange(v.Type()) {
			bad = append(bad, fmt.Sprintf("%s: the variable %s is made to change; give it an owner", h.pos(v.Pos()), n))
		}
	}
	for _, f := range r.files {
		if f.generated {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			for _, e := range changed(n) {
				if id := global(r, e); id != nil {
					bad = append(bad, fmt.Sprintf("%s: changes the package's variable %s", h.at(id), id.Name))
				}
			}
			return true
		})
	}
	return bad
}

func madeToChange(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := types.Unalias(t).(type) {
	case *types.Chan:
		return true
	case *types.Named:
		pkg := t.Obj().Pkg()
		if pkg == nil || t.Obj().Name() == "Pool" {
			return false // a pool keeps nothing that anybody can notice
		}
		return pkg.Path() == "sync" || pkg.Path() == "sync/atomic"
	}
	return false
}

// changed lists the expressions that a node changes, or lets others change.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (id.Name == "delete" || id.Name == "clear" || id.Name == "copy") {
			return n.Args[:1]
		}
	}
	return nil
}

// global is the variable at the top of a package of ours that e is a part of, or nil.
func global(r *room, e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				if _, pkg := r.info.Uses[id].(*types.PkgName); pkg {
					e = x.Sel
					continue
				}
			}
			e = x.X
		case *ast.Ident:
			v, ok := r.info.Uses[x].(*types.Var)
			if !ok || v.IsField() || !packageLevel(v) {
				return nil
			}
			if _, own := nameOf(v.Pkg().Path()); !own {
				return nil
			}
			return x
		default:
			return nil
		}
	}
}
